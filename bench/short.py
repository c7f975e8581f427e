"""The short form: the ratios that every change must keep, in a minute."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from bench.bodies import listed, planets
from bench.comparison import compare, met
from bench.contestants import FASTAPI, SERVICE
from bench.measures import Bench
from bench.servers import ROOT
from exohabit.science.features import feature_matrix, features_of
from exohabit.scoring.bundle import Bundle
from utils import parse_planets

LEAST_RATIO = 2.0
"""Of /predict's requests a second to FastAPI's; far below the usual, because CI is not quiet."""
SCORED = 20_000
"""Planets that every engine scores."""
PAIRS = 12
SECONDS = 2


class Verdict(NamedTuple):
    """The result of a check."""

    text: str
    is_met: bool


Check = Callable[[], Verdict]


def keeps_its_distance(ratio: float) -> Verdict:
    """Say whether a ratio to FastAPI is large enough."""
    text = f"/predict, connections: 16, over FastAPI: {ratio:.2f} × (≥ {LEAST_RATIO:g} ×)"
    return Verdict(text, ratio >= LEAST_RATIO)


def measure_distance(bench: Bench) -> float:
    """Return the ratio of the service's requests a second to FastAPI's."""
    print("Requests a second of ExoHabit, of FastAPI, ratio", flush=True)
    with bench.serve(SERVICE) as ours, bench.serve(FASTAPI) as theirs:
        for each in (ours, theirs):
            bench.warm_up(each)
        return compare(
            lambda: bench.load(ours, seconds=SECONDS).per_second,
            lambda: bench.load(theirs, seconds=SECONDS).per_second,
            PAIRS,
        )


def agrees(differing: int) -> Verdict:
    """Say whether all engines agree, from the number of planets that differ."""
    text = f"planets that an engine scores differently from XGBoost: {differing}"
    return Verdict(f"{text} of {SCORED:,}", differing == 0)


def count_differing() -> int:
    """Count planets whose score, alone or among many, differs from XGBoost's in any bit."""
    table = parse_planets(listed([*planets(SCORED)])).table
    features = feature_matrix(table)
    fast_engines, by_xgboost = (Bundle.load(ROOT, fast_engines=each) for each in (True, False))
    alone = [fast_engines.score_one(planet) for planet in zip(*features_of(table), strict=True)]
    among_many = fast_engines.for_many(threads=2).score(features)
    expected = by_xgboost.score(features)
    return int(np.count_nonzero((alone != expected) | (among_many != expected)))


def checks(bench: Bench) -> list[Check]:
    """Return all checks; each one runs, even after one that fails."""
    return [
        lambda: agrees(count_differing()),
        lambda: keeps_its_distance(measure_distance(bench)),
    ]


def run(checks: Iterable[Check]) -> int:
    """Run checks, print their results, and return the exit status: 1 if one fails."""
    verdicts = [check() for check in checks]
    for text, is_met in verdicts:
        print(f"{met(is_met)}: {text}")
    return int(not all(is_met for _, is_met in verdicts))
