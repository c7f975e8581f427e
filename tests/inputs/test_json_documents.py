"""The shapes in which JSON holds planets."""

from __future__ import annotations

import json

import pytest

from exohabit.inputs.json_documents import read_json
from exohabit.inputs.limits import MAX_PLANETS


def test_a_dataframe_is_turned_into_rows_with_their_labels():
    sent = read_json(b'{"pl_rade": {"a": 1, "b/c": null}, "pl_eqt": {"b/c": 3}, "x": {"q": 1}}')

    assert sent.planets == [{"pl_rade": 1}, {"pl_rade": None, "pl_eqt": 3}, {"x": 1}]
    assert sent.labels == ["a", "b/c", "q"]
    assert sent.where(1, "pl_rade") == {"pointer": "/pl_rade/b~1c"}
    assert sent.where(None, "pl_orbper") == {"pointer": "/pl_orbper"}


@pytest.mark.parametrize(
    "body", [b'{"pl_rade": {"0": 1}, "pl_eqt": 3}', b'{"a": {"0": 1}}', b"{}", b'{"pl_rade": 1}']
)
def test_what_is_not_objects_throughout_is_no_dataframe(body):
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
def test_an_array_as_powershell_5_1_may_write_it_is_an_array(body, place, one_allowed):
    sent = read_json(body, one_allowed=one_allowed)

    assert (sent.planets, sent.is_one) == ([{"x": 1}], False)
    assert sent.where(0, "x") == {"pointer": place}


def test_rows_of_a_dataframe_keep_their_order():
    labels = [str(i) for i in range(12)]
    frame = {"pl_rade": {label: int(label) for label in labels}}

    sent = read_json(json.dumps(frame).encode())

    assert sent.labels == labels
    assert [planet["pl_rade"] for planet in sent.planets] == list(range(12))


def test_a_dataframe_of_many_columns_and_many_rows_costs_what_it_holds():
    many = 20_000
    frame = {"pl_rade": dict.fromkeys(map(str, range(many)), 1)}
    frame |= {f"x{i}": {} for i in range(many)}

    sent = read_json(json.dumps(frame).encode())

    assert len(sent.planets) == many
    assert sent.planets[0] == {"pl_rade": 1}


def test_a_dataframe_is_read_no_further_than_one_row_over_the_limit():
    frame = {"pl_rade": dict.fromkeys(map(str, range(MAX_PLANETS + 50)), 1)}

    assert len(read_json(json.dumps(frame).encode()).planets) == MAX_PLANETS + 1


def test_a_row_label_is_bounded_as_names_are():
    sent = read_json(json.dumps({"pl_rade": {"x" * 201: 1}}).encode())

    assert [problem.code for problem in sent.problems] == ["too_long"]
    assert sent.planets == []
