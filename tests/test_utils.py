"""Request bodies and queries become planets."""

from __future__ import annotations

import json

import numpy as np
import pytest

from exohabit.inputs import valid_lists
from exohabit.inputs.limits import MAX_PLANETS
from exohabit.inputs.problems import InvalidInput, InvalidJSON, TooManyPlanets
from exohabit.inputs.query import read_query
from exohabit.science.columns import NUMERIC
from exohabit.science.spectral_columns import SPECTRAL
from tests.bad_requests import EARTH
from utils import parse_pairs, parse_planets


def parse(document, **more):
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return parse_planets(body, **{"one_allowed": True, **more})


def test_one_planet_becomes_columns_by_name():
    planets = parse(EARTH)

    assert planets.is_one
    assert set(planets.table) == {column.name for column in NUMERIC} | set(SPECTRAL)
    assert {name: planets.table[name] for name in ("pl_rade", "pl_orbper")} == {
        "pl_rade": 1.1,
        "pl_orbper": 365.0,
    }


def test_the_order_of_the_keys_changes_nothing():
    one, other = parse(EARTH), parse(dict(reversed(EARTH.items())))

    for name, values in one.table.items():
        np.testing.assert_array_equal(values, other.table[name])


def test_null_is_missing_and_never_filled_in():
    table = parse({**EARTH, "pl_bmasse": None, "st_spectype": None}).table

    assert np.isnan(table["pl_bmasse"]).all()
    assert np.isnan(table["spectype_teff"]).all()


def test_an_optional_column_that_is_absent_is_missing():
    assert np.isnan(parse(EARTH).table["pl_insol"]).all()
    assert np.isnan(parse([EARTH]).table["pl_insol"]).all()


@pytest.mark.parametrize(
    "document", [[EARTH, EARTH], {"planets": [EARTH, EARTH]}, {"planets": [EARTH, EARTH], "x": 1}]
)
def test_a_list_is_read_with_or_without_its_envelope(document):
    planets = parse(document)

    assert len(planets.names) == 2
    assert not planets.is_one


@pytest.mark.parametrize("one_allowed", [True, False])
def test_one_object_in_an_envelope_is_a_list_of_one(one_allowed):
    planets = parse({"planets": EARTH}, one_allowed=one_allowed)

    assert len(planets.names) == 1
    assert not planets.is_one


def test_a_planet_in_a_query_is_read():
    planets = parse_pairs([(key, str(value)) for key, value in EARTH.items()])

    assert planets.is_one
    assert planets.understood(0) == parse(EARTH).understood(0)


def test_the_name_is_taken_from_either_key_and_name_comes_first():
    rows = [
        {**EARTH, "name": "a"},
        {**EARTH, "pl_name": "b"},
        {**EARTH, "name": "c", "pl_name": "d"},
        {**EARTH, "name": None, "pl_name": "e"},
        EARTH,
    ]

    assert parse(rows).names == ["a", "b", "c", "e", None]


def test_a_byte_order_mark_is_ignored():
    assert parse(b"\xef\xbb\xbf" + json.dumps(EARTH).encode()).is_one


def test_unknown_keys_are_ignored_without_a_warning():
    assert parse({**EARTH, "hostname": "Sun", "pl_radj": 0.1, "comment": {"a": [1]}}).warnings == {}


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("pl_insoll", "pl_insol"),
        ("PL_INSOL", "pl_insol"),
        ("st-teff", "st_teff"),
        ("st_mas", "st_mass"),
        ("Name", "name"),
        ("koi_insol", "pl_insol"),
        ("S_TEMPERATURE", "st_teff"),
    ],
)
def test_a_near_miss_of_an_optional_key_is_a_warning(key, near):
    planets = parse([EARTH, {**EARTH, key: 1.0}, EARTH])

    ((warning,),) = planets.warnings.values()
    assert [*planets.warnings] == [1]
    assert (warning.code, warning.column) == ("near_miss", near)
    assert key in warning.message


def test_duplicate_keys_keep_the_last():
    body = json.dumps(EARTH)[:-1] + ', "pl_rade": 2.5}'

    assert parse(body.encode()).table["pl_rade"] == 2.5
    assert parse(f"[{body}]".encode()).table["pl_rade"] == 2.5


@pytest.mark.parametrize("column", NUMERIC, ids=lambda column: column.name)
def test_both_ends_of_a_range_belong_to_it(column):
    for value in column.bounds:
        assert parse({**EARTH, column.name: value}).table[column.name] == value


def test_a_request_may_carry_the_limit_of_planets_and_not_one_more():
    one = json.dumps(EARTH).encode()
    most = b"[" + b",".join([one] * MAX_PLANETS) + b"]"

    assert len(parse(most).names) == MAX_PLANETS
    with pytest.raises(TooManyPlanets, match="more than 100,000"):
        parse(most[:-1] + b"," + one + b"]")


@pytest.mark.parametrize("count", [1, 4_999, 5_000, 5_001, 10_001])
def test_a_list_of_several_chunks_is_read_whole_and_in_order(count):
    planets = parse_planets(json.dumps([{**EARTH, "name": f"{i}"} for i in range(count)]).encode())

    assert planets.names == [f"{i}" for i in range(count)]
    assert planets.table["pl_rade"].tolist() == [EARTH["pl_rade"]] * count


def test_a_list_of_millions_of_numbers_is_not_split_into_as_many_objects(monkeypatch):
    class Never:
        def decode(self, _):
            pytest.fail("the list was split")

    body = b"[" + b"0," * 2_000_000 + b"0]"
    monkeypatch.setattr(valid_lists, "_LIST_DECODER", Never())

    with pytest.raises(InvalidInput, match="values without names"):
        parse_planets(body)


@pytest.mark.parametrize("place", [0, 4_999, 5_000, 9_999])
def test_a_wrong_value_in_any_chunk_is_a_problem_with_its_place(place):
    planets = [dict(EARTH) for _ in range(10_000)]
    planets[place]["pl_rade"] = -1

    with pytest.raises(InvalidInput) as raised:
        parse_planets(json.dumps(planets).encode())

    (problem,) = raised.value.problems
    assert problem.pointer == f"/{place}/pl_rade"


def test_a_bad_parameter_is_refused_although_the_body_is_valid():
    problems = read_query([("explain", "true")], ()).problems

    for document in (EARTH, [EARTH]):
        with pytest.raises(InvalidInput) as raised:
            parse(document, problems=problems)

        assert [problem.parameter for problem in raised.value.problems] == ["explain"]


@pytest.mark.parametrize("value", [5, [EARTH], [{**EARTH, "x": 1}], {"pl_rade": 1}])
def test_a_planet_with_a_key_called_planets_is_still_one_planet(value):
    planets = parse({**EARTH, "planets": value})

    assert planets.is_one
    assert planets.table["pl_rade"].tolist() == [1.1]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"{", "valid JSON"),
        (b'{"pl_rade": NaN}', "valid JSON"),
        (b"\xff\xfe{\x00}\x00", "UTF-16"),
        (b'{"name": "\xff"}', "UTF-8"),
        (b"[" * 100_000, "nested"),
        (b'{"a":' * 100_000, "nested"),
        (b'{"x": 1, "pl_rade": NaN}', "valid JSON"),
    ],
)
def test_invalid_json_is_refused_with_a_reason(body, message):
    with pytest.raises(InvalidJSON, match=message):
        parse(body)


def test_an_unknown_spectral_type_in_a_valid_list_is_a_problem_with_its_place():
    body = json.dumps([EARTH, {**EARTH, "st_spectype": "X9"}]).encode()

    with pytest.raises(InvalidInput) as refused:
        parse_planets(body)

    (problem,) = refused.value.problems
    assert (problem.code, problem.pointer) == ("unknown_spectral_type", "/1/st_spectype")
