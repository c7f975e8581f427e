"""Results: medians, spreads and ratios of the values of all rounds."""

from __future__ import annotations

import pytest

from bench.contestants import FASTAPI, SERVICE
from bench.results import Record, Spread, add, ratio


def test_a_spread_is_the_median_and_the_quartiles():
    assert Spread.of([5.0, 1.0, 4.0, 2.0, 3.0]) == (2.0, 3.0, 4.0)


def test_the_spread_of_one_value_is_that_value():
    assert Spread.of([7.0]) == (7.0, 7.0, 7.0)


def test_values_are_added_in_the_order_of_the_rounds():
    results = {}

    add(results, "one", {"start": 1.0, "disk": 9.0})
    add(results, "one", {"start": 2.0})

    assert results == {"start": {"one": [1.0, 2.0]}, "disk": {"one": [9.0]}}


def test_a_ratio_is_of_values_of_the_same_round():
    # The second round was slow for both.
    results = {"start": {SERVICE.name: [1.0, 10.0, 1.0], FASTAPI.name: [2.0, 20.0, 2.0]}}

    assert ratio(results, "start", FASTAPI.name) == (0.5, 0.5, 0.5)


@pytest.mark.parametrize("results", [{}, {"start": {SERVICE.name: [1.0]}}])
def test_there_is_no_ratio_without_a_measurement(results):
    assert ratio(results, "start", FASTAPI.name) is None


def test_a_record_is_read_as_it_was_written(tmp_path):
    record = Record({"date": "2026-11-21"}, {"start": {SERVICE.name: [1.5]}})

    record.write(tmp_path / "results.json")

    assert Record.read(tmp_path / "results.json") == record
