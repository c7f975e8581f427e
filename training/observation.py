"""Observation: the known values of simulated planets, as a catalogue would list them.

Values are measured with errors, computed from others, assumed, rounded or missing. The rates and
errors are the archive's, as in `training/settings.py`. The planets are those of
`training/true_systems.py`.

Warning: two values are not always two measurements. The archive computes the mass of most
transiting planets from the radius, and the radius of others from the mass. An equilibrium
temperature depends on an assumed albedo.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import t as student

from exohabit.science import dwarfs, habitability
from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.columns import COLUMNS, REQUIRED
from exohabit.science.features import Table, lacks_light, lacks_size
from exohabit.science.spectral_columns import SPECTRAL
from training.draws import scatter
from training.host_stars import Stars
from training.settings import Catalogue
from training.true_systems import HIGHEST_ECCENTRICITY, TrueSystems

_SIZES = (("pl_rade",), ("pl_bmasse",))
_WAYS_TO_LIGHT = (
    ("pl_eqt",),
    ("pl_insol",),
    ("pl_insol", "st_teff"),
    ("pl_insol", "st_spectype"),
    ("pl_orbper", "st_spectype"),
    ("pl_orbper", "st_teff"),
    ("pl_orbsmax", "st_teff", "st_rad"),
    ("pl_eqt", "st_spectype"),
)
"""Columns of planets with one size and one way to the light only."""
_ONE_SIGMA = 0.8413
"""Share of a normal distribution below one standard deviation."""


def observe(systems: TrueSystems, catalogue: Catalogue, rng: np.random.Generator) -> Table:
    """Return the known values of each planet, which always suffice to predict it."""
    source = _measure(systems, catalogue, rng)
    radius, mass, measured_mass = _observe_sizes(systems, source, catalogue, rng)
    known = {
        "pl_rade": radius,
        "pl_bmasse": mass,
        **_observe_light(systems, source, catalogue, rng),
        **_write_spectral_types(systems.host, source, catalogue, rng),
        "pl_orbeccen": _observe_eccentricities(systems, catalogue, rng),
    }
    blanked = _blank(known, catalogue, rng)
    # A mass that stands alone was measured: computed ones stand beside their radius.
    is_alone = np.isnan(blanked["pl_rade"]) & ~np.isnan(blanked["pl_bmasse"])
    return {**blanked, "pl_bmasse": np.where(is_alone, measured_mass, blanked["pl_bmasse"])}


class _Source(NamedTuple):
    """One publication's measurements of the star and the orbit."""

    teff: FloatArray
    radius: FloatArray
    mass: FloatArray
    axis: FloatArray
    insol: FloatArray
    """Insolation that star and axis imply."""
    by_color: BoolArray
    """Whether the star is known by its colours only, which give no spectral type."""


def _measure(systems: TrueSystems, catalogue: Catalogue, rng: np.random.Generator) -> _Source:
    host, count = systems.host, systems.period.size
    teff, radius, mass, axis = (
        true * _error(rng, name, catalogue, count)
        for name, true in (
            ("st_teff", host.teff),
            ("st_rad", host.radius),
            ("st_mass", host.mass),
            ("pl_orbsmax", systems.axis),
        )
    )
    by_color = rng.random(count) < catalogue.by_color
    by_color &= (host.luminosity_class == 5.0) & host.is_fgkm
    color_teff = host.teff * _error(rng, "color_teff", catalogue, count)
    teff = np.where(by_color, color_teff, teff)
    radius = np.where(by_color, dwarfs.dwarf_radius(teff) * scatter(rng, 0.03, count), radius)
    mass = np.where(by_color, dwarfs.dwarf_mass(teff) * scatter(rng, 0.03, count), mass)
    insol = habitability.insolation(habitability.luminosity(teff, radius), axis)
    return _Source(teff, radius, mass, axis, insol, by_color)


def _observe_sizes(
    systems: TrueSystems, source: _Source, catalogue: Catalogue, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Measure a radius or a minimum mass; measure, compute or leave out the other one.

    A transit measures the radius in units of the star's, so both share the star's error.

    Returns:
        radius, mass, and the measured mass.
    """
    count, transits = systems.period.size, systems.transits
    star_factor = source.radius / systems.host.radius
    ratio_error = _error(rng, "radius_ratio", catalogue, count)
    measured_radius = systems.radius * star_factor * ratio_error
    measured_mass = _rounded(
        np.where(
            transits,
            systems.mass * _error(rng, "pl_bmasse", catalogue, count),
            systems.minimum_mass * _error(rng, "pl_msinie", catalogue, count),
        )
    )
    chance = rng.random(count)
    computed, measured = np.cumsum((catalogue.mass_computed, catalogue.mass_measured))
    transit_mass = np.select(
        [chance < computed, chance < measured],
        [_rounded(habitability.typical_mass(measured_radius)), measured_mass],
        np.nan,
    )
    has_radius = chance < catalogue.radius_computed
    computed_radius = np.where(has_radius, habitability.typical_radius(measured_mass), np.nan)
    radius = _rounded(np.where(transits, measured_radius, computed_radius))
    return radius, np.where(transits, transit_mass, measured_mass), measured_mass


def _rounded(value: FloatArray) -> FloatArray:
    """Round to three significant digits, as most catalogues do."""
    unit = 10.0 ** (np.floor(np.log10(value)) - 2)
    return np.round(value / unit) * unit


def _observe_light(
    systems: TrueSystems, source: _Source, catalogue: Catalogue, rng: np.random.Generator
) -> dict[str, FloatArray]:
    """List star, orbit, insolation and temperature.

    Insolation and temperature may come from other publications, which measured the star again.
    Stars known by their colours often have all values from one table, with common errors.
    """
    count = systems.period.size
    second, third = (_measure(systems, catalogue, rng).insol for _ in range(2))
    one_table = source.by_color & (rng.random(count) < catalogue.color_computed)
    is_computed = one_table | (rng.random(count) < catalogue.insol_computed)
    insol = np.where(is_computed, source.insol, second)
    is_mean = rng.random(count) < catalogue.insol_mean
    gain = np.where(is_mean, systems.mean_insol / systems.insol, 1.0)
    insol, third = insol * gain, third * gain
    is_same = one_table | (rng.random(count) < catalogue.eqt_from_insol)
    for_eqt = np.where(is_same, insol, third)
    eqt = habitability.equilibrium_temperature(for_eqt, _draw_albedos(catalogue, rng, count))
    return {
        "pl_orbper": systems.period,
        "pl_eqt": eqt * scatter(rng, 0.01, count),
        "pl_insol": insol * scatter(rng, 0.01, count),
        "pl_orbsmax": source.axis,
        "st_teff": source.teff,
        "st_rad": source.radius,
        "st_mass": np.where(source.by_color & (rng.random(count) < 0.5), np.nan, source.mass),
    }


def _observe_eccentricities(
    systems: TrueSystems, catalogue: Catalogue, rng: np.random.Generator
) -> FloatArray:
    """Measure eccentricities, or assume 0."""
    count = systems.eccentricity.size
    error = rng.normal(0.0, catalogue.eccentricity_error, count)
    measured = np.minimum(np.abs(systems.eccentricity + error), HIGHEST_ECCENTRICITY)
    circular = np.where(systems.transits, catalogue.transit_circular, catalogue.velocity_circular)
    return np.where(rng.random(count) < circular, 0.0, measured)


def _draw_albedos(catalogue: Catalogue, rng: np.random.Generator, count: int) -> FloatArray:
    chance = rng.random(count)
    black = catalogue.albedo_zero_share
    return np.select(
        [chance < black, chance < black + catalogue.albedo_earth_share],
        [0.0, catalogue.albedo_earth],
        rng.uniform(*catalogue.albedo, count),
    )


def _write_spectral_types(
    host: Stars, source: _Source, catalogue: Catalogue, rng: np.random.Generator
) -> dict[str, FloatArray]:
    """Return the `SPECTRAL` columns of each star's type as a catalogue would write it."""
    count = host.teff.size
    position = _scatter_subtypes(host.position, catalogue.type_error, rng)
    chance = rng.random(count)
    letter, whole = np.cumsum((catalogue.type_letter, catalogue.type_whole))
    written = np.select(
        [chance < letter, chance < whole],
        [dwarfs.typical_positions(position), np.round(position)],
        np.round(position * 2) / 2,
    )
    stated = np.where(rng.random(count) < catalogue.class_stated, host.luminosity_class, np.nan)
    unseen = rng.random(count) < catalogue.subgiant_unseen
    stated = np.where((stated == 4.0) & unseen, 5.0, stated)
    # The class of a giant is always stated.
    stated = np.where(host.luminosity_class == 3.0, 3.0, stated)
    is_fgkm = ~host.is_white_dwarf & (written >= 30.0) & (written < 70.0)
    columns = {
        "spectype_teff": np.where(host.is_white_dwarf, np.nan, dwarfs.dwarf_teff(written)),
        "spectype_luminosity": stated,
        "spectype_fgkm": is_fgkm.astype(np.float64),
    }
    return {name: np.where(source.by_color, np.nan, each) for name, each in columns.items()}


def _scatter_subtypes(
    position: FloatArray, subtypes: float, rng: np.random.Generator
) -> FloatArray:
    """Add errors to positions on the dwarf sequence, but never across the edges of F to M.

    The definition uses the class in the catalogue, so that class counts as the true one.
    """
    ranges = [position < 30.0, position < 70.0]
    warmest, coolest = np.select(ranges, [0.0, 30.0], 70.0), np.select(ranges, [29.4, 69.4], 92.0)
    return np.clip(position + rng.normal(0.0, subtypes, position.size), warmest, coolest)


def _blank(
    known: dict[str, FloatArray], catalogue: Catalogue, rng: np.random.Generator
) -> dict[str, FloatArray]:
    """Remove values as in catalogues, but never so many that a planet cannot be predicted."""
    count = known["pl_rade"].size
    at_random = rng.random(count) < catalogue.random_blank
    random_rate = rng.random(count)
    optional_blank = rng.random(count) < catalogue.optional_blank
    sparse = rng.random(count) < catalogue.sparse
    kept = _sparse_columns(known, rng)
    blanked = dict(known)
    for column in COLUMNS:
        rate = np.where(at_random, random_rate, catalogue.missing[column.name])
        drop = rng.random(count) < rate
        if not column.required:
            drop |= optional_blank
        drop = np.where(sparse, ~kept[column.name], drop)
        for name in SPECTRAL if column.range is None else (column.name,):
            blanked[name] = np.where(drop, np.nan, known[name])
    # These planets keep all required columns, which always suffice.
    spared = lacks_size(blanked) | lacks_light(blanked)
    required = {column.name for column in REQUIRED} | set(SPECTRAL)
    return {
        name: np.where(spared, known[name], values) if name in required else values
        for name, values in blanked.items()
    }


def _sparse_columns(known: dict[str, FloatArray], rng: np.random.Generator) -> dict[str, BoolArray]:
    """Draw one size and one way to the light for each planet; return which columns that keeps."""
    count = known["pl_rade"].size
    kept = {column.name: np.zeros(count, dtype=bool) for column in COLUMNS}
    for choices in (_SIZES, _WAYS_TO_LIGHT):
        choice = rng.integers(0, len(choices), count)
        for index, names in enumerate(choices):
            for name in names:
                kept[name] |= choice == index
    return kept


def _error(rng: np.random.Generator, name: str, catalogue: Catalogue, count: int) -> FloatArray:
    """Draw the factor between measured and true values; its spread differs between planets.

    The errors follow Student's t; as for a stated error, 68 % are smaller than one spread.
    """
    spread = scatter(rng, catalogue.error_scatter[name], count)
    relative = catalogue.errors[name] * spread
    deviations = rng.standard_t(catalogue.error_tails, count)
    deviations /= student.ppf(_ONE_SIGMA, catalogue.error_tails)
    return np.exp(np.clip(deviations * np.minimum(relative, 0.5), -2.0, 2.0))
