"""The short form ends with an error when a ratio or an engine is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from bench import short
from bench.comparison import compare
from bench.short import Verdict, agrees, keeps_its_distance
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.dense_booster import DenseBooster
from exohabit.scoring.quickscorer import QuickScorer


@pytest.mark.parametrize(("ratio", "status"), [(1.99, 1), (2.0, 0), (7.5, 0)])
def test_less_than_twice_fastapi_ends_with_1(ratio, status, capsys):
    assert short.run([lambda: keeps_its_distance(ratio)]) == status
    assert capsys.readouterr().out.startswith("NOT MET: " if status else "met: ")


@pytest.mark.parametrize(("differing", "status"), [(0, 0), (1, 1)])
def test_one_planet_scored_differently_ends_with_1(differing, status):
    assert short.run([lambda: agrees(differing)]) == status


@pytest.mark.parametrize(
    ("engine", "scores"), [(QuickScorer, "score_one"), (DenseBooster, "score")]
)
def test_planets_that_an_engine_scores_differently_are_counted(monkeypatch, engine, scores):
    monkeypatch.setattr(short, "SCORED", 100)
    assert short.count_differing() == 0

    score = getattr(engine, scores)
    monkeypatch.setattr(engine, scores, lambda *args: score(*args) + np.float32(1e-7))
    monkeypatch.setattr(Bundle, "check_golden", lambda _: None)

    assert short.count_differing() > 50


def test_every_check_runs_even_after_one_that_fails(capsys):
    status = short.run([lambda: Verdict("first", False), lambda: Verdict("second", True)])

    assert status == 1
    assert capsys.readouterr().out == "NOT MET: first\nmet: second\n"


def test_both_are_measured_alternately_and_the_median_ratio_counts(capsys):
    order = []
    ours, theirs = iter([6.0, 60.0, 9.0]), iter([3.0, 30.0, 3.0])

    def one() -> float:
        order.append("one")
        return next(ours)

    def other() -> float:
        order.append("other")
        return next(theirs)

    assert compare(one, other, pairs=3) == 2.0
    assert order == ["one", "other", "other", "one", "one", "other"]
    assert "half of the ratios lie from 2.000 to 3.000" in capsys.readouterr().out
