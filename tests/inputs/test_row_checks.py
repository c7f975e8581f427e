"""Planets with problems are refused, or left out."""

from __future__ import annotations

import json

import numpy as np
import pytest

from exohabit.inputs.limits import MAX_PROBLEMS
from exohabit.inputs.problems import InvalidInput
from exohabit.inputs.readers import CSV, JSON, NDJSON
from tests.bad_requests import EARTH
from tests.formats import as_csv, as_frame, as_json, as_ndjson
from utils import parse_planets

BAD = [
    {**EARTH, "name": "a"},
    {**EARTH, "name": "b", "pl_rade": -1, "pl_eqt": "hot"},
    {**EARTH, "name": "c"},
    {**EARTH, "name": "d", "st_spectype": "Mars"},
]
WAYS = {
    "JSON": (as_json(BAD), JSON),
    "a frame": (as_frame(BAD), JSON),
    "NDJSON": (as_ndjson(BAD), NDJSON),
    "CSV": (as_csv(BAD), CSV),
}


@pytest.mark.parametrize(("body", "media_type"), WAYS.values(), ids=WAYS)
def test_planets_with_problems_are_left_out_and_listed(body, media_type):
    planets = parse_planets(body, media_type, skip_invalid=True)

    assert planets.names == ["a", "b", "c", "d"]
    assert {i: [each.code for each in found] for i, found in planets.invalid.items()} == {
        1: ["out_of_range", "wrong_type"],
        3: ["unknown_spectral_type"],
    }
    assert planets.reasons() == {1: "invalid", 3: "invalid"}
    assert np.isnan(planets.table["pl_rade"]).tolist() == [False, True, False, True]


@pytest.mark.parametrize(("body", "media_type"), WAYS.values(), ids=WAYS)
def test_the_message_of_a_refusal_names_the_parameter(body, media_type):
    with pytest.raises(InvalidInput, match="on_invalid=skip") as refused:
        parse_planets(body, media_type)

    assert refused.value.problem_count == 3


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (as_ndjson(BAD[:1]) + b"{]\n[1]\n", NDJSON),
        (as_csv(BAD[:1]) + b"1,2\n1,2,3,4,5,6,7\n", CSV),
    ],
)
def test_rows_that_cannot_be_read_are_left_out_too(body, media_type):
    planets = parse_planets(body, media_type, skip_invalid=True)

    assert planets.names == ["a", None, None]
    first = 3 if media_type == CSV else 2
    lines = [[each.line for each in found] for found in planets.invalid.values()]
    assert lines == [[first], [first + 1]]


@pytest.mark.parametrize(
    "document", [[BAD[1]], [BAD[1], BAD[3]], [], [EARTH, EARTH, 5][2:], BAD[1]]
)
def test_a_request_without_a_valid_planet_is_refused_as_usual(document):
    body = json.dumps(document).encode()

    with pytest.raises(InvalidInput):
        parse_planets(body, one_allowed=True, skip_invalid=True)


def test_a_problem_of_the_whole_table_cannot_be_skipped():
    body = b"pl_rade,pl_rade,pl_eqt\n1,1,300\nx,1,300\n"

    with pytest.raises(InvalidInput, match="two columns"):
        parse_planets(body, CSV, skip_invalid=True)


def test_a_limited_number_of_problems_is_listed_and_every_planet_is_left_out():
    body = json.dumps([EARTH, *[{}] * 300]).encode()

    invalid = parse_planets(body, skip_invalid=True).invalid

    assert len(invalid) == 300
    assert sum(map(len, invalid.values())) == MAX_PROBLEMS


def test_the_planets_that_are_taken_keep_their_problems():
    planets = parse_planets(as_json(BAD), skip_invalid=True).take([3, 0])

    assert list(planets.invalid) == [0]
    assert planets.invalid[0][0].code == "unknown_spectral_type"


@pytest.mark.parametrize("number", [5, 1000.01, -3])
def test_a_name_may_be_a_number(number):
    for planet in ({**EARTH, "name": number}, {**EARTH, "pl_name": number, "x": 1}):
        assert parse_planets(json.dumps([planet]).encode()).names == [str(number)]


@pytest.mark.parametrize("value", [True, 1e16, 10**30, [1]])
def test_a_name_is_not_a_flag_and_not_a_number_whose_digits_get_lost(value):
    with pytest.raises(InvalidInput):
        parse_planets(json.dumps([{**EARTH, "name": value}]).encode())


def test_a_long_number_for_a_name_is_asked_for_in_quotes():
    with pytest.raises(InvalidInput, match="more than 15 digits in quotes"):
        parse_planets(json.dumps({**EARTH, "name": 5853498713190525696}).encode(), one_allowed=True)
