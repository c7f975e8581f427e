"""Probabilities: those of `posterior`, with errors that were sent in place of typical ones."""

from __future__ import annotations

import numpy as np
import pytest

from exohabit.science import posterior
from exohabit.science.columns import NUMERIC_NAMES
from exohabit.science.context import compute_context
from exohabit.science.features import FEATURES, features_of
from exohabit.science.habitability import zone_limit
from exohabit.science.probabilities import Probabilities, compute_probabilities
from exohabit.scoring.golden_planets import golden_table

SUN = {"st_spectype": "G2 V", "st_teff": 5772.0, "st_rad": 1.0, "st_mass": 1.0}
STAR_ERRORS = {"st_teff": (60.0, 60.0), "st_rad": (0.03, 0.03), "st_mass": (0.05, 0.05)}


def probabilities(errors=None, **planet) -> Probabilities:
    """Return the probabilities of one planet, with errors (upper, lower) by column."""
    table = golden_table([planet])
    given = dict.fromkeys(NUMERIC_NAMES, (np.nan, np.nan)) | (errors or {})
    arrays = {name: (np.array([up]), np.array([low])) for name, (up, low) in given.items()}
    return compute_probabilities(table, compute_context(table, np.array([True])), arrays)


@pytest.mark.parametrize(
    "planet",
    [
        {"pl_insol": 1.7, "pl_rade": 2.4, **SUN},
        {"pl_insol": 1.7, "pl_orbper": 300.0, "pl_rade": 2.4, "pl_bmasse": 8.0, **SUN},
        {"pl_orbper": 200.0, "pl_eqt": 300.0, "pl_bmasse": 9.0, **SUN},
        {"pl_orbper": 200.0, "pl_orbeccen": 0.6, "pl_rade": 1.0, **SUN},
        {"pl_eqt": 300.0, "pl_rade": 0.6},
        {"pl_insol": 1.0, "pl_rade": 0.6, "st_spectype": "WD"},
    ],
)
def test_without_errors_they_are_the_features_of_the_model(planet):
    features = dict(zip(FEATURES, features_of(golden_table([planet])), strict=True))

    found = probabilities(**planet)

    assert found.zone[0] == pytest.approx(features["p_zone"][0])
    assert found.size[0] == pytest.approx(features["p_size"][0])


@pytest.mark.parametrize(
    ("column", "value", "right"), [("pl_insol", 1.7, "zone"), ("pl_rade", 2.3, "size")]
)
def test_a_smaller_error_makes_a_value_inside_a_limit_surer(column, value, right):
    planet = {**SUN, column: value}

    small, typical, large = (
        getattr(probabilities({column: (error, error)}, **planet), right)[0]
        for error in (0.01 * value, np.nan, 0.5 * value)
    )

    assert small > 0.99
    assert large < typical < small


def test_an_error_of_a_temperature_counts_four_times_because_insolation_is_its_fourth_power():
    # Just too hot without any albedo, so that only the error lets the planet be in the zone.
    planet = {**SUN, "pl_eqt": 335.0}
    position = dict(zip(FEATURES, features_of(golden_table([planet])), strict=True))["zone_eqt"]
    width = np.log(zone_limit("recent_venus", 5772.0) / zone_limit("early_mars", 5772.0))

    found = probabilities({"pl_eqt": (10.0, 10.0)}, **planet).zone

    error = 4.0 * 10.0 / 335.0 / posterior.SIGMA / width
    unknown = np.array([np.nan])
    errors = posterior.PositionErrors(unknown, unknown, error)
    assert found == pytest.approx(
        posterior.zone_probability(unknown, unknown, position, errors=errors)
    )


def test_an_error_of_zero_leaves_no_doubt():
    found = probabilities(
        {"pl_insol": (0.0, 0.0), "pl_rade": (0.0, 0.0)}, **SUN, pl_insol=1.7, pl_rade=2.6
    )

    assert found.zone[0] == pytest.approx(1.0, abs=1e-3)
    assert found.size[0] == pytest.approx(0.0, abs=1e-3)


def test_an_eccentricity_of_zero_may_have_an_error():
    planet = {**SUN, "pl_orbper": 365.25, "pl_rade": 1.0, "pl_orbeccen": 0.0}

    with_error = probabilities({"pl_orbeccen": (0.1, 0.0)}, **planet)

    assert with_error.zone[0] == probabilities(**planet).zone[0]


@pytest.mark.parametrize("missing", [*STAR_ERRORS, None])
def test_the_error_of_an_orbits_light_needs_those_of_all_its_inputs(missing):
    errors = {name: error for name, error in STAR_ERRORS.items() if name != missing}

    found = probabilities(errors, **SUN, pl_orbper=365.25, pl_rade=1.0)

    assert found.has_error["orbit"][0] == (missing is None)


def test_a_stated_axis_needs_its_own_error_if_it_is_used():
    planet = {**SUN, "st_mass": None, "pl_orbsmax": 1.0, "pl_rade": 1.0}

    assert not probabilities(STAR_ERRORS, **planet).has_error["orbit"][0]
    with_axis = {**STAR_ERRORS, "pl_orbsmax": (0.01, 0.01)}
    assert probabilities(with_axis, **planet).has_error["orbit"][0]


@pytest.mark.parametrize(
    ("column", "share"),
    [
        ("st_teff", 0.025),
        ("st_rad", 0.05),
        ("st_mass", 0.15),
        ("pl_orbper", 0.075),
        ("pl_orbsmax", 0.05),
    ],
)
def test_the_error_of_an_orbits_light_follows_from_the_powers_of_its_inputs(column, share):
    """Each of these errors alone means 10 % of the insolation."""
    orbit = {**SUN, "pl_orbper": 240.0, "pl_orbsmax": 0.7557}
    if column == "pl_orbsmax":
        orbit["st_mass"] = None
    exact = dict.fromkeys((*STAR_ERRORS, "pl_orbper", "pl_orbsmax"), (0.0, 0.0))
    insol = compute_context(golden_table([orbit]), np.array([True])).insol[0]

    by_orbit = probabilities({**exact, column: (share * orbit[column],) * 2}, **orbit).zone[0]

    stated = {**SUN, "pl_insol": insol}
    by_stated = probabilities({"pl_insol": (0.1 * insol,) * 2}, **stated).zone[0]
    assert by_orbit == pytest.approx(by_stated, abs=1e-3)
    assert 0.4 < by_stated < 0.6


def test_the_better_known_of_two_sources_of_light_counts_more():
    """The stated insolation is above the zone, that of orbit and star inside."""
    planet = {**SUN, "pl_insol": 2.2, "pl_orbper": 365.25, "pl_rade": 1.0}
    sure = {name: (0.005 * SUN[name],) * 2 for name in STAR_ERRORS}

    by_stated = probabilities({"pl_insol": (0.01, 0.01)}, **planet).zone[0]
    by_orbit = probabilities(sure, **planet).zone[0]

    assert by_stated < 0.1
    assert by_orbit > 0.9


def test_a_radius_with_an_error_was_measured_so_the_mass_does_not_count():
    sizes = {"pl_rade": 2.87, "pl_bmasse": 8.5}

    assert probabilities(**sizes).size[0] > 0.1
    assert probabilities({"pl_rade": (0.05, 0.05)}, **sizes).size[0] < 0.02


def test_a_heavier_planet_is_more_likely_in_the_conservative_zone():
    planet = {**SUN, "pl_insol": 1.1}

    light, heavy = (probabilities(**planet, pl_bmasse=mass) for mass in (0.5, 5.0))

    assert light.conservative_zone[0] < heavy.conservative_zone[0] < light.zone[0]
    assert light.zone[0] == heavy.zone[0]
