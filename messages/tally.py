"""Tally: what planets that were answered add to the service's statistics."""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter

import numpy as np
from msgspec import Struct

from messages.judgement import Judged
from messages.planets import Planets
from science.arrays import FloatArray
from science.caveats import OUTSIDE_DOMAIN
from science.columns import NUMERIC_NAMES
from science.quantities import count, is_unknown

OUTCOMES = ("habitable", "not_habitable", "unscored")
TENTHS = tuple(f"{tenth / 10:.1f}-{(tenth + 1) / 10:.1f}" for tenth in range(10))
"""The ranges of scores that are counted apart: each with its lower end, the last with both."""


class Tally(Struct, frozen=True):
    """Numbers of planets; what counts none has no entry."""

    planets: int
    outcomes: dict[str, int]
    tenths: dict[int, int]
    """By index in `TENTHS`."""
    missing: dict[str, int]
    """By column."""
    outside_domain: int


def tally(judged: Judged) -> Tally:
    """Count planets by what was known of them and what was answered."""
    planets, reasons, scores, warnings, threshold, *_ = judged
    if reasons:
        scores = np.delete(scores, list(reasons))
    given = scores.item() if scores.size == 1 else scores.astype(np.float64)
    habitable = count(given >= threshold)
    outcomes = (habitable, scores.size - habitable, len(reasons))
    return Tally(
        len(planets.names),
        {name: number for name, number in zip(OUTCOMES, outcomes, strict=True) if number},
        _by_tenth(given),
        _missing(planets),
        sum(not OUTSIDE_DOMAIN.isdisjoint(map(_CODE, found)) for found in warnings.values()),
    )


_CODE = attrgetter("code")
_TENTHS = [tenth / 10 for tenth in range(1, 10)]


def _missing(planets: Planets) -> dict[str, int]:
    table = planets.table
    if isinstance(table["pl_rade"], float):  # nothing is asked of each column of one planet
        missing = {name: 1 for name in NUMERIC_NAMES if table[name] != table[name]}
    else:
        counted = {name: count(is_unknown(table[name])) for name in NUMERIC_NAMES}
        missing = {name: number for name, number in counted.items() if number}
    if no_type := planets.types.count(None):
        missing["st_spectype"] = no_type
    return missing


def _by_tenth(scores: float | FloatArray) -> dict[int, int]:
    if isinstance(scores, float):
        return {bisect_right(_TENTHS, scores): 1}
    counts = np.bincount(np.searchsorted(_TENTHS, scores, side="right"))
    return {tenth: number for tenth, number in enumerate(counts.tolist()) if number}
