"""Step 1, the population: simulated planets, what is true of them and what is known of them.

Each planet gets a true star, orbit, size and albedo from broad priors; then a catalogue observes
it: with the noise of the archive, under one of its ways of detection, with the columns blank that
catalogues leave blank. Nothing of the archive itself enters but the rates below.

The trap: a planet's radius and mass are rarely both measured. The archive computes the missing
one from the other, and the catalogue of habitable worlds then judges by the measured one. So does
this population: a planet found by radial velocity has no true radius as far as the label goes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from science import habitability, stars
from science.arrays import BoolArray, FloatArray
from science.columns import COLUMNS, REQUIRED
from science.features import SPECTRAL, Table, lacks_light, lacks_size
from training.settings import WORK, Settings

FILES = {"planets": WORK / "planets.npz", "held_out": WORK / "held_out.npz"}

# Rates and relative errors of the archive (composite table of 2025-12-30): the median error, and
# the scatter of the errors around it as a factor.
ERRORS = {
    "pl_rade": 0.07,
    "pl_bmasse": 0.12,
    "pl_orbsmax": 0.015,
    "pl_eqt": 0.02,
    "pl_insol": 0.06,
    "st_teff": 0.016,
    "st_rad": 0.045,
    "st_mass": 0.05,
}
ERROR_SCATTER = 0.6
MISSING = {
    "pl_rade": 0.05,
    "pl_bmasse": 0.05,
    "pl_orbper": 0.05,
    "pl_eqt": 0.25,
    "st_spectype": 0.63,
    "pl_insol": 0.30,
    "pl_orbsmax": 0.05,
    "st_teff": 0.05,
    "st_rad": 0.05,
    "st_mass": 0.02,
}
OPTIONAL_BLANK = 0.5
"""Share of planets told by the five required columns alone."""
RANDOM_BLANK = 0.5
"""Share of planets whose columns are blanked at random instead of at the archive's rates."""

# Kinds of star, by share. Within the main sequence every subtype is as likely as any other.
STAR_KINDS = {
    "dwarf": 0.80,
    "subgiant": 0.10,
    "giant": 0.03,
    "early_type": 0.03,
    "brown_dwarf": 0.02,
    "white_dwarf": 0.02,
}
# Which is measured: radius (transit) or minimum mass (radial velocity).
TRANSIT_SHARE = 0.65

# Albedo behind a stated equilibrium temperature: often assumed 0 or 0.3, else anything up to
# more than a cloud deck like Venus's (0.77).
ALBEDO_ZERO_SHARE, ALBEDO_EARTH_SHARE = 0.25, 0.20
ALBEDO_EARTH = 0.3
ALBEDO_RANGE = (0.0, 0.9)


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of each planet: arrays of shape (planets,)."""

    insol: FloatArray
    teff: FloatArray
    is_fgkm: BoolArray
    radius: FloatArray
    """Earth radii; NaN where no radius is known and the mass decides."""
    mass: FloatArray
    """Earth masses; the minimum mass where no radius is known."""


@dataclass(frozen=True, slots=True)
class Population:
    """Simulated planets: truth, what is known, and the weight that restores the prior."""

    truth: Truth
    known: Table
    weight: FloatArray

    def save(self, path: Path) -> None:
        """Write the population to one .npz file."""
        arrays = {f"truth.{name}": array for name, array in asdict(self.truth).items()}
        arrays |= {f"known.{name}": array for name, array in self.known.items()}
        np.savez(path, weight=self.weight, **arrays)

    @classmethod
    def load(cls, path: Path) -> Population:
        """Read a population that `save` wrote."""
        with np.load(path) as arrays:
            groups: dict[str, dict[str, Any]] = {"truth": {}, "known": {}}
            for key in set(arrays.files) - {"weight"}:
                group, name = key.split(".")
                groups[group][name] = arrays[key]
            return cls(Truth(**groups["truth"]), groups["known"], arrays["weight"])


@dataclass(frozen=True, slots=True)
class _Stars:
    position: FloatArray
    teff: FloatArray
    radius: FloatArray
    mass: FloatArray
    luminosity_class: FloatArray
    is_white_dwarf: BoolArray


def simulate(count: int, settings: Settings, rng: np.random.Generator) -> Population:
    """Draw `count` planets that a catalogue says enough about to be judged."""
    host = _draw_stars(count, rng)
    period, radius, weight = _draw_planets(host, settings, rng)
    mass = _draw_masses(radius, rng)
    axis = habitability.semi_major_axis(period, host.mass)
    insol = habitability.insolation(habitability.luminosity(host.teff, host.radius), axis)
    transits = rng.random(count) < TRANSIT_SHARE
    minimum_mass = mass * np.sqrt(1.0 - rng.random(count) ** 2)
    truth = Truth(
        insol=insol,
        teff=host.teff,
        is_fgkm=~host.is_white_dwarf & (host.position >= 30.0) & (host.position < 70.0),
        radius=np.where(transits, radius, np.nan),
        mass=np.where(transits, mass, minimum_mass),
    )
    known = {
        **_observe_sizes(truth, rng),
        **_observe_light(host, period, axis, insol, rng),
        **_write_spectral_types(host, rng),
    }
    return Population(truth, _blank(known, rng), weight)


def _draw_stars(count: int, rng: np.random.Generator) -> _Stars:
    kinds = rng.choice(list(STAR_KINDS), size=count, p=list(STAR_KINDS.values()))
    is_kind = {kind: kinds == kind for kind in STAR_KINDS}
    position = np.select(
        [is_kind["subgiant"], is_kind["giant"], is_kind["early_type"], is_kind["brown_dwarf"]],
        [
            rng.uniform(34.0, 53.0, count),
            rng.uniform(44.0, 65.0, count),
            rng.uniform(10.0, 30.0, count),
            rng.uniform(70.0, 88.0, count),
        ],
        rng.uniform(30.0, 70.0, count),
    )
    teff = np.where(
        is_kind["white_dwarf"],
        _log_uniform(rng, (4_000.0, 50_000.0), count),
        stars.dwarf_teff(position) * _scatter(rng, 0.01, count),
    )
    evolved = [is_kind["subgiant"], is_kind["giant"], is_kind["white_dwarf"]]
    dwarf_radius = stars.dwarf_radius(teff)
    radius = np.select(
        evolved,
        [
            dwarf_radius * rng.uniform(1.3, 3.5, count),
            _log_uniform(rng, (4.0, 60.0), count),
            rng.uniform(0.009, 0.02, count),
        ],
        dwarf_radius * _scatter(rng, 0.05, count),
    )
    mass = np.select(
        evolved,
        [rng.uniform(0.9, 1.7, count), rng.uniform(0.8, 3.0, count), rng.uniform(0.4, 1.1, count)],
        stars.dwarf_mass(teff) * _scatter(rng, 0.05, count),
    )
    luminosity_class = np.select(evolved, [4.0, 3.0, np.nan], 5.0)
    return _Stars(position, teff, radius, mass, luminosity_class, is_kind["white_dwarf"])


def _draw_planets(
    host: _Stars, settings: Settings, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Draw periods [days] and radii [Earth's], half of them near the zone, with weights.

    The weight is prior density over sampling density, so that weighted means refer to the prior.
    """
    count = host.teff.size
    near = rng.random(count) < settings.near_share
    star_luminosity = habitability.luminosity(host.teff, host.radius)
    hottest = habitability.zone_limit("recent_venus", host.teff) * settings.near_insol
    coolest = habitability.zone_limit("early_mars", host.teff) / settings.near_insol
    shortest, longest = (
        habitability.orbital_period(np.sqrt(star_luminosity / insol), host.mass)
        for insol in (hottest, coolest)
    )
    period = np.where(
        near,
        shortest * (longest / shortest) ** rng.random(count),
        _log_uniform(rng, settings.period_days, count),
    )
    radius = np.where(
        near,
        _log_uniform(rng, settings.near_radius, count),
        _log_uniform(rng, settings.radius, count),
    )
    prior = _density(period, *settings.period_days) * _density(radius, *settings.radius)
    around = _density(period, shortest, longest) * _density(radius, *settings.near_radius)
    sampled = settings.near_share * around + (1.0 - settings.near_share) * prior
    return period, radius, prior / sampled


def _density(value: FloatArray, low: FloatArray | float, high: FloatArray | float) -> FloatArray:
    """Density of ln(value) under a log-uniform distribution."""
    return np.where((value >= low) & (value <= high), 1.0 / np.log(high / low), 0.0)


def _draw_masses(radius: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Draw true masses [Earth's] for radii [Earth's], Mueller et al. 2024 (A&A 686, A296).

    R = 1.02 M^0.27 below 4.4 Earth masses, 0.56 M^0.67 to 127, with the spread of compositions;
    beyond, radius says next to nothing of mass.
    """
    count = radius.size
    rocky = (radius / 1.02) ** (1 / 0.27) * _scatter(rng, 0.25, count)
    neptunian = (radius / 0.56) ** (1 / 0.67) * _scatter(rng, 0.45, count)
    jovian = _log_uniform(rng, (60.0, 9_500.0), count)
    return np.select([radius < 1.52, radius < 9.0], [rocky, neptunian], jovian)


def _observe_sizes(truth: Truth, rng: np.random.Generator) -> dict[str, FloatArray]:
    """Measure a radius or a minimum mass; compute the other as the archive does, or leave it."""
    count = truth.mass.size
    measured_radius = truth.radius * _error(rng, "pl_rade", count)
    measured_mass = truth.mass * _error(rng, "pl_bmasse", count)
    chance = rng.random(count)
    # A transit's mass: computed, measured as well, or nothing.
    transit_mass = np.select(
        [chance < 0.45, chance < 0.75], [_typical_mass(measured_radius), measured_mass], np.nan
    )
    computed_radius = np.where(chance < 0.75, habitability.typical_radius(measured_mass), np.nan)
    transits = ~np.isnan(truth.radius)
    return {
        "pl_rade": _rounded(np.where(transits, measured_radius, computed_radius)),
        "pl_bmasse": _rounded(np.where(transits, transit_mass, measured_mass)),
    }


def _typical_mass(radius: FloatArray) -> FloatArray:
    """Mass [Earth's] at which a radius [Earth's] is typical; NaN above 11, where none is."""
    mass = np.geomspace(1e-4, 120.0, 2_000)
    return np.interp(radius, habitability.typical_radius(mass), mass, right=np.nan)


def _rounded(value: FloatArray) -> FloatArray:
    """Round to three significant digits, as most catalogues print."""
    unit = 10.0 ** (np.floor(np.log10(value)) - 2)
    return np.round(value / unit) * unit


def _observe_light(
    host: _Stars, period: FloatArray, axis: FloatArray, insol: FloatArray, rng: np.random.Generator
) -> dict[str, FloatArray]:
    """Measure star and orbit; state insolation and temperature from them, or independently."""
    count = period.size
    teff = host.teff * _error(rng, "st_teff", count)
    radius = host.radius * _error(rng, "st_rad", count)
    axis = axis * _error(rng, "pl_orbsmax", count)
    catalogued = habitability.insolation(habitability.luminosity(teff, radius), axis)
    independent = insol * _error(rng, "pl_insol", count)
    insol = np.where(rng.random(count) < 0.7, catalogued, independent)
    eqt = habitability.equilibrium_temperature(insol, _draw_albedos(rng, count))
    return {
        "pl_orbper": period,
        "pl_eqt": eqt * _error(rng, "pl_eqt", count),
        "pl_insol": insol * _scatter(rng, 0.01, count),
        "pl_orbsmax": axis,
        "st_teff": teff,
        "st_rad": radius,
        "st_mass": host.mass * _error(rng, "st_mass", count),
    }


def _draw_albedos(rng: np.random.Generator, count: int) -> FloatArray:
    chance = rng.random(count)
    return np.select(
        [chance < ALBEDO_ZERO_SHARE, chance < ALBEDO_ZERO_SHARE + ALBEDO_EARTH_SHARE],
        [0.0, ALBEDO_EARTH],
        rng.uniform(*ALBEDO_RANGE, count),
    )


def _write_spectral_types(host: _Stars, rng: np.random.Generator) -> dict[str, FloatArray]:
    """Say of each star what a reader of its spectral type, as people write it, would know."""
    count = host.teff.size
    # Types err by a subtype or so, but never across the edges of the domain: what counts there is
    # the class as it was given.
    edge = [host.position < 30.0, host.position < 70.0]
    warmest, coolest = np.select(edge, [0.0, 30.0], 70.0), np.select(edge, [29.4, 69.4], 92.0)
    position = np.clip(host.position + rng.normal(0.0, 0.7, count), warmest, coolest)
    chance = rng.random(count)
    written = np.select(
        [chance < 0.10, chance < 0.70],
        [stars.typical_position(position), np.round(position)],
        np.round(position * 2) / 2,
    )
    said = np.where(rng.random(count) < 0.55, host.luminosity_class, np.nan)
    # Some subgiants pass for dwarfs; a giant's class is always stated.
    said = np.where((said == 4.0) & (rng.random(count) < 0.3), 5.0, said)
    said = np.where(host.luminosity_class == 3.0, 3.0, said)
    is_fgkm = ~host.is_white_dwarf & (written >= 30.0) & (written < 70.0)
    return {
        "spectype_teff": np.where(host.is_white_dwarf, np.nan, stars.dwarf_teff(written)),
        "spectype_luminosity": said,
        "spectype_fgkm": is_fgkm.astype(np.float64),
    }


def _blank(known: dict[str, FloatArray], rng: np.random.Generator) -> dict[str, FloatArray]:
    """Blank columns as catalogues do, but never so many that a planet could not be judged."""
    count = known["pl_rade"].size
    at_random = rng.random(count) < RANDOM_BLANK
    random_rate = rng.random(count)
    optional_blank = rng.random(count) < OPTIONAL_BLANK
    blanked = dict(known)
    for column in COLUMNS:
        drop = rng.random(count) < np.where(at_random, random_rate, MISSING[column.name])
        if not column.required:
            drop |= optional_blank
        for name in SPECTRAL if column.range is None else (column.name,):
            blanked[name] = np.where(drop, np.nan, known[name])
    # Told by all the required columns instead, a planet can be judged.
    spared = lacks_size(blanked) | lacks_light(blanked)
    required = {column.name for column in REQUIRED} | set(SPECTRAL)
    return {
        name: np.where(spared, known[name], values) if name in required else values
        for name, values in blanked.items()
    }


def _log_uniform(rng: np.random.Generator, bounds: tuple[float, float], count: int) -> FloatArray:
    return np.exp(rng.uniform(np.log(bounds[0]), np.log(bounds[1]), count))


def _scatter(rng: np.random.Generator, relative: float, count: int) -> FloatArray:
    """Factors around 1 with a relative spread."""
    return np.exp(rng.normal(0.0, relative, count))


def _error(rng: np.random.Generator, name: str, count: int) -> FloatArray:
    """Factors of a measurement's error: how large differs from planet to planet."""
    relative = ERRORS[name] * np.exp(rng.normal(0.0, ERROR_SCATTER, count))
    return np.exp(rng.normal(0.0, 1.0, count) * np.minimum(relative, 0.5))


def run(settings: Settings) -> None:
    """Simulate the planets to fit on and the held-out ones, into `FILES`."""
    WORK.mkdir(exist_ok=True)
    rng = np.random.default_rng(settings.seed)
    for name, count in (("planets", settings.planets), ("held_out", settings.held_out)):
        simulate(count, settings, rng).save(FILES[name])
        print(f"simulated {count:,} planets into {FILES[name].relative_to(WORK.parent)}")


if __name__ == "__main__":
    run(Settings())
