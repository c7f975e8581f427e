"""Observation: the known values of simulated planets, as a catalogue would list them.

Values are measured with errors, computed from others, assumed, rounded or missing. The rates and
errors are the archive's, as in `training/settings.py`. The planets are those of
`training/true_systems.py`.

Warning: two values are not always two measurements. The archive computes the mass of most
transiting planets from the radius, and the radius of others from the mass. An equilibrium
temperature depends on an assumed albedo.
"""

from __future__ import annotations

import numpy as np

from exohabit.science import dwarfs, habitability
from exohabit.science.arrays import FloatArray
from exohabit.science.columns import COLUMNS, REQUIRED
from exohabit.science.features import Table, lacks_light, lacks_size
from exohabit.science.spectral_columns import SPECTRAL
from training.draws import scatter
from training.host_stars import Stars
from training.settings import Catalogue
from training.true_systems import HIGHEST_ECCENTRICITY, TrueSystems, Truth


def observe(systems: TrueSystems, catalogue: Catalogue, rng: np.random.Generator) -> Table:
    """Return the known values of each planet, which always suffice to predict it."""
    known = {
        **_observe_sizes(systems.truth, catalogue, rng),
        **_observe_light(systems, catalogue, rng),
        **_write_spectral_types(systems.host, catalogue, rng),
        "pl_orbeccen": _observe_eccentricities(systems, catalogue, rng),
    }
    return _blank(known, catalogue, rng)


def _observe_sizes(
    truth: Truth, catalogue: Catalogue, rng: np.random.Generator
) -> dict[str, FloatArray]:
    """Measure a radius or a minimum mass; measure, compute or leave out the other one."""
    count = truth.mass.size
    measured_radius = truth.radius * _error(rng, "pl_rade", catalogue, count)
    measured_mass = truth.mass * _error(rng, "pl_bmasse", catalogue, count)
    chance = rng.random(count)
    computed, measured = np.cumsum((catalogue.mass_computed, catalogue.mass_measured))
    transit_mass = np.select(
        [chance < computed, chance < measured],
        [habitability.typical_mass(measured_radius), measured_mass],
        np.nan,
    )
    has_radius = chance < catalogue.radius_computed
    computed_radius = np.where(has_radius, habitability.typical_radius(measured_mass), np.nan)
    transits = ~np.isnan(truth.radius)
    return {
        "pl_rade": _rounded(np.where(transits, measured_radius, computed_radius)),
        "pl_bmasse": _rounded(np.where(transits, transit_mass, measured_mass)),
    }


def _rounded(value: FloatArray) -> FloatArray:
    """Round to three significant digits, as most catalogues do."""
    unit = 10.0 ** (np.floor(np.log10(value)) - 2)
    return np.round(value / unit) * unit


def _observe_light(
    systems: TrueSystems, catalogue: Catalogue, rng: np.random.Generator
) -> dict[str, FloatArray]:
    """Measure star and orbit; insolation and temperature follow from them or are independent."""
    host, count = systems.host, systems.period.size
    teff = host.teff * _error(rng, "st_teff", catalogue, count)
    radius = host.radius * _error(rng, "st_rad", catalogue, count)
    axis = systems.axis * _error(rng, "pl_orbsmax", catalogue, count)
    computed = habitability.insolation(habitability.luminosity(teff, radius), axis)
    independent = systems.insol * _error(rng, "pl_insol", catalogue, count)
    insol = np.where(rng.random(count) < catalogue.insol_computed, computed, independent)
    is_mean = rng.random(count) < catalogue.insol_mean
    insol *= np.where(is_mean, systems.mean_insol / systems.insol, 1.0)
    eqt = habitability.equilibrium_temperature(insol, _draw_albedos(catalogue, rng, count))
    return {
        "pl_orbper": systems.period,
        "pl_eqt": eqt * _error(rng, "pl_eqt", catalogue, count),
        "pl_insol": insol * scatter(rng, 0.01, count),
        "pl_orbsmax": axis,
        "st_teff": teff,
        "st_rad": radius,
        "st_mass": host.mass * _error(rng, "st_mass", catalogue, count),
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
    host: Stars, catalogue: Catalogue, rng: np.random.Generator
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
    return {
        "spectype_teff": np.where(host.is_white_dwarf, np.nan, dwarfs.dwarf_teff(written)),
        "spectype_luminosity": stated,
        "spectype_fgkm": is_fgkm.astype(np.float64),
    }


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
    blanked = dict(known)
    for column in COLUMNS:
        rate = np.where(at_random, random_rate, catalogue.missing[column.name])
        drop = rng.random(count) < rate
        if not column.required:
            drop |= optional_blank
        for name in SPECTRAL if column.range is None else (column.name,):
            blanked[name] = np.where(drop, np.nan, known[name])
    # These planets keep all required columns, which always suffice.
    spared = lacks_size(blanked) | lacks_light(blanked)
    required = {column.name for column in REQUIRED} | set(SPECTRAL)
    return {
        name: np.where(spared, known[name], values) if name in required else values
        for name, values in blanked.items()
    }


def _error(rng: np.random.Generator, name: str, catalogue: Catalogue, count: int) -> FloatArray:
    """Draw the factor between measured and true values; its spread differs between planets."""
    median, spread = catalogue.errors[name], catalogue.error_scatter
    relative = median * np.exp(rng.normal(0.0, spread, count))
    return np.exp(rng.normal(0.0, 1.0, count) * np.minimum(relative, 0.5))
