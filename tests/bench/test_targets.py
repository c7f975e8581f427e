"""Targets: the report says which are met and which are not."""

from __future__ import annotations

import pytest

from bench.contestants import FASTAPI, SERVICE
from bench.results import MEASURES
from bench.targets import TARGETS, Target

RATE = Target("predict_16", 4, 9, FASTAPI)
COST = Target("one_planet", 60, 30)


def verdicts(target: Target, ours: float, theirs: float = 1.0) -> list[str]:
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
def test_a_rate_must_be_at_least_its_target_and_a_cost_at_most(target, ours, least, beyond):
    assert verdicts(target, ours) == [least, beyond]


def test_the_ratio_to_the_peer_counts_and_not_the_value():
    assert verdicts(RATE, ours=4_000, theirs=1_001)[0] == "≥ 4 ×: NOT MET"


def test_a_missing_measurement_does_not_meet_a_target():
    assert RATE.verdict(RATE.least, RATE.reached({})) == "≥ 4 ×: not measured"


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.what)
def test_each_target_has_a_measure_and_the_second_aim_is_higher(target):
    assert target.measure in MEASURES
    if target.beyond is not None:
        assert (target.beyond > target.least) == MEASURES[target.measure].is_rate
