"""Zones: the habitable zones of stars, and where planets are relative to them.

All arrays have shape (planets,).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exohabit.science import habitability
from exohabit.science.arrays import FloatArray
from exohabit.science.elementwise import first_known
from exohabit.science.features import Light

HIGHEST_ALBEDO = 0.9
"""Every known planet has a lower Bond albedo; Venus's is 0.77."""

BRIGHTEST, FAINTEST = (
    float(habitability.zone_limit(limit, np.array(teff)))
    for limit, teff in zip(
        ("recent_venus", "early_mars"), reversed(habitability.ZONE_TEFF), strict=True
    )
)
"""Highest and lowest insolation in the optimistic zone of any star."""
COMMON_ZONE = (
    float(habitability.zone_limit("early_mars", np.array(habitability.ZONE_TEFF[1]))),
    float(habitability.zone_limit("recent_venus", np.array(habitability.ZONE_TEFF[0]))),
)
"""Insolations that are in the optimistic zone of every star of class F to M."""


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


def zone_limits(teff: FloatArray, mass: FloatArray) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Return the insolation at the outer and inner limit of each zone, by star [K] and mass."""
    outer, inner = (habitability.zone_limit(each, teff) for each in ("early_mars", "recent_venus"))
    maximum = habitability.zone_limit("maximum_greenhouse", teff)
    return {
        "conservative": (maximum, habitability.runaway_limit(teff, mass)),
        "optimistic": (outer, inner),
    }


def locate(
    limits: tuple[FloatArray, FloatArray], light: Light, insol: FloatArray, black: FloatArray
) -> Zone:
    """Return a zone with the positions of planets.

    Args:
        limits: insolation at its outer and inner limit.
        light: what star and orbit imply.
        insol: the planets' insolation, as stated or of orbit and star.
        black: that of a black planet of their equilibrium temperature.
    """
    outer, inner = limits
    return Zone(
        outer,
        inner,
        np.sqrt(light.luminosity / inner),
        np.sqrt(light.luminosity / outer),
        side_of(insol, black, outer, inner),
        np.clip(light.teff, *habitability.ZONE_TEFF),
    )


def side_of(
    insol: FloatArray, black: FloatArray, outer: FloatArray, inner: FloatArray
) -> FloatArray:
    """Return the position of planets relative to a zone: 1 too hot, 0 inside, -1 too cold.

    With T_eq alone (`black` is its insolation without reflection), a planet is outside only if it
    is outside for every albedo. If the star is unknown, it is outside only if it is outside for
    every star.
    """
    has_star = ~np.isnan(inner)
    highest = black / (1.0 - HIGHEST_ALBEDO)
    too_hot = first_known(insol, black) > first_known(inner, BRIGHTEST)
    too_cold = first_known(insol, highest) < first_known(outer, FAINTEST)
    inside = np.where(has_star & ~np.isnan(insol), 0.0, np.nan)
    return np.where(too_hot, 1.0, np.where(too_cold, -1.0, inside))
