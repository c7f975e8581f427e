"""Habitability: insolation, the habitable zone, Earth similarity and the definition itself.

A planet is called potentially habitable if its size allows a solid or ocean surface and its
insolation allows liquid water on it. That is the criterion of the Habitable Worlds Catalog
(PHL, University of Puerto Rico at Arecibo, methods page of October 2020). It does not mean
inhabited. Functions take floats or arrays of one shape, return the same, and NaN gives NaN.

Warning: the limits of the zone are polynomials that hold from 2600 to 7200 K only.
"""

from __future__ import annotations

import numpy as np

from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.elementwise import (
    Quantity,
    choose,
    clip,
    cube_root,
    log,
    memoize,
    power,
    square,
    square_root,
)

SUN_TEFF = 5772.0
"""The Sun's effective temperature, K (IAU 2015 resolution B3)."""
EARTH_EQT = 278.3
"""Equilibrium temperature of a black planet at Earth's insolation, K."""
DAYS_PER_YEAR = 365.25

ZONE_TEFF = (2600.0, 7200.0)
"""Temperatures for which the limits below hold, K; for other stars the nearer end is used."""

# Kopparapu et al. 2014 (ApJ 787, L29), table 1: S_eff = S0 + a T + b T^2 + c T^3 + d T^4 with
# T = Teff - 5780 K, for a planet of one Earth mass, or of the mass in the name. A heavier planet
# bears more light before its oceans boil; the other limits do not depend on its mass.
_ZONE_LIMITS: dict[str, tuple[float, float, float, float, float]] = {
    "recent_venus": (1.776, 2.136e-4, 2.533e-8, -1.332e-11, -3.097e-15),
    "runaway_greenhouse": (1.107, 1.332e-4, 1.580e-8, -8.308e-12, -1.931e-15),
    "runaway_greenhouse_0.1": (0.99, 1.209e-4, 1.404e-8, -7.418e-12, -1.713e-15),
    "runaway_greenhouse_5": (1.188, 1.433e-4, 1.707e-8, -8.968e-12, -2.084e-15),
    "maximum_greenhouse": (0.356, 6.171e-5, 1.698e-9, -3.198e-12, -5.575e-16),
    "early_mars": (0.320, 5.547e-5, 1.526e-9, -2.874e-12, -5.011e-16),
}

RUNAWAY_MASSES = (0.1, 5.0)
"""Lowest and highest planet mass of the runaway greenhouse's limits, Earth masses."""

FGKM_TEFF = (2300.0, 7310.0)
"""Effective temperatures of classes F to M, K (Pecaut & Mamajek 2013, between M9.5 and L0 and
between A9 and F0). They tell the class only where no spectral type is known."""
RADIUS_LIMITS = (0.5, 2.5)
"""Radii of a potentially habitable planet, Earth radii."""
MASS_LIMITS = (0.1, 10.0)
"""Masses or minimum masses of one, Earth masses; they decide only if the radius is unknown."""


def zone_limit(name: str, teff: Quantity) -> Quantity:
    """Return the insolation [Earth's] at a limit of the habitable zone of stars of `teff` [K]."""
    s0, a, b, c, d = _ZONE_LIMITS[name]
    t = clip(teff, *ZONE_TEFF) - 5780.0
    return s0 + t * (a + t * (b + t * (c + t * d)))


def runaway_limit(teff: FloatArray, mass: FloatArray) -> FloatArray:
    """Return the insolation [Earth's] of the runaway greenhouse, by star [K] and planet mass.

    Between the three masses of the source it is linear in the logarithm of the mass [Earth's];
    beyond them it stays that of the last one.
    """
    like_earth = zone_limit("runaway_greenhouse", teff)
    lightest, heaviest = (zone_limit(f"runaway_greenhouse_{m:g}", teff) for m in RUNAWAY_MASSES)
    position, ends = np.log(np.clip(mass, *RUNAWAY_MASSES)), np.log(RUNAWAY_MASSES)
    lighter = like_earth + (lightest - like_earth) * position / ends[0]
    heavier = like_earth + (heaviest - like_earth) * position / ends[1]
    limit: FloatArray = np.where(position < 0.0, lighter, heavier)
    return limit


def zone_positions(teff: Quantity, *insols: Quantity) -> list[Quantity]:
    """Return the positions of insolations [Earth's] in the optimistic zone of stars of `teff` [K].

    A position is 0 at the outer edge (early Mars), 1 at the inner edge (recent Venus), and linear
    in the logarithm of the insolation. So the zone is the same interval for every star.
    """
    outer, width = _log_zone(teff)
    return [(log(insol) - outer) / width for insol in insols]


@memoize
def _log_zone(teff: Quantity) -> tuple[Quantity, Quantity]:
    outer = log(zone_limit("early_mars", teff))
    return outer, log(zone_limit("recent_venus", teff)) - outer


def luminosity(teff: Quantity, radius: Quantity) -> Quantity:
    """Return the luminosity [Sun's] for a temperature [K] and radius [Sun's] (Stefan-Boltzmann)."""
    return square(radius) * square(square(teff / SUN_TEFF))


def semi_major_axis(period_days: Quantity, star_mass: Quantity) -> Quantity:
    """Return the semi-major axis [au] for a period and a star's mass [Sun's] (Kepler's law)."""
    return cube_root(star_mass * square(period_days / DAYS_PER_YEAR))


def orbital_period(axis_au: FloatArray, star_mass: FloatArray) -> FloatArray:
    """Return the orbital period [days] for a semi-major axis and a star's mass [Sun's]."""
    return DAYS_PER_YEAR * np.sqrt(axis_au**3 / star_mass)


def insolation(star_luminosity: Quantity, axis_au: Quantity) -> Quantity:
    """Return the insolation [Earth's] at a distance from a star of a luminosity [Sun's]."""
    return star_luminosity / square(axis_au)


def eccentric_gain(eccentricity: Quantity) -> Quantity:
    """Return the mean insolation over an orbit, divided by that of a circular orbit of its axis.

    An eccentricity of 0.5 adds 15 %. A climate depends on this mean more than on the extremes of
    the orbit (Williams & Pollard 2002, IJAsB 1, 61).
    """
    return 1.0 / square_root(1.0 - square(eccentricity))


def equilibrium_temperature(insol: FloatArray, albedo: FloatArray) -> FloatArray:
    """Return the equilibrium temperature [K] at an insolation [Earth's] and Bond albedo."""
    return EARTH_EQT * (insol * (1.0 - albedo)) ** 0.25


def black_planet_insolation(eqt: Quantity) -> Quantity:
    """Return the insolation [Earth's] of a black planet of this equilibrium temperature [K].

    It is the lowest possible insolation: a planet with any albedo needs more.
    """
    return square(square(eqt / EARTH_EQT))


def earth_similarity(insol: FloatArray, radius: FloatArray) -> FloatArray:
    """Return the Earth similarity index for an insolation [Earth's] and a radius [Earth's].

    This is the two-term form of the Habitable Worlds Catalog: Earth has 1, Mars 0.645.
    """
    light = ((insol - 1.0) / (insol + 1.0)) ** 2
    size = ((radius - 1.0) / (radius + 1.0)) ** 2
    return 1.0 - np.sqrt((light + size) / 2.0)


def in_optimistic_zone(insol: FloatArray, teff: FloatArray) -> BoolArray:
    """Whether an insolation [Earth's] lies between early Mars and recent Venus."""
    return (insol >= zone_limit("early_mars", teff)) & (insol <= zone_limit("recent_venus", teff))


def is_right_size(radius: FloatArray, mass: FloatArray) -> BoolArray:
    """Whether the radius [Earth's] is in range, or the mass [Earth's] if the radius is NaN."""
    by_radius = (radius >= RADIUS_LIMITS[0]) & (radius <= RADIUS_LIMITS[1])
    by_mass = (mass >= MASS_LIMITS[0]) & (mass <= MASS_LIMITS[1])
    return np.where(np.isnan(radius), by_mass, by_radius)


def is_habitable(
    insol: FloatArray, teff: FloatArray, is_fgkm: BoolArray, radius: FloatArray, mass: FloatArray
) -> BoolArray:
    """Whether planets meet the definition of potentially habitable (see the module docstring).

    Args:
        insol: insolation, Earth's = 1.
        teff: the star's effective temperature, K.
        is_fgkm: whether the star is of class F, G, K or M.
        radius: planet's radius, Earth radii; NaN if not measured.
        mass: planet's mass or minimum mass, Earth masses.
    """
    return is_fgkm & in_optimistic_zone(insol, teff) & is_right_size(radius, mass)


def typical_radius(mass: Quantity) -> Quantity:
    """Return the typical radius [Earth's] of a mass [Earth's].

    Chen & Kipping 2017 (ApJ 834, 17), table 2: R = C M^S with the exponents 0.279, 0.589 and
    -0.044, joined at 2.04 and 131.6 Earth masses. The archive computes radii and masses that were
    not measured from this relation.
    """
    is_rocky, is_neptunian = mass < 2.04, mass < 131.6
    factor = choose(is_rocky, 1.008, choose(is_neptunian, 0.808, 17.74))
    exponent = choose(is_rocky, 0.279, choose(is_neptunian, 0.589, -0.044))
    radius: Quantity = factor * power(mass, exponent)
    return radius


def typical_mass(radius: FloatArray) -> FloatArray:
    """Return the mass [Earth's] whose typical radius [Earth's] this is; NaN above 11."""
    mass = np.geomspace(1e-4, 120.0, 2_000)
    return np.interp(radius, typical_radius(mass), mass, right=np.nan)
