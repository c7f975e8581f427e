"""Usage counts: what a request's planets add to the service's statistics."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise
from operator import attrgetter
from typing import TypeVar

import numpy as np
from msgspec import Struct

from exohabit.outputs.scored_planets import ScoredPlanets
from exohabit.science.arrays import FloatArray
from exohabit.science.columns import NUMERIC_NAMES
from exohabit.science.domain_warnings import OUTSIDE_DOMAIN, PlanetWarning
from exohabit.science.elementwise import is_unknown

OUTCOMES = ("habitable", "not_habitable", "unscored")
TENTHS = tuple(f"{tenth / 10:.1f}-{(tenth + 1) / 10:.1f}" for tenth in range(10))
"""Score ranges that are counted separately; each includes its lower end, the last one both ends."""


class UsageCounts(Struct, frozen=True):
    """Counts of planets per category; zero counts are omitted."""

    planets: int
    outcomes: dict[str, int]
    tenths: dict[int, int]
    """By index in `TENTHS`."""
    missing: dict[str, int]
    """By column."""
    outside_domain: int


def count_usage(scored: ScoredPlanets) -> UsageCounts:
    """Count planets by what was known about them and by their scores."""
    planets, reasons, scores, warnings, threshold, *_ = scored
    valid_scores = np.delete(scores, list(reasons)).astype(np.float64)
    habitable = int(np.count_nonzero(valid_scores >= threshold))
    outcomes = (habitable, valid_scores.size - habitable, len(reasons))
    missing = {
        name: int(np.count_nonzero(is_unknown(planets.table[name]))) for name in NUMERIC_NAMES
    }
    missing["st_spectype"] = int(np.count_nonzero(is_unknown(planets.table["spectype_fgkm"])))
    return UsageCounts(
        len(planets.names),
        _nonzero(zip(OUTCOMES, outcomes, strict=True)),
        _nonzero(enumerate(_per_tenth(valid_scores))),
        _nonzero(missing.items()),
        _count_outside(warnings.values()),
    )


def count_usage_of_one(
    known: Mapping[str, float],
    has_type: bool,
    score: float,
    prediction: int,
    warnings: list[PlanetWarning],
) -> UsageCounts:
    """Count one planet as `count_usage` does, from plain numbers."""
    missing = {name: 1 for name in NUMERIC_NAMES if (value := known[name]) != value}
    if not has_type:
        missing["st_spectype"] = 1
    outcome = "habitable" if prediction else "not_habitable"
    outside = int(_is_outside(warnings))
    return UsageCounts(1, {outcome: 1}, {bisect_right(_LOWER_ENDS, score): 1}, missing, outside)


_CODE = attrgetter("code")
_LOWER_ENDS = [tenth / 10 for tenth in range(1, 10)]
Key = TypeVar("Key")


def _nonzero(counts: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    return {key: count for key, count in counts if count}


def _per_tenth(scores: FloatArray) -> list[int]:
    reached = [int(np.count_nonzero(scores >= lower)) for lower in _LOWER_ENDS]
    return [more - fewer for more, fewer in pairwise([scores.size, *reached, 0])]


def _count_outside(warnings: Collection[list[PlanetWarning]]) -> int:
    """Count planets outside the domain; many share one list of warnings, which is checked once."""
    lists = {id(each): each for each in warnings}
    counts = Counter(map(id, warnings))
    return sum(count for key, count in counts.items() if _is_outside(lists[key]))


def _is_outside(warnings: list[PlanetWarning]) -> bool:
    # Most planets have no warnings: `bool` saves a fifth of the time that counting one takes.
    return bool(warnings) and not OUTSIDE_DOMAIN.isdisjoint(map(_CODE, warnings))
