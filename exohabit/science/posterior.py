"""Posterior: the probability of the habitable zone and of the right size, by formulas alone.

Each known value is taken as the true one with a typical error of catalogues. Errors have heavy
tails, so they follow Student's t-distribution with 4 degrees of freedom, whose distribution
function needs a square root only. The light may be known from three sources: stated, from star and
orbit, and from an equilibrium temperature, whose albedo is unknown.

The model gets these probabilities as features. They change smoothly, where a decision tree has
steps, so the trees only need to learn what the formulas miss.

Note: functions take floats or arrays, as in `elementwise`.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from exohabit.science.elementwise import choose, first_known, is_unknown, log, square_root
from exohabit.science.habitability import MASS_LIMITS, RADIUS_LIMITS

STATED_ERROR = 0.065
"""Typical error of a stated insolation, in units of the zone's width (0.11 in its logarithm)."""
ORBIT_ERROR = 0.065
"""The same for the insolation of star and orbit."""
EQT_ERROR = 0.07
"""The same for the insolation of an equilibrium temperature and a known albedo."""
RADIUS_ERROR = 0.09
"""Typical error of the logarithm of a radius."""
MASS_ERROR = 0.13
"""Typical error of the logarithm of a mass."""
ALBEDOS = ((0.40, 0.0, 0.0), (0.36, 0.20, 0.06), (0.16, 0.42, 0.09), (0.08, 0.85, 0.16))
"""The unknown albedo: probability, offset of the insolation and its spread in the zone's widths."""
_COMPUTED_WITHIN = 0.03
"""A radius and a mass whose ratio is so near the typical one were computed from one another."""

_LOG_RADIUS = tuple(math.log(limit) for limit in RADIUS_LIMITS)
_LOG_MASS = tuple(math.log(limit) for limit in MASS_LIMITS)


class Posterior(NamedTuple):
    """Probabilities, floats or arrays of shape (planets,)."""

    zone: Any
    """That the planet is in the optimistic zone of its star."""
    size: Any
    """That its size is right."""


def zone_probability(stated: Any, orbit: Any, eqt: Any) -> Any:
    """Return the probability that a position is in the zone, by the positions of three sources.

    Args:
        stated: position (0 the outer, 1 the inner edge) of the stated insolation; NaN if unknown.
        orbit: that of the insolation of star and orbit.
        eqt: that of the insolation which gives a black planet its equilibrium temperature.
    """
    place, variance = _combine(stated, orbit)
    alone = within(place, 0.0, 1.0, square_root(variance))
    weights, chances = [], []
    for probability, offset, spread in ALBEDOS:
        other = eqt + offset
        other_variance = EQT_ERROR * EQT_ERROR + spread * spread
        both = variance + other_variance
        distance = place - other
        relative = 4.0 + distance * distance / both
        weight = probability / (relative * relative * square_root(relative * both))
        share = other_variance / both
        mean = first_known(share * place + (1.0 - share) * other, other)
        joint = first_known(share * variance, other_variance)
        weight = first_known(weight, probability)
        weights.append(weight)
        chances.append(weight * within(mean, 0.0, 1.0, square_root(joint)))
    with_eqt = sum(chances) / sum(weights)
    return first_known(with_eqt, alone)


def _combine(stated: Any, orbit: Any) -> tuple[Any, Any]:
    """Return mean and variance of two positions; if they disagree, the mean is less certain."""
    half = (stated - orbit) / 2.0
    place = first_known(orbit + half, first_known(stated, orbit))
    floor = STATED_ERROR * STATED_ERROR
    return place, floor + first_known(half * half, 0.0)


def size_probability(radius: Any, mass: Any, size_ratio: Any) -> Any:
    """Return the probability of the right size, by radius [Earth's], mass [Earth's] and ratio.

    The radius decides where it was measured. Where one of them was computed from the other, either
    may be the measured one.
    """
    by_radius = within(log(radius), *_LOG_RADIUS, RADIUS_ERROR)
    by_mass = within(log(mass), *_LOG_MASS, MASS_ERROR)
    off = (size_ratio - 1.0) / _COMPUTED_WITHIN
    share = 0.45 / (1.0 + off * off)
    both = by_radius + share * (by_mass - by_radius)
    return first_known(both, first_known(by_radius, by_mass))


def within(value: Any, low: float, high: float, error: Any) -> Any:
    """Return the probability that the true value is within limits, by Student's t (4 degrees)."""
    return distribution((high - value) / error) - distribution((low - value) / error)


def distribution(deviation: Any) -> Any:
    """Return the distribution function of Student's t with 4 degrees of freedom."""
    r = deviation / square_root(4.0 + deviation * deviation)
    return 0.5 + r * (0.75 - 0.25 * (r * r))
