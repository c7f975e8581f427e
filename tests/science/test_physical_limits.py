"""Physical limits: what is possible, and the messages beyond it."""

from __future__ import annotations

import numpy as np
import pytest

from exohabit.science.physical_limits import (
    Check,
    describe_density,
    describe_eqt,
    describe_iron,
    iron_radius,
    possible_eqt,
)


def test_the_radius_of_an_iron_ball_grows_with_its_mass():
    radii = iron_radius(np.geomspace(1e-5, 9_000.0, 200))

    assert (np.diff(radii) > 0.0).all()


@pytest.mark.parametrize(("mass", "radius"), [(1.0, 0.793), (10.0, 1.385)])
def test_the_radius_of_an_iron_ball_is_the_published_one(mass, radius):
    assert iron_radius(np.array([mass]))[0] == pytest.approx(radius, abs=1e-3)


def test_the_radius_of_an_iron_ball_has_the_same_bits_for_a_float_and_an_array():
    masses = np.geomspace(1e-5, 30_000.0, 500)

    assert [iron_radius(mass) for mass in masses.tolist()] == iron_radius(masses).tolist()


def test_the_possible_temperatures_go_from_a_bright_planet_to_a_hot_hemisphere():
    coldest, hottest = possible_eqt(1.0)

    assert (coldest, hottest) == pytest.approx((278.3 * 0.1**0.25 / 1.1, 278.3 * (8 / 3) ** 0.25))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            describe_eqt(900.0, 1.0),
            "900 K does not fit Earth's insolation: any albedo and any spread of "
            "heat give 142 to 356 K",
        ),
        (
            describe_iron(1.0, 10.0),
            "1 Earth radius and 10 Earth masses cannot both be right: a ball of iron of that mass "
            "has 1.38 Earth radii (if the mass is only an upper limit, send pl_bmasselim 1)",
        ),
        (
            describe_density(11.2, 1.0),
            "11.2 Earth radii and 1 Earth mass give 0.0039 g/cm³: less dense than any known planet",
        ),
        (
            Check("pl_orbsmax", "code", "au", 1.5, "the law gives").warn(2.0, 1.0).message,
            "2 au is stated, but the law gives 1: they differ by more than a factor of 1.5",
        ),
    ],
)
def test_a_sentence_gives_the_values_and_what_the_physics_allows(message, expected):
    assert message == expected
