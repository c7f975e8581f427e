"""Keys that were probably meant to be other ones."""

from __future__ import annotations

import json
from itertools import chain
from unittest.mock import Mock

import pytest

from exohabit.inputs import near_misses
from exohabit.inputs.limits import MAX_COLUMNS, MAX_COMPARED_KEYS, MAX_NEAR_MISSES
from exohabit.inputs.near_misses import (
    hint,
    near_miss,
    near_miss_of_client,
    warn_of_near_misses,
)
from exohabit.inputs.readers import JSON
from exohabit.inputs.schemas import DETAILED_SCHEMA, PLAIN_SCHEMA
from exohabit.inputs.tables.unused_units import warn_of_planets
from exohabit.inputs.unit_advice import MAX_ADVISED
from utils import parse_planets


def warn(planets, schema):
    return warn_of_near_misses(planets, chain.from_iterable(planets), schema)


@pytest.mark.parametrize(
    "key", ["pl_radj", "pl_radeerr1", "st_met", "hostname", "x" * 41, "\ud800"]
)
def test_a_column_of_the_archive_or_gibberish_is_not_a_near_miss(key):
    assert near_miss(key) is None


def test_only_the_first_keys_are_compared_with_a_missing_one():
    others = [f"x{i}" for i in range(MAX_COMPARED_KEYS)]

    assert "pl_rade" in hint(["pl_radee", *others], ("pl_rade",))
    assert "pl_rade" in hint([*others[1:], "pl_radee"], ("pl_rade",))
    assert hint([*others, "pl_radee"], ("pl_rade",)) == ""


def test_each_planet_is_warned_of_its_own_near_misses():
    warnings = warn([{"pl_rade": 1}, {"pl_insoll": 1, "x": 2}], PLAIN_SCHEMA)

    assert [*warnings] == [1]
    assert [(each.code, each.column) for each in warnings[1]] == [("near_miss", "pl_insol")]


def test_only_a_limited_number_of_near_misses_is_named():
    keys = [f"pl_insol{letter}" for letter in "abcdefghijklmnop"]

    warnings = warn([dict.fromkeys(keys)], PLAIN_SCHEMA)

    assert len(warnings[0]) == MAX_NEAR_MISSES < len(keys)


@pytest.mark.parametrize(("schema", "count"), [(PLAIN_SCHEMA, 0), (DETAILED_SCHEMA, 1)])
def test_a_misspelt_error_is_a_near_miss_only_where_errors_are_read(schema, count):
    assert len(warn([{"pl_radeeer1": 0.1}], schema)) == count


def test_names_of_a_client_are_compared_by_length_and_not_cached(monkeypatch):
    compared = Mock(wraps=near_misses.difflib.get_close_matches)
    monkeypatch.setattr(near_misses.difflib, "get_close_matches", compared)
    cached = near_misses._near_miss.cache_info().currsize
    names = [f"another name {i}" for i in range(500)] + ["x" * 10_000, "sy_dist"]

    assert near_miss_of_client("sy_dits", names) == "sy_dist"
    assert near_miss_of_client("sy_dits", ["x" * 20] * MAX_COLUMNS + ["sy_dist"]) is None
    assert near_miss_of_client("x" * 41, ["x" * 40]) is None
    assert max(len(call.args[1]) for call in compared.call_args_list) <= MAX_COMPARED_KEYS
    assert near_misses._near_miss.cache_info().currsize == cached


@pytest.mark.parametrize(
    ("key", "column", "how"),
    [
        ("insolation", "pl_insol", "if it is in Earth's insolation, name it pl_insol"),
        ("flux", "pl_insol", "if it is in Earth's insolation, name it pl_insol"),
        ("sma", "pl_orbsmax", "if it is in au, name it pl_orbsmax"),
        ("T_eq", "pl_eqt", "if it is in K, name it pl_eqt"),
        ("teff", "st_teff", "if it is in K, name it st_teff"),
        ("ecc", "pl_orbeccen", "did you mean pl_orbeccen?"),
        ("semi_major_axis", "pl_orbsmax", "did you mean pl_orbsmax?"),
        ("SpType", "st_spectype", "did you mean st_spectype?"),
        ("pl_insolation", "pl_insol", "if it is in Earth's insolation, name it pl_insol"),
        ("pl_nmae", "pl_name", "did you mean pl_name?"),
        ("planet", "name", "did you mean name?"),
    ],
)
def test_a_usual_word_for_a_key_is_warned_of_with_its_unit(key, column, how):
    ((warning,),) = warn([{key: 1}], PLAIN_SCHEMA).values()

    assert (warning.code, warning.column) == ("near_miss", column)
    assert warning.message == f'unknown key "{key}" was ignored: {how}'


@pytest.mark.parametrize(
    "key", ["mass", "radius", "planet_mass", "pl_radius", "temperature", "star_type"]
)
def test_a_size_without_a_unit_and_a_word_that_may_mean_more_are_not_near_misses(key):
    assert warn([{key: 1}], PLAIN_SCHEMA) == {}


def test_another_word_for_the_name_is_not_warned_of_beside_a_name():
    assert warn([{"name": "Kepler-22 b", "planet": "b"}], PLAIN_SCHEMA) == {}


SIZED = {"pl_rade": None, "pl_bmasse": 0.9, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}


@pytest.mark.parametrize(
    ("added", "column", "factor"),
    [
        ({"pl_radj": 1}, "pl_rade", "11.209"),
        ({"radius": 12}, "pl_rade", "11.209"),
        ({"planet_radius": 1}, "pl_rade", "if it is in Earth radii"),
        ({"pl_rade": 1, "pl_bmasse": None, "mass": 0.9}, "pl_bmasse", "317.8"),
        ({"pl_rade": 1, "pl_bmasse": None, "pl_bmassj": 1}, "pl_bmasse", "317.8"),
    ],
)
@pytest.mark.parametrize("is_one", [True, False])
def test_a_size_in_another_unit_beside_null_is_warned_of(added, column, factor, is_one):
    planet = SIZED | added
    body = json.dumps(planet if is_one else [planet]).encode()

    ((warning,),) = parse_planets(body, JSON, one_allowed=is_one).warnings.values()

    assert (warning.code, warning.column) == ("near_miss", column)
    assert warning.message.startswith(f"{column} is null, but ")
    assert factor in warning.message


@pytest.mark.parametrize("added", [{"pl_rade": 1, "pl_radj": 0.1}, {"pl_radj": None}, {}])
def test_a_size_in_another_unit_beside_ours_is_not_warned_of(added):
    assert parse_planets(json.dumps([SIZED | added]).encode(), JSON).warnings == {}


def test_messages_about_other_units_are_short_behind_the_first_planets():
    planets = [SIZED | {"pl_radj": 1}] * (MAX_ADVISED + 1)

    warnings = warn_of_planets(planets, ["pl_radj"])

    assert "multiply" in warnings[MAX_ADVISED - 1][0].message
    assert warnings[MAX_ADVISED][0].message == (
        '"pl_radj" was ignored: it may be in another unit than pl_rade'
    )
