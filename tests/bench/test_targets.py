"""Targets: one that is missed is called so."""

from __future__ import annotations

import pytest

from bench.contestants import FASTAPI, SERVICE
from bench.results import MEASURES
from bench.targets import TARGETS, Target

RATE = Target("predict_16", 4, 9, FASTAPI)
COST = Target("one_planet", 60, 30)


def apply_threshold(target: Target, ours: float, theirs: float = 1.0) -> list[str]:
    results = {target.measure: {SERVICE.name: [ours], FASTAPI.name: [theirs]}}
    reached = target.reached(results)
    return [target.verdict(wanted, reached) for wanted in (target.least, target.beyond)]


@pytest.mark.parametrize(
    ("target", "ours", "least", "beyond"),
    [
        (RATE, 3.9, "≥ 4 ×: NOT MET", "≥ 9 ×: NOT MET"),
        (RATE, 4.0, "≥ 4 ×: met", "≥ 9 ×: NOT MET"),
        (RATE, 9.1, "≥ 4 ×: met", "≥ 9 ×: met"),
        (COST, 61.0, "≤ 60 µs: NOT MET", "≤ 30 µs: NOT MET"),
        (COST, 60.0, "≤ 60 µs: met", "≤ 30 µs: NOT MET"),
        (COST, 29.0, "≤ 60 µs: met", "≤ 30 µs: met"),
    ],
)
def test_of_a_rate_more_is_wanted_and_of_a_cost_less(target, ours, least, beyond):
    assert apply_threshold(target, ours) == [least, beyond]


def test_a_ratio_is_judged_and_not_the_value():
    assert apply_threshold(RATE, ours=4_000, theirs=1_001)[0] == "≥ 4 ×: NOT MET"


def test_what_was_not_measured_is_not_met():
    assert RATE.verdict(RATE.least, RATE.reached({})) == "≥ 4 ×: not measured"


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.what)
def test_each_target_is_of_something_that_is_measured_and_goes_further_beyond(target):
    assert target.measure in MEASURES
    if target.beyond is not None:
        assert (target.beyond > target.least) == MEASURES[target.measure].is_rate
