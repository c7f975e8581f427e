"""What is true of simulated planets: stars, orbits, sizes and how each came to be found.

All of it is drawn from broad priors that `training/settings.py` states; nothing of the archive
enters. What a catalogue then says of these planets is `training/observation.py`.

The trap: a planet's radius and mass are rarely both measured, and the catalogue of habitable
worlds judges by the measured one. So a planet found by radial velocity has no true radius as far
as its label goes, and its true mass is the minimum mass.
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
"""That of the archive."""
NEPTUNIAN = 3.5
"""Radius from which on orbits are more eccentric, Earth radii (Gilbert et al. 2025)."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What the label of each planet depends on: arrays of shape (planets,)."""

    insol: FloatArray
    teff: FloatArray
    is_fgkm: BoolArray
    radius: FloatArray
    """Earth radii; NaN where no radius is known and the mass decides."""
    mass: FloatArray
    """Earth masses; the minimum mass where no radius is known."""


@dataclass(frozen=True, slots=True)
class Worlds:
    """True planets with their stars: arrays of shape (planets,)."""

    host: Stars
    period: FloatArray
    axis: FloatArray
    eccentricity: FloatArray
    insol: FloatArray
    """That of a circular orbit of the same axis."""
    radius: FloatArray
    mass: FloatArray
    minimum_mass: FloatArray
    transits: BoolArray
    """Whether it was found by its transits, which measure a radius, or by radial velocity."""
    weight: FloatArray
    """What restores the prior: its density over that of the draws."""

    @property
    def mean_insol(self) -> FloatArray:
        """Insolation averaged over the orbit, Earth's = 1."""
        return self.insol * habitability.eccentric_gain(self.eccentricity)

    @property
    def truth(self) -> Truth:
        """What the label depends on."""
        return Truth(
            insol=self.mean_insol,
            teff=self.host.teff,
            is_fgkm=self.host.is_fgkm,
            radius=np.where(self.transits, self.radius, np.nan),
            mass=np.where(self.transits, self.mass, self.minimum_mass),
        )


def draw(count: int, prior: Prior, rng: np.random.Generator) -> Worlds:
    """Draw `count` planets with their stars."""
    host = draw_stars(count, prior, rng)
    period, radius, weight = _draw_orbits_and_radii(host, prior, rng)
    mass = _draw_masses(radius, prior.mass_scatter, rng)
    transits = rng.random(count) < prior.transit_share
    axis = habitability.semi_major_axis(period, host.mass)
    return Worlds(
        host=host,
        period=period,
        axis=axis,
        eccentricity=_draw_eccentricities(radius, prior, rng),
        insol=habitability.insolation(host.luminosity, axis),
        radius=radius,
        mass=mass,
        # Orbits are inclined at random: cos i is uniform.
        minimum_mass=mass * np.sqrt(1.0 - rng.random(count) ** 2),
        transits=transits,
        weight=weight,
    )


def _draw_orbits_and_radii(
    host: Stars, prior: Prior, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Draw periods [days] and radii [Earth's], some of them near the zone, with weights.

    The weight is prior density over sampling density, so that weighted means refer to the prior.
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
    anywhere = _density(period, *prior.period_days) * _density(radius, *prior.radius)
    around = _density(period, shortest, longest) * _density(radius, *prior.near_radius)
    sampled = prior.near_share * around + (1.0 - prior.near_share) * anywhere
    return period, radius, anywhere / sampled


def _periods_near_the_zone(host: Stars, beyond: float) -> tuple[FloatArray, FloatArray]:
    """Periods [days] between which a planet is in the zone or within a factor beyond it."""
    hottest = habitability.zone_limit("recent_venus", host.teff) * beyond
    coolest = habitability.zone_limit("early_mars", host.teff) / beyond
    shortest, longest = (
        habitability.orbital_period(np.sqrt(host.luminosity / insol), host.mass)
        for insol in (hottest, coolest)
    )
    return shortest, longest


def _density(value: FloatArray, low: FloatArray | float, high: FloatArray | float) -> FloatArray:
    """Density of ln(value) under a log-uniform distribution."""
    return np.where((value >= low) & (value <= high), 1.0 / np.log(high / low), 0.0)


def _draw_eccentricities(radius: FloatArray, prior: Prior, rng: np.random.Generator) -> FloatArray:
    small = rng.beta(*prior.small_eccentricity, radius.size)
    large = rng.beta(*prior.large_eccentricity, radius.size)
    drawn = np.minimum(np.where(radius < NEPTUNIAN, small, large), HIGHEST_ECCENTRICITY)
    return np.where(rng.random(radius.size) < prior.eccentric_share, drawn, 0.0)


def _draw_masses(
    radius: FloatArray, spread: tuple[float, float], rng: np.random.Generator
) -> FloatArray:
    """Draw true masses [Earth's] for radii [Earth's], Mueller et al. 2024 (A&A 686, A296).

    R = 1.02 M^0.27 below 4.4 Earth masses, 0.56 M^0.67 to 127, with the spread of compositions;
    beyond, radius says next to nothing of mass.
    """
    count = radius.size
    rocky = (radius / 1.02) ** (1 / 0.27) * scatter(rng, spread[0], count)
    neptunian = (radius / 0.56) ** (1 / 0.67) * scatter(rng, spread[1], count)
    jovian = log_uniform(rng, (60.0, 9_500.0), count)
    return np.select([radius < 1.52, radius < 9.0], [rocky, neptunian], jovian)
