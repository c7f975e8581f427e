"""Columns of the input that the answer repeats."""

from __future__ import annotations

import json

import pytest

from exohabit.inputs import kept_columns
from exohabit.inputs.problems import InvalidInput
from exohabit.inputs.readers import CSV, JSON, NDJSON
from tests.bad_requests import EARTH
from tests.formats import as_csv, as_frame, as_json, as_ndjson
from utils import parse_planets

ROWS = [{**EARTH, "ra": "1.50", "sy_dist": "2"}, {**EARTH, "ra": " x ", "sy_dist": ""}]
WAYS = {
    "JSON": (as_json(ROWS), JSON),
    "a frame": (as_frame(ROWS), JSON),
    "NDJSON": (as_ndjson(ROWS), NDJSON),
    "CSV": (as_csv(ROWS), CSV),
    "CSV with a problem": (as_csv([*ROWS, {**ROWS[0], "pl_rade": -1}]), CSV),
}


@pytest.mark.parametrize(("body", "media_type"), WAYS.values(), ids=WAYS)
def test_columns_are_kept_as_they_were_read(body, media_type):
    planets = parse_planets(body, media_type, keep=("sy_dist", "ra", "zz"), skip_invalid=True)

    assert list(planets.kept) == ["sy_dist", "ra", "zz"]
    assert planets.kept["ra"][:2] == ["1.50", " x "]
    assert planets.kept["sy_dist"][:2] == ["2", ""]
    assert {len(values) for values in planets.kept.values()} == {len(planets.names)}
    assert set(planets.kept["zz"]) == {None}


@pytest.mark.parametrize(("body", "media_type"), WAYS.values(), ids=WAYS)
def test_a_star_keeps_every_column_in_its_order(body, media_type):
    planets = parse_planets(body, media_type, keep=("*",), skip_invalid=True)

    assert list(planets.kept) == list(ROWS[0])


def test_nothing_is_kept_unless_it_is_asked_for():
    for body, media_type in WAYS.values():
        assert parse_planets(body, media_type, skip_invalid=True).kept is None


def test_kept_columns_follow_the_planets_that_are_taken():
    planets = parse_planets(as_csv(ROWS), CSV, keep=("ra",)).take([1])

    assert planets.kept == {"ra": [" x "]}


def test_a_star_keeps_a_limited_number_of_columns():
    planet = {**EARTH, **{f"x{i}": i for i in range(500)}}

    assert len(parse_planets(json.dumps([planet]).encode(), keep=("*",)).kept) == 200


@pytest.mark.parametrize(("body", "media_type"), WAYS.values(), ids=WAYS)
def test_more_values_than_the_limit_are_refused(body, media_type, monkeypatch):
    monkeypatch.setattr(kept_columns, "MAX_KEPT_VALUES", 3)

    with pytest.raises(InvalidInput, match="keep asks for 2 columns of"):
        parse_planets(body, media_type, keep=("ra", "dec"), skip_invalid=True)
