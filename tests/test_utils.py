"""Reading planets from JSON."""

from __future__ import annotations

import json

import numpy as np
import pytest

import utils
from exohabit.inputs.limits import MAX_PLANETS
from exohabit.inputs.problems import InvalidInput, InvalidJSON, TooManyPlanets
from exohabit.inputs.query_parameters import TOP, read_query
from exohabit.science.columns import NUMERIC
from exohabit.science.spectral_columns import SPECTRAL
from utils import parse_planets

EARTH = {"pl_rade": 1.1, "pl_bmasse": 0.9, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}


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
    there, back = parse(EARTH), parse(dict(reversed(EARTH.items())))

    for name, values in there.table.items():
        np.testing.assert_array_equal(values, back.table[name])


def test_null_is_missing_and_never_filled_in():
    table = parse({**EARTH, "pl_bmasse": None, "st_spectype": None}).table

    assert np.isnan(table["pl_bmasse"]).all()
    assert np.isnan(table["spectype_teff"]).all()


def test_an_optional_column_that_is_absent_is_missing():
    assert np.isnan(parse(EARTH).table["pl_insol"]).all()


@pytest.mark.parametrize(
    "document", [[EARTH, EARTH], {"planets": [EARTH, EARTH]}, {"planets": [EARTH, EARTH], "x": 1}]
)
def test_a_list_is_read_with_or_without_its_envelope(document):
    planets = parse(document)

    assert len(planets.names) == 2
    assert not planets.is_one


@pytest.mark.parametrize("one_allowed", [True, False])
def test_one_object_where_a_list_was_meant_is_a_list_of_one(one_allowed):
    planets = parse({"planets": EARTH}, one_allowed=one_allowed)

    assert len(planets.names) == 1
    assert not planets.is_one


def test_the_name_is_taken_from_either_key_and_name_comes_first():
    rows = [
        {**EARTH, "name": "a"},
        {**EARTH, "pl_name": "b"},
        {**EARTH, "name": "c", "pl_name": "d"},
        {**EARTH, "name": None, "pl_name": "e"},
        EARTH,
    ]

    assert parse(rows).names == ["a", "b", "c", "e", None]


def test_a_byte_order_mark_is_harmless():
    assert parse(b"\xef\xbb\xbf" + json.dumps(EARTH).encode()).is_one


def test_unknown_keys_are_ignored_without_a_word():
    assert parse({**EARTH, "hostname": "Sun", "pl_radj": 0.1, "comment": {"a": [1]}}).warnings == {}


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("pl_insoll", "pl_insol"),
        ("PL_INSOL", "pl_insol"),
        ("st-teff", "st_teff"),
        ("st_mas", "st_mass"),
        ("Name", "name"),
    ],
)
def test_a_near_miss_of_an_optional_key_is_a_warning(key, near):
    (warning,) = parse({**EARTH, key: 1.0}).warnings[0]

    assert (warning.code, warning.column) == ("near_miss", near)
    assert key in warning.message


def test_only_the_planet_with_the_near_miss_is_warned_of_it():
    assert list(parse([EARTH, {**EARTH, "pl_insoll": 1.0}, EARTH]).warnings) == [1]


@pytest.mark.parametrize(("flag", "side"), [(1, "upper"), (-1, "lower"), (1.0, "upper")])
def test_a_limit_is_taken_as_missing_and_said_so(flag, side):
    planets = parse([EARTH, {**EARTH, "pl_bmasselim": flag}])

    assert np.isnan(planets.table["pl_bmasse"]).tolist() == [False, True]
    (warning,) = planets.warnings[1]
    assert (warning.code, warning.column) == ("limit", "pl_bmasse")
    assert side in warning.message
    assert 0 not in planets.warnings


@pytest.mark.parametrize("flag", [0, 0.0, None])
def test_a_value_flagged_as_no_limit_stays(flag):
    planets = parse({**EARTH, "pl_bmasselim": flag})

    assert planets.table["pl_bmasse"].tolist() == [0.9]
    assert planets.warnings == {}


@pytest.mark.parametrize("column", NUMERIC, ids=lambda column: column.name)
def test_every_numeric_column_has_a_limit_flag(column):
    low, high = column.bounds
    value = (low * high) ** 0.5

    planets = parse({**EARTH, column.name: value, column.limit_flag: 1})

    assert np.isnan(planets.table[column.name]).all()


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 12, 13])
def test_each_planet_of_a_long_list_keeps_its_own_values(count, monkeypatch):
    monkeypatch.setattr(utils, "_AT_A_TIME", 3)
    monkeypatch.setattr(utils, "_TOGETHER", 2)
    rng = np.random.default_rng(count)
    sent = [{column.name: rng.uniform(*column.range) for column in NUMERIC} for _ in range(count)]
    for each in sent:
        each["st_spectype"] = None
        each[rng.choice([column.name for column in NUMERIC])] = None

    columns = parse(sent).table

    alone = [parse(each).table for each in sent]
    assert set(columns) == set(alone[0])
    for name, values in columns.items():
        assert np.array_equal(values, [each[name][0] for each in alone], equal_nan=True)


def test_duplicate_keys_keep_the_last():
    body = json.dumps(EARTH)[:-1] + ', "pl_rade": 2.5}'

    assert parse(body.encode()).table["pl_rade"] == 2.5


@pytest.mark.parametrize("column", NUMERIC, ids=lambda column: column.name)
def test_both_ends_of_a_range_belong_to_it(column):
    for value in column.bounds:
        assert parse({**EARTH, column.name: value}).table[column.name] == value


def test_what_is_judged_is_what_has_a_size_and_a_way_to_its_light():
    nothing = dict.fromkeys(EARTH)
    rows = [
        {**nothing, "pl_rade": 1.0, "pl_eqt": 255.0},
        {**nothing, "pl_bmasse": 1.0, "pl_insol": 1.0},
        {**nothing, "pl_rade": 1.0, "pl_orbper": 365.0, "st_spectype": "G"},
        {**nothing, "pl_rade": 1.0, "pl_orbsmax": 1.0, "st_teff": 5772.0},
        {**nothing, "pl_eqt": 255.0},
        {**nothing, "pl_rade": 1.0, "pl_orbper": 365.0},
        {**nothing, "pl_rade": 1.0, "st_teff": 5772.0},
        nothing,
    ]

    reasons = parse(rows).reasons()

    assert sorted(reasons) == [4, 5, 6, 7]
    assert "radius" in reasons[4]
    assert "irradiation" in reasons[5]
    assert "radius" in reasons[7]
    assert "irradiation" in reasons[7]


def test_a_limit_can_leave_too_little_to_judge():
    only = {**EARTH, "pl_rade": None, "pl_bmasselim": 1}

    assert list(parse(only).reasons()) == [0]


def test_the_most_planets_a_request_may_carry_are_read_and_one_more_is_refused():
    one = json.dumps(EARTH).encode()
    most = b"[" + b",".join([one] * MAX_PLANETS) + b"]"

    assert len(parse(most).names) == MAX_PLANETS
    with pytest.raises(TooManyPlanets, match="more than 100,000"):
        parse(most[:-1] + b"," + one + b"]")


def test_too_many_faulty_planets_are_refused_for_their_number():
    with pytest.raises(TooManyPlanets):
        parse(b"[" + b",".join([b"{}"] * (MAX_PLANETS + 1)) + b"]")


def test_all_faults_of_all_planets_and_parameters_are_listed_at_once():
    rows = [{**EARTH, "pl_rade": -1, "st_spectype": "Mars"}, EARTH, {"pl_rade": True, "name": 5}]

    beside = read_query([("tpo", "3")], (TOP,)).problems

    with pytest.raises(InvalidInput) as caught:
        parse({"planets": rows}, beside=beside)

    places = [problem.pointer or problem.parameter for problem in caught.value.problems]
    assert places == [
        "tpo",
        "/planets/0/pl_rade",
        "/planets/0/st_spectype",
        "/planets/2/pl_rade",
        "/planets/2/pl_bmasse",
        "/planets/2/pl_orbper",
        "/planets/2/pl_eqt",
        "/planets/2/st_spectype",
        "/planets/2/name",
    ]


def test_a_hundred_problems_are_listed_and_all_are_counted():
    with pytest.raises(InvalidInput) as caught:
        parse([{**EARTH, "pl_rade": -1}] * 250)

    assert len(caught.value.problems) == 100
    assert caught.value.problem_count == 250


def test_a_bad_parameter_is_refused_though_the_body_is_good():
    with pytest.raises(InvalidInput) as caught:
        parse(EARTH, beside=read_query([("explain", "true")], ()).problems)

    assert [problem.parameter for problem in caught.value.problems] == ["explain"]


@pytest.mark.parametrize("stray", [5, [EARTH], [{**EARTH, "x": 1}], {"pl_rade": 1}])
def test_a_planet_with_a_stray_key_planets_is_still_one_planet(stray):
    planets = parse({**EARTH, "planets": stray})

    assert planets.is_one
    assert planets.table["pl_rade"].tolist() == [1.1]


@pytest.mark.parametrize(
    ("body", "says"),
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
def test_what_is_no_json_is_said_to_be_none(body, says):
    with pytest.raises(InvalidJSON, match=says):
        parse(body)


def test_a_temperature_that_is_a_limit_says_nothing_of_the_stars_class():
    sent = {**EARTH, "st_spectype": None, "st_teff": 9000.0}

    measured, limit = parse(sent), parse({**sent, "st_tefflim": 1})

    assert [each.code for each in measured.warnings[0]] == ["outside_fgkm"]
    assert [each.code for each in limit.warnings[0]] == ["limit"]
