"""Everything that is wrong with what was sent."""

from __future__ import annotations

import json

import pytest

from exohabit.inputs.json_documents import read_json
from exohabit.inputs.problems import InvalidInput
from exohabit.inputs.validation import problems_of
from exohabit.science.columns import COLUMNS

EARTH = {"pl_rade": 1.1, "pl_bmasse": 0.9, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}


def found(document, *, one_allowed=True):
    sent = read_json(json.dumps(document).encode(), one_allowed=one_allowed)
    return InvalidInput.of(problems_of(sent)).problems if list(problems_of(sent)) else []


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


def test_a_planet_that_powershell_cut_down_to_text_is_told_how_to_send_it():
    (problem,) = found({"planets": ["@{pl_rade=1.1; pl_eqt=255}"]}, one_allowed=False)

    assert (problem.pointer, problem.code) == ("/planets/0", "wrong_type")
    assert "ConvertTo-Json -Depth 4" in problem.message


@pytest.mark.parametrize("flag", [2, -1.5, 10**400, "1", True])
def test_a_limit_flag_is_one_of_three_numbers(flag):
    (problem,) = found({**EARTH, "pl_radelim": flag})

    assert (problem.pointer, problem.code) == ("/pl_radelim", "wrong_type")


def test_a_value_that_one_column_of_a_dataframe_lacks_is_missing():
    columns = {name: {"a": value, "b": value} for name, value in EARTH.items()}
    del columns["pl_eqt"]["b"]

    (problem,) = found(columns)

    assert (problem.pointer, problem.code) == ("/pl_eqt/b", "missing_key")


def test_problems_that_are_only_counted_are_not_made():
    planets = [{}] * 100 + [{"x": 1}]
    sent = read_json(json.dumps(planets).encode())

    makers = list(problems_of(sent))

    assert len(makers) == 5 * 101
    assert all(callable(make) for make in makers)
