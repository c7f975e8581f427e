"""The posterior: probabilities of the zone and of the right size, by formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from exohabit.science import posterior
from exohabit.science.posterior import size_probability, within, zone_probability

NAN = math.nan


def zone(stated=NAN, orbit=NAN, eqt=NAN) -> float:
    """Probability of the zone for one planet."""
    return zone_probability(stated, orbit, eqt)


def test_the_distribution_is_students_t_with_4_degrees_of_freedom():
    values = np.linspace(-3.0, 4.0, 50)
    student = stats.t(4)

    expected = student.cdf((1.0 - values) / 0.3) - student.cdf((0.0 - values) / 0.3)
    assert within(values, 0.0, 1.0, 0.3) == pytest.approx(expected, abs=1e-12)


def test_the_probability_is_one_half_at_an_edge_and_falls_on_both_sides():
    assert zone(stated=0.0) == pytest.approx(0.5, abs=1e-3)
    assert zone(stated=1.0) == pytest.approx(0.5, abs=1e-3)
    chances = [zone(stated=place) for place in (0.5, 0.9, 1.0, 1.1, 1.5, 3.0)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 0.99
    assert chances[-1] < 1e-4


def test_a_stated_insolation_counts_as_much_as_that_of_star_and_orbit():
    assert zone(stated=0.9, orbit=1.1) == zone(stated=1.1, orbit=0.9)
    assert zone(stated=0.7) == zone(orbit=0.7)


def test_sources_that_disagree_are_less_certain_than_their_mean():
    assert zone(stated=0.2, orbit=0.8) < zone(stated=0.5, orbit=0.5)
    assert zone(stated=1.0, orbit=2.0) > zone(stated=1.5, orbit=1.5)


def test_a_temperature_alone_averages_over_the_albedos():
    by_albedo = [
        (chance, within(0.7 + offset, 0.0, 1.0, math.hypot(posterior.EQT_ERROR, spread)))
        for chance, offset, spread in posterior.ALBEDOS
    ]

    assert sum(chance for chance, _ in by_albedo) == pytest.approx(1.0)
    expected = sum(chance * inside for chance, inside in by_albedo)
    assert zone(eqt=0.7) == pytest.approx(expected)


def test_a_temperature_that_fits_an_albedo_confirms_the_insolation():
    at_edge = zone(stated=1.0)

    assert zone(stated=1.0, eqt=0.9) > at_edge > zone(stated=1.0, eqt=1.1)


def test_a_temperature_that_contradicts_the_insolation_makes_it_less_certain():
    # Positions that no albedo reconciles: inside the zone, and far above it for a black planet.
    assert zone(orbit=0.3, eqt=1.6) < 0.9 < zone(orbit=0.3, eqt=0.1)
    assert zone(orbit=0.3, eqt=3.0) < zone(orbit=0.3, eqt=1.6)


def test_a_low_temperature_does_not_excuse_too_much_light():
    # Venus: 1.91 times Earth's insolation, and a low temperature because of its clouds.
    assert zone(stated=1.05, orbit=1.05, eqt=0.0) < 0.5


@pytest.mark.parametrize("unknown", range(8))
def test_one_planet_has_the_same_bits_as_many(unknown):
    rng = np.random.default_rng(unknown)
    places = rng.normal(0.5, 0.6, (3, 200))
    places[[bool(unknown & bit) for bit in (1, 2, 4)]] = NAN
    sizes = rng.lognormal(0.5, 1.0, (3, 200))
    sizes[[bool(unknown & bit) for bit in (1, 2, 4)]] = NAN

    zones = [zone_probability(*map(float, each)) for each in places.T]
    right = [size_probability(*map(float, each)) for each in sizes.T]

    assert np.array_equal(zone_probability(*places), zones, equal_nan=True)
    assert np.array_equal(size_probability(*sizes), right, equal_nan=True)
    assert np.isnan(zones).all() == (unknown == 7)


def test_a_measured_radius_decides_and_a_mass_stands_in_for_it():
    assert size_probability(1.0, NAN, NAN) > 0.99
    assert size_probability(2.5, NAN, NAN) == pytest.approx(0.5, abs=1e-3)
    assert size_probability(NAN, 10.0, NAN) == pytest.approx(0.5, abs=1e-3)
    assert size_probability(4.0, 2.0, 4.0 / 1.2) < 0.02


def test_a_radius_and_a_mass_that_fit_each_other_may_both_be_the_measured_one():
    # 2.77 Earth radii is the typical radius of 8 Earth masses: too large by the radius only.
    by_radius, by_both = size_probability(2.77, NAN, NAN), size_probability(2.77, 8.1, 1.0)

    assert by_radius < 0.2 < by_both < 0.6


def test_the_share_of_measured_masses_decides_between_a_radius_and_a_mass_that_fit():
    too_large, right_mass = 2.77, 8.1
    by_radius = size_probability(too_large, NAN, NAN)
    by_mass = size_probability(NAN, right_mass, NAN)

    for share in (0.0, 0.2, 1.0):
        found = size_probability(too_large, right_mass, 1.0, mass_measured=share)
        assert found == pytest.approx(by_radius + share * (by_mass - by_radius))


def test_probabilities_are_between_0_and_1_for_all_values():
    places = np.array([-1e6, -1.0, 0.5, 99.0, 1e6])
    stated, orbit, eqt = np.meshgrid(places, places, places)

    found = zone_probability(stated, orbit, eqt)

    assert ((found >= -1e-15) & (found <= 1.0)).all()
