"""Tally: what planets that were answered add to the service's statistics."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from messages.judgement import Judged
from science.caveats import OUTSIDE_DOMAIN
from science.columns import COLUMNS, NUMERIC

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
    habitable = int(np.count_nonzero(scores >= threshold))
    outcomes = (habitable, scores.size - habitable, len(reasons))
    tenths = np.bincount(np.minimum(scores * 10, 9).astype(np.intp)).tolist()
    missing = {c.name: int(np.count_nonzero(np.isnan(planets.table[c.name]))) for c in NUMERIC}
    missing["st_spectype"] = planets.types.count(None)
    return Tally(
        len(planets.names),
        {name: number for name, number in zip(OUTCOMES, outcomes, strict=True) if number},
        {tenth: number for tenth, number in enumerate(tenths) if number},
        {column.name: missing[column.name] for column in COLUMNS if missing[column.name]},
        sum(any(each.code in OUTSIDE_DOMAIN for each in found) for found in warnings.values()),
    )
