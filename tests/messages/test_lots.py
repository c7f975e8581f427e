"""Lots: planets made some at a time are those that are made all at once."""

from __future__ import annotations

import json

import msgspec
import pytest

import judging
from judging import Asked
from messages import lots
from messages.lots import Lots, filled_in, left_out
from messages.parameters import BESIDES, read_query
from messages.readers import JSON

EARTH = {"pl_rade": 1.1, "pl_bmasse": 0.9, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}

NUMBERS = [*range(10)]


@pytest.fixture(params=[1, 3, 10, 11])
def told(request, monkeypatch) -> Lots[int]:
    """Ten numbers, so many at a time."""
    monkeypatch.setattr(lots, "LOT", request.param)
    return Lots(len(NUMBERS), NUMBERS.__getitem__)


def test_they_are_a_sequence_like_any_other(told):
    assert [*told] == NUMBERS
    assert len(told) == 10
    assert (told[0], told[-1], told[2:4], told[8:20]) == (0, 9, [2, 3], [8, 9])
    assert 7 in told
    with pytest.raises(IndexError):
        told[10]


def test_they_are_written_as_a_list_is(told):
    around = msgspec.json.encode({"told": told, "more": "\0"}, enc_hook=left_out)

    assert filled_in(around, told) == msgspec.json.encode({"told": NUMBERS, "more": "\0"})


def test_none_are_written_as_an_empty_list():
    none = Lots(0, NUMBERS.__getitem__)

    assert filled_in(msgspec.json.encode([none, 1], enc_hook=left_out), none) == b"[[],1]"


def test_no_more_are_made_at_a_time_than_are_wanted(monkeypatch):
    monkeypatch.setattr(lots, "LOT", 4)
    made = []

    def make(which: slice) -> list[int]:
        made.append(NUMBERS[which])
        return made[-1]

    told = Lots(10, make)
    filled_in(msgspec.json.encode(told, enc_hook=left_out), told)

    assert [len(lot) for lot in made] == [4, 4, 2]


def test_a_ranking_is_the_same_however_many_are_made_at_a_time(stub, monkeypatch):
    radii = (3.0, 8.0, None, 5.0, 8.0, 1.0, 2.0)
    planets = [{**EARTH, "pl_rade": radius, "name": f"b{radius}"} for radius in radii]
    query = read_query([("context", "true"), ("explain", "true")], BESIDES)
    asked = Asked(json.dumps(planets).encode(), JSON, query, JSON)
    at_once = judging.rank(stub, asked)

    monkeypatch.setattr(lots, "LOT", 3)

    assert judging.rank(stub, asked) == at_once
    first = json.loads(at_once.content)["ranked_planets"][0]
    assert (first["index"], first["name"]) == (1, "b8.0")
    assert first["context"]


def test_nothing_else_is_written_by_the_way():
    with pytest.raises(NotImplementedError, match="object"):
        msgspec.json.encode(object(), enc_hook=left_out)
