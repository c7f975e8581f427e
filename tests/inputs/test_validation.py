"""Every problem of the input is found."""

from __future__ import annotations

import json

import pytest

from exohabit.inputs.json_documents import read_json
from exohabit.inputs.limits import MAX_NAME
from exohabit.inputs.validation import problems_of
from exohabit.science.columns import COLUMNS
from tests.bad_requests import EARTH


def problems_in(document, *, one_allowed=True):
    raw = read_json(json.dumps(document).encode(), one_allowed=one_allowed)
    return [make() for _, make in problems_of(raw)]


def test_a_valid_document_has_no_problem():
    assert problems_in(EARTH) == []
    assert problems_in({"planets": [EARTH]}, one_allowed=False) == []


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_a_problem_says_where_it_is_what_was_expected_and_what_was_received(column):
    (problem,) = problems_in({**EARTH, column.name: False})

    assert problem.pointer == f"/{column.name}"
    assert problem.code == "wrong_type"
    assert column.unit in problem.expected or column.range is None
    assert problem.received == "false"


@pytest.mark.parametrize("name", list(EARTH))
def test_a_missing_key_is_named_with_its_meaning(name):
    (problem,) = problems_in({key: value for key, value in EARTH.items() if key != name})

    assert (problem.pointer, problem.code) == (f"/{name}", "missing_key")
    assert name in problem.message
    assert "null" in problem.message


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("pl_radee", "pl_rade"),
        ("Pl_Rade", "pl_rade"),
        ("plrade", "pl_rade"),
        ("pl_bmass", "pl_bmasse"),
        ("pl-orbper", "pl_orbper"),
        ("st_spectyp", "st_spectype"),
    ],
)
def test_a_near_miss_is_named_with_the_missing_key(key, meant):
    planet = {key: value for key, value in EARTH.items() if key != meant}

    (problem,) = problems_in({**planet, key: EARTH[meant]})

    assert f'"{key}": did you mean {meant}?' in problem.message


@pytest.mark.parametrize(
    ("key", "meant", "hint"),
    [
        ("koi_prad", "pl_rade", 'you sent "koi_prad": name it pl_rade'),
        ("P_PERIOD", "pl_orbper", 'you sent "P_PERIOD": name it pl_orbper'),
        ("pl_masse", "pl_bmasse", 'you sent "pl_masse": name it pl_bmasse'),
        ("st_spstr", "st_spectype", 'you sent "st_spstr": name it st_spectype'),
        ("pl_radj", "pl_rade", '"pl_radj" is in Jupiter radii: multiply by 11.209 and name it'),
        (
            "mass",
            "pl_bmasse",
            '("mass" has no unit: if it is in Earth masses, name it pl_bmasse; if in Jupiter '
            "masses, as in exoplanet.eu's tables, multiply by 317.83 first)",
        ),
        ("period", "pl_orbper", '("period" has no unit: if it is in days, name it pl_orbper)'),
        ("teq", "pl_eqt", '("teq" has no unit: if it is in K, name it pl_eqt)'),
        ("temperature", "pl_eqt", "if it is the equilibrium temperature in K, name it pl_eqt)"),
        ("Spectral Type", "st_spectype", 'you sent "Spectral Type": name it st_spectype'),
    ],
)
def test_another_catalogues_name_is_named_with_the_missing_key(key, meant, hint):
    planet = {key: value for key, value in EARTH.items() if key != meant}

    (problem,) = problems_in({**planet, key: EARTH[meant]})

    assert (problem.code, problem.pointer) == ("missing_key", f"/{meant}")
    assert hint in problem.message


POWERSHELL = ("@{pl_rade=1.1; pl_eqt=255}", "System.Collections.Hashtable", "System.Object[]")


@pytest.mark.parametrize("text", POWERSHELL)
def test_a_planet_that_powershell_cut_down_to_text_gets_a_hint(text):
    (problem,) = problems_in({"planets": [text]}, one_allowed=False)

    assert (problem.pointer, problem.code) == ("/planets/0", "wrong_type")
    assert "ConvertTo-Json -Depth 4" in problem.message


@pytest.mark.parametrize("flag", [2, -1.5, 10**400, "1", True])
def test_a_limit_flag_is_a_number_from_minus_one_to_one(flag):
    (problem,) = problems_in({**EARTH, "pl_radelim": flag})

    assert (problem.pointer, problem.code) == ("/pl_radelim", "wrong_type")


def test_a_value_that_a_column_of_a_dataframe_lacks_is_missing():
    columns = {name: {"a": value, "b": value} for name, value in EARTH.items()}
    del columns["pl_eqt"]["b"]

    (problem,) = problems_in(columns)

    assert (problem.pointer, problem.code) == ("/pl_eqt/b", "missing_key")


def test_problems_are_not_made_before_they_are_needed():
    planets = [{}] * 100 + [{"x": 1}]
    raw = read_json(json.dumps(planets).encode())

    makers = list(problems_of(raw))

    assert len(makers) == 5 * 101
    assert all(callable(make) for _, make in makers)


def test_a_decimal_comma_gets_a_hint():
    (comma,) = problems_in({**EARTH, "pl_rade": "1,5"})
    (text,) = problems_in({**EARTH, "pl_rade": "large"})

    assert "decimals with a point" in comma.message
    assert "decimals" not in text.message


def test_a_name_has_a_limit():
    assert problems_in({**EARTH, "name": "x" * MAX_NAME}) == []
    (problem,) = problems_in({**EARTH, "name": "x" * (MAX_NAME + 1)})

    assert (problem.code, problem.pointer) == ("too_long", "/name")
