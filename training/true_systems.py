"""True systems: the true stars, orbits and sizes of simulated planets, and how they were found.

Everything is drawn from the broad priors in `training/settings.py`, and nothing from the archive.
`training/observation.py` then makes the known values from them.

Warning: radius and mass are rarely both measured, and the Habitable Worlds Catalog uses the
measured one. So the label of a planet found by radial velocity depends on its minimum mass, not on
its true radius and mass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exohabit.science import habitability
from exohabit.science.arrays import BoolArray, FloatArray
from training.draws import log_uniform, scatter
from training.host_stars import Stars, draw_stars
from training.settings import Prior

HIGHEST_ECCENTRICITY = 0.95
"""The highest in the archive."""
NEPTUNIAN = 3.5
"""Larger planets have more eccentric orbits, Earth radii (Gilbert et al. 2025)."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The values that the labels depend on: arrays of shape (planets,)."""

    insol: FloatArray
    """Mean over the orbit, Earth's = 1."""
    teff: FloatArray
    """The star's, K."""
    is_fgkm: BoolArray
    radius: FloatArray
    """Earth radii; NaN if it is not measured, and the mass decides."""
    mass: FloatArray
    """Earth masses; the minimum mass if the radius is not measured."""


@dataclass(frozen=True, slots=True)
class TrueSystems:
    """True planets with their stars: arrays of shape (planets,)."""

    host: Stars
    period: FloatArray
    """Days."""
    axis: FloatArray
    """au."""
    eccentricity: FloatArray
    insol: FloatArray
    """Insolation of a circular orbit of the same axis, Earth's = 1."""
    radius: FloatArray
    """Earth radii."""
    mass: FloatArray
    """Earth masses."""
    minimum_mass: FloatArray
    """Earth masses."""
    transits: BoolArray
    """Whether it was found by transits, which measure the radius, or else by radial velocity."""
    weight: FloatArray
    """Density of the prior, divided by that of the draws."""

    @property
    def mean_insol(self) -> FloatArray:
        """Insolation averaged over the orbit, Earth's = 1."""
        return self.insol * habitability.eccentric_gain(self.eccentricity)

    @property
    def truth(self) -> Truth:
        """The values that the labels depend on."""
        return Truth(
            insol=self.mean_insol,
            teff=self.host.teff,
            is_fgkm=self.host.is_fgkm,
            radius=np.where(self.transits, self.radius, np.nan),
            mass=np.where(self.transits, self.mass, self.minimum_mass),
        )


def draw_systems(count: int, prior: Prior, rng: np.random.Generator) -> TrueSystems:
    """Draw `count` planets with their stars."""
    host = draw_stars(count, prior, rng)
    period, radius, weight = _draw_orbits_and_radii(host, prior, rng)
    mass = _draw_masses(radius, prior.mass_scatter, rng)
    drawn, share = prior.transit_drawn, prior.transit_share
    transits = rng.random(count) < drawn
    weight *= np.where(transits, share / drawn, (1.0 - share) / (1.0 - drawn))
    axis = habitability.semi_major_axis(period, host.mass)
    return TrueSystems(
        host=host,
        period=period,
        axis=axis,
        eccentricity=_draw_eccentricities(radius, prior, rng),
        insol=habitability.insolation(host.luminosity, axis),
        radius=radius,
        mass=mass,
        # Orbits have random inclinations, so cos i is uniform.
        minimum_mass=mass * np.sqrt(1.0 - rng.random(count) ** 2),
        transits=transits,
        weight=weight,
    )


def _draw_orbits_and_radii(
    host: Stars, prior: Prior, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Draw periods [days] and radii [Earth's], some of them near the zone, and their weights.

    A weight is the density of the prior divided by that of the draws, so that weighted means refer
    to the prior.
    """
    count = host.teff.size
    near = rng.random(count) < prior.near_share
    shortest, longest = _periods_near_the_zone(host, prior.near_insol)
    period = np.where(
        near,
        shortest * (longest / shortest) ** rng.random(count),
        log_uniform(rng, prior.period_days, count),
    )
    radius = np.where(
        near,
        log_uniform(rng, prior.near_radius, count),
        log_uniform(rng, prior.radius, count),
    )
    prior_density = _density(period, *prior.period_days) * _density(radius, *prior.radius)
    near_density = _density(period, shortest, longest) * _density(radius, *prior.near_radius)
    drawn_density = prior.near_share * near_density + (1.0 - prior.near_share) * prior_density
    return period, radius, prior_density / drawn_density


def _periods_near_the_zone(host: Stars, factor: float) -> tuple[FloatArray, FloatArray]:
    """Return shortest and longest period [days] for insolations up to a factor beyond the zone."""
    hottest = habitability.zone_limit("recent_venus", host.teff) * factor
    coolest = habitability.zone_limit("early_mars", host.teff) / factor
    shortest, longest = (
        habitability.orbital_period(np.sqrt(host.luminosity / insol), host.mass)
        for insol in (hottest, coolest)
    )
    return shortest, longest


def _density(value: FloatArray, low: FloatArray | float, high: FloatArray | float) -> FloatArray:
    """Return the density of ln(value) under a log-uniform distribution."""
    return np.where((value >= low) & (value <= high), 1.0 / np.log(high / low), 0.0)


def _draw_eccentricities(radius: FloatArray, prior: Prior, rng: np.random.Generator) -> FloatArray:
    small = rng.beta(*prior.small_eccentricity, radius.size)
    large = rng.beta(*prior.large_eccentricity, radius.size)
    drawn = np.minimum(np.where(radius < NEPTUNIAN, small, large), HIGHEST_ECCENTRICITY)
    return np.where(rng.random(radius.size) < prior.eccentric_share, drawn, 0.0)


def _draw_masses(
    radius: FloatArray, spread: tuple[float, float], rng: np.random.Generator
) -> FloatArray:
    """Draw true masses [Earth's] for radii [Earth's].

    Müller et al. 2024 (A&A 686, A296): R = 1.02 M^0.27 below 4.4 Earth masses and 0.56 M^0.67 up to
    127, with the spread of compositions. Above, the mass hardly depends on the radius.
    """
    count = radius.size
    rocky = (radius / 1.02) ** (1 / 0.27) * scatter(rng, spread[0], count)
    neptunian = (radius / 0.56) ** (1 / 0.67) * scatter(rng, spread[1], count)
    jovian = log_uniform(rng, (60.0, 9_500.0), count)
    return np.select([radius < 1.52, radius < 9.0], [rocky, neptunian], jovian)
