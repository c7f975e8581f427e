"""The forms in which JSON may contain planets."""

from __future__ import annotations

import json

import pytest

from exohabit.inputs.json_documents import read_json
from exohabit.inputs.limits import MAX_PLANETS
from exohabit.inputs.problems import TooManyPlanets


def test_a_dataframe_is_turned_into_rows_with_their_labels():
    raw = read_json(b'{"pl_rade": {"a": 1, "b/c": null}, "pl_eqt": {"b/c": 3}, "x": {"q": 1}}')

    assert raw.planets == [{"pl_rade": 1}, {"pl_rade": None, "pl_eqt": 3}, {"x": 1}]
    assert raw.labels == ["a", "b/c", "q"]
    assert raw.where(1, "pl_rade") == {"pointer": "/pl_rade/b~1c"}
    assert raw.where(None, "pl_orbper") == {"pointer": "/pl_orbper"}


@pytest.mark.parametrize(
    "body", [b'{"pl_rade": {"0": 1}, "pl_eqt": 3}', b'{"a": {"0": 1}}', b"{}", b'{"pl_rade": 1}']
)
def test_an_object_is_a_dataframe_only_if_all_its_values_are_objects(body):
    assert read_json(body, one_allowed=True).labels is None


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"value": [{"x": 1}], "Count": 1}', "/value/0/x"),
        (b'{"planets": {"value": [{"x": 1}], "Count": 1}}', "/planets/value/0/x"),
        (b'{"value": {"planets": [{"x": 1}]}, "Count": 1}', "/value/planets/0/x"),
    ],
)
@pytest.mark.parametrize("one_allowed", [True, False])
def test_an_array_as_powershell_5_1_writes_it_is_an_array(body, place, one_allowed):
    raw = read_json(body, one_allowed=one_allowed)

    assert (raw.planets, raw.is_one) == ([{"x": 1}], False)
    assert raw.where(0, "x") == {"pointer": place}


def test_rows_of_a_dataframe_keep_their_order():
    labels = [str(i) for i in range(12)]
    frame = {"pl_rade": {label: int(label) for label in labels}}

    raw = read_json(json.dumps(frame).encode())

    assert raw.labels == labels
    assert [planet["pl_rade"] for planet in raw.planets] == list(range(12))


def test_a_dataframe_with_many_columns_and_many_rows_is_read_in_linear_time():
    many = 20_000
    frame = {"pl_rade": dict.fromkeys(map(str, range(many)), 1)}
    frame |= {f"x{i}": {} for i in range(many)}

    raw = read_json(json.dumps(frame).encode())

    assert len(raw.planets) == many
    assert raw.planets[0] == {"pl_rade": 1}


def test_a_dataframe_with_more_rows_than_the_limit_is_refused():
    frame = {"pl_rade": dict.fromkeys(map(str, range(MAX_PLANETS + 1)), 1)}

    with pytest.raises(TooManyPlanets, match="more than 100,000"):
        read_json(json.dumps(frame).encode())


def test_a_row_label_has_the_same_limit_as_a_name():
    raw = read_json(json.dumps({"pl_rade": {"x" * 201: 1}}).encode())

    assert [problem.code for problem in raw.problems] == ["too_long"]
    assert raw.planets == []


@pytest.mark.parametrize("one_allowed", [True, False])
def test_a_dataframe_with_orient_split_is_named_as_such(one_allowed):
    body = b'{"columns": ["pl_rade"], "index": [0], "data": [[1.1]]}'

    (problem,) = read_json(body, one_allowed=one_allowed).problems

    assert (problem.code, problem.pointer) == ("wrong_type", "")
    assert 'orient="split"' in problem.message
