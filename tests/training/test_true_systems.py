"""True systems: insolation, the size that decides, and stars."""

from __future__ import annotations

import numpy as np
import pytest

from training.labels import label
from training.population import Population, simulate
from training.settings import Prior, Settings
from training.true_systems import HIGHEST_ECCENTRICITY, NEPTUNIAN, Truth, draw_systems

COUNT = 100_000


@pytest.fixture(scope="module")
def planets() -> Population:
    return simulate(COUNT, Settings(), np.random.default_rng(11))


def test_an_eccentric_orbit_has_more_insolation_than_a_circular_one():
    circular, eccentric = (
        draw_systems(COUNT, Prior(eccentric_share=share), np.random.default_rng(14))
        for share in (0.0, 1.0)
    )

    gain = eccentric.truth.insol / circular.truth.insol
    assert (circular.eccentricity == 0.0).all()
    assert gain == pytest.approx(1.0 / np.sqrt(1.0 - eccentric.eccentricity**2))
    assert gain.min() == pytest.approx(1.0, abs=1e-6)
    assert gain.max() > 2.0


def test_large_planets_are_more_eccentric_than_small_ones():
    systems = draw_systems(COUNT, Prior(), np.random.default_rng(14))
    small, large = systems.radius < NEPTUNIAN, systems.radius >= NEPTUNIAN

    groups = (small, large, small & systems.transits)
    means = [systems.eccentricity[group].mean() for group in groups]

    # Those of a Beta(1, 19) and of a Beta(0.867, 3.03).
    assert means == pytest.approx([1 / 20, 0.867 / (0.867 + 3.03), 1 / 20], abs=0.004)
    assert systems.eccentricity.max() <= HIGHEST_ECCENTRICITY


def test_a_planet_found_by_radial_velocity_has_no_radius_for_its_label():
    systems = draw_systems(COUNT, Prior(), np.random.default_rng(15))
    without = np.isnan(systems.truth.radius)

    # Five standard deviations of a share.
    share = Prior().transit_drawn
    spread_of_share = 5 * np.sqrt(share * (1 - share) / COUNT)
    assert without.mean() == pytest.approx(1 - share, abs=spread_of_share)
    assert not np.isnan(systems.truth.mass).any()


def test_a_minimum_mass_is_the_mass_times_the_sine_of_a_random_inclination():
    prior = Prior(near_share=0.0, radius=(1.0, 1.0 + 1e-9))
    same = draw_systems(COUNT, prior, np.random.default_rng(13)).truth

    transiting, minimum = same.mass[~np.isnan(same.radius)], same.mass[np.isnan(same.radius)]
    # The mean sine of an inclination of isotropic orbits is pi / 4.
    assert minimum.mean() / transiting.mean() == pytest.approx(np.pi / 4, rel=0.02)


def test_planets_of_stars_outside_f_to_m_are_never_habitable(planets):
    truth = planets.truth
    as_if = Truth(truth.insol, truth.teff, np.ones(COUNT, dtype=bool), truth.radius, truth.mass)
    outside = ~truth.is_fgkm

    # 7 % of the stars, and some with a wrong temperature and no type.
    assert 0.065 < outside.mean() < 0.09
    assert not label(truth)[outside].any()
    assert label(as_if)[outside].any()
