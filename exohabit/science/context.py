"""Context: facts reported beside a score, by formulas of the literature.

They are the insolation, the habitable zones, the Earth similarity, the class of size and the
definition, for the values as they were given. All arrays have shape (planets,).

Warning: a formula with an unknown input has no answer, so yes and no are 1 and 0, and NaN is
"unknown". A planet of unknown insolation is not outside the zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from exohabit.science import dwarfs, habitability
from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.elementwise import first_known
from exohabit.science.features import Light, Table, implied_light

ZONES: Mapping[str, tuple[str, str]] = {
    "conservative": ("maximum_greenhouse", "runaway_greenhouse"),
    "optimistic": ("early_mars", "recent_venus"),
}
"""Outer and inner limit of each habitable zone of Kopparapu et al. 2014 (ApJ 787, L29)."""

ASSUMED_ALBEDO = 0.3
"""Bond albedo for the insolation of planets with only an equilibrium temperature: about Earth's."""
COMPACT = 0.3
"""A star with less than this share of the radius of a dwarf of its temperature is a white dwarf."""
HIGHEST_ALBEDO = 0.9
"""Every known planet has a lower Bond albedo; Venus's is 0.77."""

BRIGHTEST, FAINTEST = (
    float(habitability.zone_limit(limit, np.array(teff)))
    for limit, teff in zip(
        ("recent_venus", "early_mars"), reversed(habitability.ZONE_TEFF), strict=True
    )
)
"""Highest and lowest insolation in the optimistic zone of any star."""

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

    @property
    def holds(self) -> FloatArray:
        """Whether the whole definition holds: 0 if one part is 0, else NaN if one is unknown."""
        parts = np.stack([self.star, self.light, self.size])
        return np.where((parts == 0.0).any(axis=0), 0.0, parts.min(axis=0))


@dataclass(frozen=True, slots=True)
class Zone:
    """The habitable zone of each planet's star; NaN if the star is not known well enough."""

    outer: FloatArray
    """Insolation at the outer limit, Earth's = 1."""
    inner: FloatArray
    """Insolation at the inner limit."""
    inner_axis: FloatArray
    """Semi-major axis at the inner limit, au."""
    outer_axis: FloatArray
    """Semi-major axis at the outer limit, au."""
    side: FloatArray
    """Position of the planet: 1 too hot, 0 inside, -1 too cold."""
    teff: FloatArray
    """The star's temperature, K, limited to the range for which the limits hold."""


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
    zones: dict[str, Zone]
    """By the names in `ZONES`."""
    definition: Definition


def compute_context(table: Table, like_dwarf: BoolArray, measured_radius: FloatArray) -> Context:
    """Compute the context of planets.

    Args:
        table: their known values.
        like_dwarf: whether the star may be taken as a dwarf (`implied_light`).
        measured_radius: Earth radii; NaN also if the radius was computed from the mass, because
            the definition then uses the mass.
    """
    light = implied_light(table, like_dwarf)
    known = first_known(table["pl_insol"], light.insol) * light.gain
    black = habitability.black_planet_insolation(table["pl_eqt"]) * light.gain
    insol = first_known(known, black / (1.0 - ASSUMED_ALBEDO))
    radius = first_known(table["pl_rade"], radius_at_mass(table["pl_bmasse"]))
    zones = {name: _zone(limits, light, known, black) for name, limits in ZONES.items()}
    mass = table["pl_bmasse"]
    definition = Definition(
        star=is_fgkm(table),
        light=_yes_no(zones["optimistic"].side == 0.0, np.isnan(zones["optimistic"].side)),
        size=_yes_no(
            habitability.is_right_size(measured_radius, mass),
            np.isnan(measured_radius) & np.isnan(mass),
        ),
    )
    similarity = habitability.earth_similarity(insol, radius)
    return Context(light, insol, radius, similarity, zones, definition)


def _zone(limits: tuple[str, str], light: Light, insol: FloatArray, black: FloatArray) -> Zone:
    outer, inner = (habitability.zone_limit(limit, light.teff) for limit in limits)
    return Zone(
        outer,
        inner,
        np.sqrt(light.luminosity / inner),
        np.sqrt(light.luminosity / outer),
        _side(insol, black, outer, inner),
        np.clip(light.teff, *habitability.ZONE_TEFF),
    )


def _side(insol: FloatArray, black: FloatArray, outer: FloatArray, inner: FloatArray) -> FloatArray:
    """Return the position of planets relative to a zone: 1 too hot, 0 inside, -1 too cold.

    With T_eq alone (`black` is its insolation without reflection), a planet is outside only if it
    is outside for every albedo. Without a star, it is outside only if it is for every star.
    """
    has_star = ~np.isnan(inner)
    highest = black / (1.0 - HIGHEST_ALBEDO)
    too_hot = first_known(insol, black) > first_known(inner, BRIGHTEST)
    too_cold = first_known(insol, highest) < first_known(outer, FAINTEST)
    inside = np.where(has_star & ~np.isnan(insol), 0.0, np.nan)
    return np.where(too_hot, 1.0, np.where(too_cold, -1.0, inside))


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
    teff = table["st_teff"]
    is_compact = table["st_rad"] < COMPACT * dwarfs.dwarf_radius(teff)
    in_range = (
        (teff >= habitability.FGKM_TEFF[0]) & (teff <= habitability.FGKM_TEFF[1]) & ~is_compact
    )
    return first_known(table["spectype_fgkm"], _yes_no(in_range, np.isnan(teff)))


def _yes_no(answer: BoolArray, unknown: BoolArray) -> FloatArray:
    """Return 1 for yes, 0 for no, and NaN where the answer is unknown."""
    return np.where(unknown, np.nan, answer.astype(np.float64))
