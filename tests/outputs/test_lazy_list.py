"""Planets that are made in chunks are the same as if made all at once."""

from __future__ import annotations

import json

import msgspec
import pytest

import inference
from exohabit.inputs.query import read_query
from exohabit.inputs.query_parameters import EXTRAS_PARAMETERS
from exohabit.inputs.readers import JSON
from exohabit.outputs import lazy_list
from exohabit.outputs.inference_types import InferenceRequest
from exohabit.outputs.lazy_list import LazyList, encode_document, map_lazily
from tests.bad_requests import EARTH

NUMBERS = [*range(10)]


@pytest.fixture(params=[1, 3, 10, 11])
def numbers(request, monkeypatch) -> LazyList[int]:
    """Ten numbers, in chunks of different sizes."""
    monkeypatch.setattr(lazy_list, "CHUNK", request.param)
    return LazyList(len(NUMBERS), NUMBERS.__getitem__)


def test_a_lazy_list_is_a_collection(numbers):
    assert [*numbers] == NUMBERS
    assert len(numbers) == 10
    assert 7 in numbers
    assert 10 not in numbers


def test_a_lazy_list_is_encoded_as_a_list_is(numbers):
    halves = map_lazily(numbers, lambda number: number / 2)
    document = {"before": "\0", "items": numbers, "more": "\0", "halves": halves, "end": [1]}

    encoded = encode_document(document)

    assert encoded == msgspec.json.encode(
        {**document, "items": NUMBERS, "halves": [number / 2 for number in NUMBERS]}
    )


def test_an_empty_lazy_list_is_encoded_as_an_empty_list():
    none = LazyList(0, NUMBERS.__getitem__)

    assert encode_document({"a": none, "b": 1}) == b'{"a":[],"b":1}'


def test_items_are_made_in_chunks(monkeypatch):
    monkeypatch.setattr(lazy_list, "CHUNK", 4)
    made = []

    def make(part: slice) -> list[int]:
        made.append(NUMBERS[part])
        return made[-1]

    encode_document({"items": LazyList(10, make)})

    assert [len(chunk) for chunk in made] == [4, 4, 2]


def as_list(planets):
    return planets


def as_frame(planets):
    """Write planets as pandas writes a DataFrame, with the row labels r0, r1, …"""
    return {key: {f"r{i}": each[key] for i, each in enumerate(planets)} for key in planets[0]}


@pytest.mark.parametrize("handler", [inference.predict, inference.rank])
@pytest.mark.parametrize("form", [as_list, as_frame])
def test_an_answer_does_not_depend_on_the_size_of_chunks(stub, monkeypatch, handler, form):
    radii = (3.0, 8.0, None, 5.0, 8.0, 1.0, 2.0)
    planets = [
        {**EARTH, "pl_rade": radius, "pl_bmasse": None, "name": f"b{i}"}
        for i, radius in enumerate(radii)
    ]
    query = read_query([("context", "true"), ("explain", "true")], EXTRAS_PARAMETERS)
    question = InferenceRequest(json.dumps(form(planets)).encode(), JSON, query, JSON)
    at_once = handler(stub, question)

    monkeypatch.setattr(lazy_list, "CHUNK", 3)

    assert handler(stub, question) == at_once
    answer = json.loads(at_once.content)
    listed = answer["predictions"] if handler is inference.predict else answer["ranked_planets"]
    assert [each["index"] for each in listed if each["score"]] == (
        [0, 1, 3, 4, 5, 6] if handler is inference.predict else [1, 4, 3, 0, 6, 5]
    )
    for each in listed:
        assert each["name"] == f"b{each['index']}"
        assert each.get("row") == (f"r{each['index']}" if form is as_frame else None)
        assert each["context"]
