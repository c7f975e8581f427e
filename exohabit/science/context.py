"""Context: facts reported beside a score, by formulas of the literature.

They are the insolation, the habitable zones, the Earth similarity, the size class and the
definition, for the values as they were given. All arrays have shape (planets,).

Warning: an answer is 1 (yes), 0 (no), or NaN if an input of the formula is unknown. So a planet of
unknown insolation is not outside the zone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exohabit.science import habitability
from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.elementwise import first_known
from exohabit.science.features import Light, Table, implied_light, lacks_zone
from exohabit.science.zones import Zone, locate, side_of, zone_limits

ASSUMED_ALBEDO = 0.3
"""Bond albedo for the insolation of planets with only an equilibrium temperature: about Earth's."""
# Kopparapu et al. 2018 (ApJ 856, 122): upper radius [Earth's] of each class.
SIZE_CLASSES: tuple[tuple[str, float], ...] = (
    ("smaller than rocky planets", np.nextafter(0.5, 0.0)),
    ("rocky", 1.0),
    ("super-Earth", 1.75),
    ("sub-Neptune", 3.5),
    ("sub-Jovian", 6.0),
    ("Jovian", 14.3),
    ("larger than Jovian planets", np.inf),
)


@dataclass(frozen=True, slots=True)
class Definition:
    """Whether each part of the definition holds: 1, 0, or NaN if unknown."""

    star: FloatArray
    light: FloatArray
    size: FloatArray
    is_open: BoolArray
    """Whether `light` is unknown because the stated insolation is on one side of an edge of the
    zone, and that of orbit and star on the other."""

    @property
    def holds(self) -> FloatArray:
        """Whether the whole definition holds: 0 if one part is 0, else NaN if one is unknown."""
        parts = np.stack([self.star, self.light, self.size])
        return np.where((parts == 0.0).any(axis=0), 0.0, parts.min(axis=0))


@dataclass(frozen=True, slots=True)
class Context:
    """The results of the formulas; NaN where an input is unknown."""

    light: Light
    insol: FloatArray
    """Stated, else of the orbit, else of the equilibrium temperature with `ASSUMED_ALBEDO`.

    If the eccentricity is known, it is the mean over the orbit.
    """
    radius: FloatArray
    """Earth radii; from the mass by `radius_at_mass` if unknown."""
    similarity: FloatArray
    """Earth similarity index, 0 to 1."""
    planet_mass: FloatArray
    """The mass for the conservative zone, `RUNAWAY_MASSES` at most: as stated, else the typical one
    of the radius, else Earth's."""
    zones: dict[str, Zone]
    """The conservative and the optimistic zone of Kopparapu et al. 2014 (ApJ 787, L29)."""
    definition: Definition


def compute_context(table: Table, like_dwarf: BoolArray) -> Context:
    """Compute the context of planets.

    Args:
        table: their known values.
        like_dwarf: whether the star may be taken as a dwarf (`implied_light`).
    """
    light = implied_light(table, like_dwarf)
    known = first_known(table["pl_insol"], light.insol) * light.gain
    black = habitability.black_planet_insolation(table["pl_eqt"]) * light.gain
    insol = first_known(known, black / (1.0 - ASSUMED_ALBEDO))
    radius = first_known(table["pl_rade"], radius_at_mass(table["pl_bmasse"]))
    planet_mass = _runaway_mass(table["pl_rade"], table["pl_bmasse"])
    zones = {
        name: locate(limits, light, known, black)
        for name, limits in zone_limits(light.teff, planet_mass).items()
    }
    similarity = habitability.earth_similarity(insol, radius)
    definition = _definition(table, light, zones["optimistic"])
    return Context(light, insol, radius, similarity, planet_mass, zones, definition)


def _runaway_mass(radius: FloatArray, mass: FloatArray) -> FloatArray:
    # A larger radius has no typical mass, but surely one above those of the limits.
    typical = habitability.typical_mass(np.minimum(radius, 10.0))
    known = first_known(mass, first_known(typical, 1.0))
    return np.clip(known, *habitability.RUNAWAY_MASSES)


def _definition(table: Table, light: Light, zone: Zone) -> Definition:
    radius, mass = table["pl_rade"], table["pl_bmasse"]
    stated, orbit = (
        side_of(insol * light.gain, np.full_like(insol, np.nan), zone.outer, zone.inner)
        for insol in (table["pl_insol"], light.insol)
    )
    is_open = ~np.isnan(stated + orbit) & ((stated == 0.0) != (orbit == 0.0))
    return Definition(
        star=is_fgkm(table),
        light=_yes_no(zone.side == 0.0, np.isnan(zone.side) | is_open),
        size=_yes_no(habitability.is_right_size(radius, mass), np.isnan(radius) & np.isnan(mass)),
        is_open=is_open,
    )


def radius_at_mass(mass: FloatArray) -> FloatArray:
    """Return the mean radius [Earth's] of planets of a mass [Earth's].

    Müller et al. 2024 (A&A 686, A296): R = 1.02 M^0.27 below 4.37 Earth masses, 0.56 M^0.67 up to
    127, 18.6 M^-0.06 above.
    """
    small, middle, giant = 1.02 * mass**0.27, 0.56 * mass**0.67, 18.6 * mass**-0.06
    return np.where(mass < 4.37, small, np.where(mass < 127.0, middle, giant))


def size_class(radius: float) -> str:
    """Return the class of a radius [Earth's]."""
    return next(name for name, upper in SIZE_CLASSES if radius <= upper)


def is_fgkm(table: Table) -> FloatArray:
    """Whether the star is of class F, G, K or M, by its type, else by temperature and radius."""
    is_unknown_star = np.isnan(table["spectype_fgkm"]) & np.isnan(table["st_teff"])
    return _yes_no(~lacks_zone(table), is_unknown_star)


def _yes_no(answer: BoolArray, unknown: BoolArray) -> FloatArray:
    """Return 1 for yes, 0 for no, and NaN where the answer is unknown."""
    return np.where(unknown, np.nan, answer.astype(np.float64))
