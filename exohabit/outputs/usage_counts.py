"""Tally: what planets that were answered add to the service's statistics."""

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
"""The ranges of scores that are counted apart: each with its lower end, the last with both."""


class UsageCounts(Struct, frozen=True):
    """Numbers of planets; what counts none has no entry."""

    planets: int
    outcomes: dict[str, int]
    tenths: dict[int, int]
    """By index in `TENTHS`."""
    missing: dict[str, int]
    """By column."""
    outside_domain: int


def count_usage(scored: ScoredPlanets) -> UsageCounts:
    """Count planets by what was known of them and what was answered."""
    planets, reasons, scores, warnings, threshold, *_ = scored
    given = np.delete(scores, list(reasons)).astype(np.float64)
    habitable = int(np.count_nonzero(given >= threshold))
    outcomes = (habitable, given.size - habitable, len(reasons))
    missing = {
        name: int(np.count_nonzero(is_unknown(planets.table[name]))) for name in NUMERIC_NAMES
    }
    missing["st_spectype"] = int(np.count_nonzero(is_unknown(planets.table["spectype_fgkm"])))
    return UsageCounts(
        len(planets.names),
        _some(zip(OUTCOMES, outcomes, strict=True)),
        _some(enumerate(_per_tenth(given))),
        _some(missing.items()),
        _outside(warnings.values()),
    )


def count_usage_of_one(
    known: Mapping[str, float],
    has_type: bool,
    score: float,
    prediction: int,
    warned: list[PlanetWarning],
) -> UsageCounts:
    """Count one planet, as `tally` does, by plain numbers."""
    missing = {name: 1 for name in NUMERIC_NAMES if (value := known[name]) != value}
    if not has_type:
        missing["st_spectype"] = 1
    outcome = "habitable" if prediction else "not_habitable"
    outside = int(_is_outside(warned))
    return UsageCounts(1, {outcome: 1}, {bisect_right(_TENTHS, score): 1}, missing, outside)


_CODE = attrgetter("code")
_TENTHS = [tenth / 10 for tenth in range(1, 10)]
Key = TypeVar("Key")


def _some(numbers: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    return {key: number for key, number in numbers if number}


def _per_tenth(given: FloatArray) -> list[int]:
    """Count scores by the tenth in which they lie."""
    reached = [int(np.count_nonzero(given >= lowest)) for lowest in _TENTHS]
    return [more - fewer for more, fewer in pairwise([given.size, *reached, 0])]


def _outside(warned: Collection[list[PlanetWarning]]) -> int:
    """Count planets outside the domain; many share their caveats, which are looked at once."""
    lists = {id(each): each for each in warned}
    return sum(number for of, number in Counter(map(id, warned)).items() if _is_outside(lists[of]))


def _is_outside(warned: list[PlanetWarning]) -> bool:
    # Most planets have none: this saves a fifth of the time that counting one takes.
    return bool(warned) and not OUTSIDE_DOMAIN.isdisjoint(map(_CODE, warned))
