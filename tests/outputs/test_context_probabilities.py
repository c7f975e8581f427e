"""Probabilities in a context: each names its inputs, its errors and what was assumed."""

from __future__ import annotations

import msgspec
import pytest

from tests.outputs.test_context_report import context

EARTH = {"pl_rade": 1.0, "pl_insol": 1.0, "st_spectype": "G2 V"}
INSOL_ERRORS = {"pl_insolerr1": 0.01, "pl_insolerr2": -0.01}


def test_a_planet_like_earth_is_in_the_zone_and_of_the_right_size():
    found = context(**EARTH)

    assert found.p_zone.value > 0.98
    assert found.p_size.value > 0.98
    assert found.p_conservative_zone.value < found.p_zone.value
    assert found.p_zone.unit == found.p_size.unit == "probability, from 0 to 1"
    assert "Kopparapu" in found.p_zone.source
    assert "0.5 to 2.5 Earth radii" in found.p_size.source


@pytest.mark.parametrize(
    ("known", "inputs"),
    [
        ({"pl_insol": 1.0}, ["st_spectype", "pl_insol"]),
        ({"pl_eqt": 255.0, "pl_orbeccen": 0.1}, ["st_spectype", "pl_eqt", "pl_orbeccen"]),
        (
            {"pl_insol": 1.0, "pl_orbper": 365.0, "st_mass": 1.0},
            ["st_spectype", "pl_insol", "pl_orbper", "st_mass"],
        ),
        (
            {"pl_insol": 1.0, **INSOL_ERRORS},
            ["st_spectype", "pl_insol", "pl_insolerr1", "pl_insolerr2"],
        ),
        ({"pl_insol": 1.0, "pl_insolerr1": 0.1}, ["st_spectype", "pl_insol"]),
    ],
)
def test_the_probability_of_the_zone_names_its_inputs_and_the_errors_used(known, inputs):
    found = context(st_spectype="G2 V", pl_rade=1.0, **known)

    assert found.p_zone.inputs == inputs
    assert found.p_conservative_zone.inputs == [*inputs, "pl_rade"]


@pytest.mark.parametrize(
    ("known", "assumed"),
    [
        (EARTH, ["typical errors"]),
        ({**EARTH, **INSOL_ERRORS}, []),
        ({**EARTH, **INSOL_ERRORS, "pl_eqt": 255.0}, ["typical errors", "unknown albedo"]),
        ({**EARTH, "st_spectype": None}, ["typical errors", "a star of 4500 K"]),
    ],
)
def test_the_probability_of_the_zone_says_what_was_assumed(known, assumed):
    found = context(**known).p_zone.assumes

    assert (found is not msgspec.UNSET) == bool(assumed)
    assert all(words in found for words in assumed)


@pytest.mark.parametrize(
    ("known", "inputs", "is_typical"),
    [
        ({"pl_rade": 1.0}, ["pl_rade"], True),
        ({"pl_bmasse": 1.0}, ["pl_bmasse"], True),
        ({"pl_rade": 1.0, "pl_bmasse": 3.0}, ["pl_rade", "pl_bmasse"], True),
        (
            {"pl_rade": 1.0, "pl_bmasse": 3.0, "pl_radeerr1": 0.1, "pl_radeerr2": -0.1},
            ["pl_rade", "pl_radeerr1", "pl_radeerr2"],
            False,
        ),
    ],
)
def test_the_probability_of_the_size_names_its_inputs(known, inputs, is_typical):
    found = context(**known).p_size

    assert found.inputs == inputs
    assert (found.assumes is not msgspec.UNSET) == is_typical


def test_what_nothing_is_known_about_has_no_probability():
    found = context(st_spectype="G2 V")

    assert (found.p_zone, found.p_conservative_zone, found.p_size) == (None, None, None)


def test_a_star_outside_the_classes_has_no_zone():
    assert context(**{**EARTH, "st_spectype": "A3 V"}).p_zone.value == 0.0
