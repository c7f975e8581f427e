"""Observation: values are measured with errors, computed, assumed or missing."""

from __future__ import annotations

import numpy as np
import pytest

from exohabit.science import habitability
from exohabit.science.columns import BY_NAME, COLUMNS
from exohabit.science.features import lacks_light, lacks_size
from training.population import Population, simulate
from training.settings import Catalogue, Settings

COUNT = 100_000
OPTIONAL = [column.name for column in COLUMNS if not column.required]


@pytest.fixture(scope="module")
def planets() -> Population:
    return simulate(COUNT, Settings(), np.random.default_rng(11))


def test_every_planet_can_be_scored(planets):
    assert not lacks_size(planets.known).any()
    assert not lacks_light(planets.known).any()


def test_half_of_the_planets_have_the_required_columns_only(planets):
    blank = np.all([np.isnan(planets.known[name]) for name in OPTIONAL], axis=0)

    assert blank.mean() == pytest.approx(Catalogue().optional_blank, abs=0.05)


@pytest.mark.parametrize("name", [column.name for column in COLUMNS])
def test_every_column_is_missing_for_some_planets_and_known_for_others(planets, name):
    column = "spectype_fgkm" if BY_NAME[name].range is None else name

    assert 0.05 < np.isnan(planets.known[column]).mean() < 0.8


def test_most_eccentricities_of_transiting_planets_are_assumed(planets):
    stated = planets.known["pl_orbeccen"]
    transits = ~np.isnan(planets.truth.radius)

    assumed = [(stated[found & ~np.isnan(stated)] == 0.0).mean() for found in (transits, ~transits)]
    catalogue = Catalogue()
    expected = [catalogue.transit_circular, catalogue.velocity_circular]
    assert assumed == pytest.approx(expected, abs=0.01)


def test_a_spectral_type_is_known_or_missing_as_a_whole(planets):
    is_missing = np.isnan(planets.known["spectype_fgkm"])

    assert np.isnan(planets.known["spectype_teff"][is_missing]).all()
    assert np.isnan(planets.known["spectype_luminosity"][is_missing]).all()


def test_the_radius_of_a_planet_found_by_radial_velocity_is_computed_from_its_mass(planets):
    radius, mass = planets.known["pl_rade"], planets.known["pl_bmasse"]
    both = np.isnan(planets.truth.radius) & ~np.isnan(radius) & ~np.isnan(mass)

    # Both are rounded to three digits, each by up to half a percent.
    assert both.sum() > 1_000
    computed = habitability.typical_radius(mass[both])
    assert np.log(radius[both] / computed) == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(
    ("name", "true", "error"),
    [("st_teff", "teff", 0.016), ("pl_rade", "radius", 0.07), ("pl_bmasse", "mass", 0.12)],
)
def test_a_measurement_scatters_around_the_true_value_by_the_archives_error(
    planets, name, true, error
):
    truth = getattr(planets.truth, true)
    measured = np.isnan(planets.truth.radius) if name == "pl_bmasse" else ~np.isnan(truth)

    off = np.log(planets.known[name] / truth)[measured & ~np.isnan(planets.known[name])]

    # 0.67 is the median distance of a normal distribution; the errors' own scatter lowers it.
    assert 0.55 * error < np.median(np.abs(off)) < 0.75 * error
    assert np.mean(off) == pytest.approx(0.0, abs=5 * off.std() / np.sqrt(off.size))


def test_an_equilibrium_temperature_is_at_most_that_of_a_black_planet(planets):
    black = habitability.equilibrium_temperature(planets.truth.insol, np.zeros(COUNT))
    ratio = planets.known["pl_eqt"] / black

    # Albedos run from 0 to 0.9, which cools by (1 - 0.9)^(1/4) = 0.56; the rest is error.
    low, middle, high = np.nanquantile(ratio, (0.01, 0.5, 0.99))
    assert 0.5 < low < 0.7
    assert 0.85 < middle < 0.95
    assert 1.0 < high < 1.2


def test_a_known_spectral_type_tells_correctly_whether_a_star_is_f_to_m(planets):
    stated = planets.known["spectype_fgkm"]
    is_known = ~np.isnan(stated)

    assert np.array_equal(stated[is_known] == 1.0, planets.truth.is_fgkm[is_known])
