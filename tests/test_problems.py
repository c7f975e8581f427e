"""What is said of each fault."""

from __future__ import annotations

import msgspec
import pytest

from problems import InvalidInput, Problem, in_document, near_miss, shown
from science.columns import COLUMNS

EARTH = {"pl_rade": 1.1, "pl_bmasse": 0.9, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}


def found(document, *, one_allowed=True):
    return list(in_document(document, one_allowed=one_allowed))


def test_a_sound_document_has_no_problem():
    assert found(EARTH) == []
    assert found({"planets": [EARTH]}, one_allowed=False) == []


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_a_problem_says_where_what_was_expected_with_its_unit_and_what_came(column):
    (problem,) = found({**EARTH, column.name: False})

    assert problem.pointer == f"/{column.name}"
    assert problem.code == "wrong_type"
    assert column.unit in problem.expected or column.range is None
    assert problem.received == "false"


@pytest.mark.parametrize("name", list(EARTH))
def test_a_missing_key_is_named_with_its_meaning(name):
    (problem,) = found({key: value for key, value in EARTH.items() if key != name})

    assert (problem.pointer, problem.code) == (f"/{name}", "missing_key")
    assert name in problem.message
    assert "null" in problem.message


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("pl_radee", "pl_rade"),
        ("Pl_Rade", "pl_rade"),
        ("plrade", "pl_rade"),
        ("pl_bmass", "pl_bmasse"),
        ("pl-orbper", "pl_orbper"),
        ("st_spectyp", "st_spectype"),
    ],
)
def test_a_near_miss_is_named_with_the_missing_key(sent, meant):
    planet = {key: value for key, value in EARTH.items() if key != meant}

    (problem,) = found({**planet, sent: EARTH[meant]})

    assert f'"{sent}": did you mean {meant}?' in problem.message


@pytest.mark.parametrize(
    "key", ["pl_radj", "pl_radeerr1", "st_met", "hostname", "x" * 41, "\ud800"]
)
def test_a_column_of_the_archive_or_gibberish_is_no_near_miss(key):
    assert near_miss(key) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.5, "1.5"),
        (True, "true"),
        ("ä\ud800\n", '"\\u00e4\\ud800\\n"'),
        ({"a": 1}, "an object"),
        ([1], "a list"),
        ("x" * 1000, '"' + "x" * 58 + "…"),
    ],
)
def test_what_came_is_shown_short_and_plain(value, text):
    assert shown(value) == text


def test_the_message_counts_and_quotes_the_first_problem():
    one, two = Problem("a", "first fault"), Problem("b", "second fault")

    assert InvalidInput.of([one]).message == "1 problem in the request: first fault"
    assert InvalidInput.of([one, two]).message == "2 problems in the request: first fault, …"


def test_a_problem_without_a_received_value_does_not_mention_one():
    encoded = msgspec.to_builtins(Problem("missing_key", "pl_rade is missing", pointer="/pl_rade"))

    assert encoded == {
        "code": "missing_key",
        "message": "pl_rade is missing",
        "pointer": "/pl_rade",
    }
