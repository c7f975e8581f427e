"""Lots: planets made some at a time are those that are made all at once."""

from __future__ import annotations

import json

import msgspec
import pytest

import inference
from exohabit.inputs.query_parameters import EXTRAS_PARAMETERS, read_query
from exohabit.inputs.readers import JSON
from exohabit.outputs import lazy_list
from exohabit.outputs.lazy_list import LazyList, fill_in, leave_out
from inference import InferenceRequest

EARTH = {"pl_rade": 1.1, "pl_bmasse": 0.9, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}

NUMBERS = [*range(10)]


@pytest.fixture(params=[1, 3, 10, 11])
def told(request, monkeypatch) -> LazyList[int]:
    """Ten numbers, so many at a time."""
    monkeypatch.setattr(lazy_list, "LOT", request.param)
    return LazyList(len(NUMBERS), NUMBERS.__getitem__)


def test_they_are_a_sequence_like_any_other(told):
    assert [*told] == NUMBERS
    assert len(told) == 10
    assert (told[0], told[-1], told[2:4], told[8:20]) == (0, 9, [2, 3], [8, 9])
    assert 7 in told
    with pytest.raises(IndexError):
        told[10]


def test_they_are_written_as_a_list_is(told):
    around = msgspec.json.encode({"before": "\0", "told": told, "more": "\0"}, enc_hook=leave_out)

    expected = msgspec.json.encode({"before": "\0", "told": NUMBERS, "more": "\0"})
    assert fill_in(around, told) == expected


def test_none_are_written_as_an_empty_list():
    none = LazyList(0, NUMBERS.__getitem__)

    assert fill_in(msgspec.json.encode([none, 1], enc_hook=leave_out), none) == b"[[],1]"


@pytest.mark.parametrize("number", [0, 2])
def test_lots_that_were_not_left_out_once_are_not_filled_in(told, number):
    around = msgspec.json.encode([told] * number, enc_hook=leave_out)

    with pytest.raises(ValueError, match="values to unpack"):
        fill_in(around, told)


def test_no_more_are_made_at_a_time_than_are_wanted(monkeypatch):
    monkeypatch.setattr(lazy_list, "LOT", 4)
    made = []

    def make(which: slice) -> list[int]:
        made.append(NUMBERS[which])
        return made[-1]

    told = LazyList(10, make)
    fill_in(msgspec.json.encode(told, enc_hook=leave_out), told)

    assert [len(lot) for lot in made] == [4, 4, 2]


def as_list(planets):
    return planets


def as_frame(planets):
    """Write planets as pandas does a DataFrame, its rows labelled r0, r1, …"""
    return {key: {f"r{i}": each[key] for i, each in enumerate(planets)} for key in planets[0]}


@pytest.mark.parametrize("work", [inference.predict, inference.rank])
@pytest.mark.parametrize("sent_as", [as_list, as_frame])
def test_an_answer_is_the_same_however_many_are_made_at_a_time(stub, monkeypatch, work, sent_as):
    radii = (3.0, 8.0, None, 5.0, 8.0, 1.0, 2.0)
    planets = [
        {**EARTH, "pl_rade": radius, "pl_bmasse": None, "name": f"b{i}"}
        for i, radius in enumerate(radii)
    ]
    query = read_query([("context", "true"), ("explain", "true")], EXTRAS_PARAMETERS)
    asked = InferenceRequest(json.dumps(sent_as(planets)).encode(), JSON, query, JSON)
    at_once = work(stub, asked)

    monkeypatch.setattr(lazy_list, "LOT", 3)

    assert work(stub, asked) == at_once
    answer = json.loads(at_once.content)
    told = answer["predictions"] if work is inference.predict else answer["ranked_planets"]
    assert [each["index"] for each in told if each["score"]] == (
        [0, 1, 3, 4, 5, 6] if work is inference.predict else [1, 4, 3, 0, 6, 5]
    )
    for each in told:
        assert each["name"] == f"b{each['index']}"
        assert each.get("row") == (f"r{each['index']}" if sent_as is as_frame else None)
        assert each["context"]


def test_nothing_else_is_written_by_the_way():
    with pytest.raises(NotImplementedError, match="object"):
        msgspec.json.encode(object(), enc_hook=leave_out)
