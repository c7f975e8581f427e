"""Lots: planets made some at a time are those that are made all at once."""

from __future__ import annotations

import msgspec
import pytest

from messages import lots
from messages.lots import Lots, written

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
    encoded = msgspec.json.encode({"told": told, "more": 1}, enc_hook=written)

    assert encoded == msgspec.json.encode({"told": NUMBERS, "more": 1})


def test_none_are_written_as_an_empty_list():
    assert msgspec.json.encode(Lots(0, NUMBERS.__getitem__), enc_hook=written) == b"[]"


def test_no_more_are_made_at_a_time_than_are_wanted(monkeypatch):
    monkeypatch.setattr(lots, "LOT", 4)
    made = []

    def make(which: slice) -> list[int]:
        made.append(NUMBERS[which])
        return made[-1]

    msgspec.json.encode(Lots(10, make), enc_hook=written)

    assert [len(lot) for lot in made] == [4, 4, 2]


def test_nothing_else_is_written_by_the_way():
    with pytest.raises(NotImplementedError, match="object"):
        msgspec.json.encode(object(), enc_hook=written)
