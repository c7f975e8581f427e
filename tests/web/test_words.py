"""Numbers, columns and warnings in words."""

from __future__ import annotations

import pytest

from exohabit.science.columns import BY_NAME
from exohabit.web.words import (
    HELP,
    PLAIN_NAMES,
    exact_text,
    measure_text,
    plain,
    score_text,
    value_text,
    warning_words,
)

SPACE = "\N{NO-BREAK SPACE}"


def test_every_column_has_a_name_and_help():
    assert PLAIN_NAMES.keys() == HELP.keys() == BY_NAME.keys()


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (0.9709470868110657, "97.1"),
        (0.5, "50.0"),
        (0.0012, "0.1"),
        (0.00099, "below 0.1"),
        (0.0, "below 0.1"),
        (0.99901, "above 99.9"),
        (1.0, "above 99.9"),
    ],
)
def test_a_score_is_never_shown_as_certain(score, text):
    assert score_text(score) == f"{text}{SPACE}%"


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1"), (0.53202, "0.53202"), (None, ""), ("G2 V", "G2 V")]
)
def test_a_value_is_shown_with_all_its_digits(value, text):
    assert value_text(value) == text


def test_an_exact_number_is_written_as_the_api_does():
    assert exact_text(0.000012109508134017233) == "0.000012109508134017233"


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("pl_rade is 2", "Planet radius is 2"),
        ("pl_orbper (orbital period) is 1", "Orbital period is 1"),
        ("pl_orbeccenlim is -1: a lower limit", "Orbital eccentricity is -1: a lower limit"),
        ("send pl_eqt, pl_insol", "Send equilibrium temperature, insolation"),
        ("my_pl_rade is 2", "My_pl_rade is 2"),
    ],
)
def test_columns_are_named_in_words(message, said):
    assert plain(message) == said


def test_a_value_that_is_kept_can_be_emptied():
    warning = {
        "code": "kept_light",
        "column": "pl_insol",
        "message": "pl_insol and pl_eqt of the catalogue still count; send pl_insol=&pl_eqt= to …",
    }

    title, text, columns = warning_words(warning, "Earth", ["pl_rade", "st_teff"])

    assert title == "Old and new values mixed"
    assert text == (
        "You changed the temperature of its star, but old values of Earth still count: "
        "equilibrium temperature, light it receives."
    )
    assert columns == ["pl_insol", "pl_eqt"]


def test_a_warning_does_not_ask_for_a_limit_flag():
    message = "1 and 9 cannot be right (if the mass is only an upper limit, send pl_bmasselim 1)"

    _, text, _ = warning_words({"code": "denser", "column": "pl_rade", "message": message})

    assert text == "Radius: 1 and 9 cannot be right"


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [
        (1.0, "pl_rade", "1 Earth radius"),
        ("1", "pl_orbper", "1 day"),
        (2.0, "st_mass", "2 solar masses"),
        (0.1, "pl_orbeccen", "0.1"),
        ("", "pl_eqt", "not known"),
    ],
)
def test_a_value_has_its_unit_in_the_right_number(value, column, text):
    assert measure_text(value, BY_NAME[column]) == text


@pytest.mark.parametrize("side", ["an upper", "a lower"])
def test_a_limit_is_said_without_its_flag(side):
    message = f"pl_eqtlim is 1: {side} limit, taken as not measured"

    title, text, _ = warning_words({"code": "limit", "column": "pl_eqt", "message": message})

    assert title == "Only a limit is known"
    assert (
        text
        == f"Equilibrium temperature: only {side} limit is known, so it counts as not measured."
    )


def test_an_unknown_code_still_has_a_heading():
    warning = {"code": "new", "column": "pl_rade", "message": "pl_rade is odd"}

    assert warning_words(warning)[:2] == (
        "Values that contradict each other",
        "Radius: Planet radius is odd",
    )
