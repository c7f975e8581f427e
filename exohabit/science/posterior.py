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
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from exohabit.science.elementwise import choose, first_known, is_unknown, log, square_root
from exohabit.science.habitability import MASS_LIMITS, RADIUS_LIMITS

POSITION_ERROR = 0.065
"""Typical error of a position in the zone, whose width is 1: 11 % of the insolation."""
EQT_ERROR = 0.07
"""The same for the position of an equilibrium temperature and a known albedo."""
RADIUS_ERROR = 0.09
"""Typical error of the logarithm of a radius."""
MASS_ERROR = 0.13
"""Typical error of the logarithm of a mass."""
ALBEDOS = ((0.40, 0.0, 0.0), (0.36, 0.20, 0.06), (0.16, 0.42, 0.09), (0.08, 0.85, 0.16))
"""The albedo that was assumed for a temperature: its probability, and by how much the position of
the true insolation is higher than that of a black planet, with the spread. Albedos of 0, 0.3, 0.5
and 0.8."""
SIGMA = 1.1414
"""Central 68 % of Student's t-distribution with 4 degrees of freedom lie within this."""
_TYPICAL_WITHIN = 0.03
"""If the radius is within this relative distance of the typical radius of the mass, one of both was
computed from the other."""
MASS_MEASURED = 0.20
"""Probability that the mass was measured, if radius or mass was computed from the other. It is the
share of the archive's planets below 4 Earth radii and 5 times Earth's insolation."""

_POSITION_VARIANCE = POSITION_ERROR**2
_ALBEDOS = tuple(
    (chance, offset, math.hypot(EQT_ERROR, spread), EQT_ERROR**2 + spread**2)
    for chance, offset, spread in ALBEDOS
)
Albedos = Iterable[tuple[float, float, Any, Any]]
"""For each albedo: its probability, its offset, and the error of its position and its square."""
Inside = Callable[[Any, Any], Any]
"""Returns the probability that a position with an error is inside a zone."""
_LOG_RADIUS = math.log(RADIUS_LIMITS[0]), math.log(RADIUS_LIMITS[1])
_LOG_MASS = math.log(MASS_LIMITS[0]), math.log(MASS_LIMITS[1])


class PositionErrors(NamedTuple):
    """Errors of the positions in the zone by the three sources."""

    stated: Any
    orbit: Any
    eqt: Any


def zone_probability(
    stated: Any,
    orbit: Any,
    eqt: Any,
    limits: tuple[Any, Any] | None = None,
    errors: PositionErrors | None = None,
) -> Any:
    """Return the probability that a planet is in the zone, by its positions from three sources.

    A position is 0 at the outer and 1 at the inner edge; NaN if the source is unknown.

    Args:
        stated: position by the stated insolation.
        orbit: by the insolation of star and orbit.
        eqt: by the insolation which gives a black planet its equilibrium temperature.
        limits: positions of the outer and the inner edge of another zone.
        errors: errors of the positions, if the typical ones do not apply.
    """
    inside = _inside if limits is None else _inside_of(*limits)
    if errors is None:
        albedos: Albedos = _ALBEDOS
        position, variance = _average(stated, orbit)
    else:
        albedos = _albedos_with(errors.eqt)
        position, variance = _weighted_average(stated, orbit, errors)
    if isinstance(position, float):  # for one planet, compute only what its sources need
        if is_unknown(eqt):
            return inside(position, square_root(variance))
        if is_unknown(position):
            return _by_temperature(eqt, inside, albedos)
        return _by_both(position, variance, eqt, inside, albedos)
    by_position = inside(position, square_root(variance))
    by_either = first_known(by_position, _by_temperature(eqt, inside, albedos))
    return first_known(_by_both(position, variance, eqt, inside, albedos), by_either)


def _average(stated: Any, orbit: Any) -> tuple[Any, Any]:
    """Return the mean of two positions and its variance; a disagreement adds to the variance."""
    half = (stated - orbit) / 2.0
    mean = first_known(orbit + half, first_known(stated, orbit))
    return mean, _POSITION_VARIANCE + first_known(half * half, 0.0)


def _weighted_average(stated: Any, orbit: Any, errors: PositionErrors) -> tuple[Any, Any]:
    """Return mean and variance, each position weighted by the other's variance."""
    of_stated, of_orbit = errors.stated * errors.stated, errors.orbit * errors.orbit
    distance, share = stated - orbit, of_orbit / (of_stated + of_orbit)
    mean = first_known(orbit + share * distance, first_known(stated, orbit))
    mixed = share * of_stated + (1.0 - share) * (of_orbit + share * distance * distance)
    return mean, first_known(mixed, choose(is_unknown(stated), of_orbit, of_stated))


def _albedos_with(error: Any) -> Albedos:
    squares = ((*albedo[:2], error * error + albedo[2] ** 2) for albedo in ALBEDOS)
    return [(chance, offset, square_root(square), square) for chance, offset, square in squares]


def _by_temperature(eqt: Any, inside: Inside, albedos: Albedos) -> Any:
    return sum(chance * inside(eqt + offset, error) for chance, offset, error, _ in albedos)


def _by_both(position: Any, variance: Any, eqt: Any, inside: Inside, albedos: Albedos) -> Any:
    """Combine a position with that of the temperature.

    Each albedo is weighted by Bayes' rule. Values that no albedo reconciles come from different
    publications, and either may be wrong, so the disagreement adds to the variance.
    """
    total = joint = 0.0
    for chance, offset, _, other_variance in albedos:
        distance = position - (eqt + offset)
        sum_of_variances = variance + other_variance
        # Density of the distance, Student's t with 4 degrees, without constant factors.
        tail = 4.0 * sum_of_variances + distance * distance
        square = sum_of_variances / tail
        weight = chance * (square * square) / square_root(tail)
        share = variance / sum_of_variances
        mean = position - share * distance
        spread = share * (1.0 - share) * (distance * distance)
        error = square_root(share * other_variance + spread)
        total = total + weight
        joint = joint + weight * inside(mean, error)
    return joint / total


def _inside(position: Any, error: Any) -> Any:
    return within(position, 0.0, 1.0, error)


def _inside_of(outer: Any, inner: Any) -> Inside:
    return lambda position, error: within(position, outer, inner, error)


def size_probability(
    radius: Any,
    mass: Any,
    size_ratio: Any,
    errors: tuple[Any, Any] = (RADIUS_ERROR, MASS_ERROR),
    mass_measured: float = MASS_MEASURED,
) -> Any:
    """Return the probability of the right size.

    The radius decides where it was measured. If one of both was computed from the other, either may
    be the measured one.

    Args:
        radius: Earth radii.
        mass: Earth masses.
        size_ratio: the radius over the typical radius of the mass.
        errors: errors of the logarithms of radius and mass.
        mass_measured: probability that the mass is the measured one, if one of both was computed.
    """
    by_radius = within(log(radius), *_LOG_RADIUS, errors[0])
    by_mass = within(log(mass), *_LOG_MASS, errors[1])
    distance = (size_ratio - 1.0) / _TYPICAL_WITHIN
    share = mass_measured / (1.0 + distance * distance)
    by_both = by_radius + share * (by_mass - by_radius)
    return first_known(by_both, first_known(by_radius, by_mass))


def within(value: Any, low: Any, high: Any, error: Any) -> Any:
    """Return the probability that the true value is within limits.

    The distribution function of Student's t with 4 degrees of freedom is 1/2 + 3/4 r - 1/4 r^3 with
    r = t / (4 + t^2)^(1/2) (Shaw 2006, J. Comput. Finance 9, 37).
    """
    below, above = (low - value) / error, (high - value) / error
    r, s = below / square_root(4.0 + below * below), above / square_root(4.0 + above * above)
    return s * (0.75 - 0.25 * (s * s)) - r * (0.75 - 0.25 * (r * r))
