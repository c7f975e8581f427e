"""Context: what surrounds a score: insolation, habitable zone, similarity, size, the definition.

Where the model gives a probability, this says what the formulas of the literature make of the
values as they were given, and from which of them. All arrays have shape (planets,).

The trap: a formula has no answer where an input is unknown. NaN then says so, also of yes and no
(1 and 0): a planet of unknown light is not outside the zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from exohabit.science import habitability, spectral_types
from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.domain_warnings import FGKM_TEFF
from exohabit.science.elementwise import first_known
from exohabit.science.features import Light, Table, implied_light

ZONES: Mapping[str, tuple[str, str]] = {
    "conservative": ("maximum_greenhouse", "runaway_greenhouse"),
    "optimistic": ("early_mars", "recent_venus"),
}
"""Outer and inner limit of each habitable zone of Kopparapu et al. 2014 (ApJ 787, L29)."""

ASSUMED_ALBEDO = 0.3
"""Bond albedo by which an equilibrium temperature alone implies an insolation: about Earth's."""
COMPACT = 0.3
"""Share of a dwarf's radius below which a star of its temperature is a white dwarf."""
HIGHEST_ALBEDO = 0.9
"""No known planet's Bond albedo is higher; Venus's is 0.77."""

BRIGHTEST, FAINTEST = (
    float(habitability.zone_limit(limit, np.array(teff)))
    for limit, teff in zip(
        ("recent_venus", "early_mars"), reversed(habitability.ZONE_TEFF), strict=True
    )
)
"""Insolations beyond which no star has an optimistic zone: of the hottest, of the coolest."""

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
    """Whether each part of the definition holds: 1, 0, or NaN where the values leave it open."""

    star: FloatArray
    light: FloatArray
    size: FloatArray

    @property
    def holds(self) -> FloatArray:
        """Whether the whole does: a part that fails decides, else one that is open."""
        parts = np.stack([self.star, self.light, self.size])
        return np.where((parts == 0.0).any(axis=0), 0.0, parts.min(axis=0))


@dataclass(frozen=True, slots=True)
class Zone:
    """A habitable zone around each planet's star; NaN where the star is not known well enough."""

    outer: FloatArray
    """Insolation at the outer limit, Earth's = 1."""
    inner: FloatArray
    """Insolation at the inner limit."""
    inner_axis: FloatArray
    """Semi-major axis at the inner limit, au."""
    outer_axis: FloatArray
    """Semi-major axis at the outer limit, au."""
    side: FloatArray
    """Where the planet is: 1 too hot, 0 inside, -1 too cold."""
    teff: FloatArray
    """The star's temperature as the limits take it, K: at the nearer end of what they hold for."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the formulas make of planets; NaN where they cannot say."""

    light: Light
    insol: FloatArray
    """Stated, else of the orbit, else of the equilibrium temperature under `ASSUMED_ALBEDO`.

    In the mean over an orbit whose eccentricity is known.
    """
    radius: FloatArray
    """Earth radii; of the mass by `radius_at_mass` where none is known."""
    similarity: FloatArray
    """Earth similarity index, 0 to 1."""
    zones: dict[str, Zone]
    """By the names of `ZONES`."""
    definition: Definition


def compute_context(table: Table, like_dwarf: BoolArray, measured_radius: FloatArray) -> Context:
    """Compute the context of planets.

    Args:
        table: what is known of them.
        like_dwarf: whether their star may be one (`implied_light`).
        measured_radius: Earth radii; NaN also where the given radius was computed from the mass,
            which then decides in the definition.
    """
    light = implied_light(table, like_dwarf)
    known = first_known(table["pl_insol"], light.insol) * light.gain
    black = habitability.black_planet_insolation(table["pl_eqt"]) * light.gain
    insol = first_known(known, black / (1.0 - ASSUMED_ALBEDO))
    radius = first_known(table["pl_rade"], radius_at_mass(table["pl_bmasse"]))
    zones = {name: _zone(limits, light, known, black) for name, limits in ZONES.items()}
    mass = table["pl_bmasse"]
    definition = Definition(
        star=_is_fgkm(table),
        light=_unless_unknown(zones["optimistic"].side == 0.0, np.isnan(zones["optimistic"].side)),
        size=_unless_unknown(
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
    """Say on which side of a zone a planet is.

    By its T_eq alone, which belongs to the insolation `black` if it reflects nothing, only if it
    is there for any albedo; without a star, only if it is there by any.
    """
    has_star = ~np.isnan(inner)
    most = black / (1.0 - HIGHEST_ALBEDO)
    too_hot = first_known(insol, black) > first_known(inner, BRIGHTEST)
    too_cold = first_known(insol, most) < first_known(outer, FAINTEST)
    inside = np.where(has_star & ~np.isnan(insol), 0.0, np.nan)
    return np.where(too_hot, 1.0, np.where(too_cold, -1.0, inside))


def radius_at_mass(mass: FloatArray) -> FloatArray:
    """Radius [Earth's] that goes with a mass [Earth's], Müller et al. 2024 (A&A 686, A296).

    R = 1.02 M^0.27 below 4.37 Earth masses, 0.56 M^0.67 to 127, 18.6 M^-0.06 beyond.
    """
    small, middle, giant = 1.02 * mass**0.27, 0.56 * mass**0.67, 18.6 * mass**-0.06
    return np.where(mass < 4.37, small, np.where(mass < 127.0, middle, giant))


def size_class(radius: float) -> str:
    """Name the class of a radius [Earth's]."""
    return next(name for name, upper in SIZE_CLASSES if radius <= upper)


def _is_fgkm(table: Table) -> FloatArray:
    """Whether the star is of class F, G, K or M: by its type, else by temperature and radius."""
    teff = table["st_teff"]
    is_compact = table["st_rad"] < COMPACT * spectral_types.dwarf_radius(teff)
    in_range = (teff >= FGKM_TEFF[0]) & (teff <= FGKM_TEFF[1]) & ~is_compact
    return first_known(table["spectype_fgkm"], _unless_unknown(in_range, np.isnan(teff)))


def _unless_unknown(answer: BoolArray, unknown: BoolArray) -> FloatArray:
    """Turn yes and no into 1 and 0, and into NaN where it is unknown."""
    return np.where(unknown, np.nan, answer.astype(np.float64))
