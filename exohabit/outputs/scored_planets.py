"""Scored planets: planets with their scores and extras, before they become an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from exohabit.inputs.planet_table import Planets
from exohabit.inputs.problems import NotEnoughData
from exohabit.inputs.query import NO_QUERY, Query
from exohabit.inputs.unscored_reasons import INVALID
from exohabit.outputs.extras import ByPlanet, Extras, compute_extras, intervals_by_index
from exohabit.outputs.usage_counts import LOWER_ENDS, OUTCOMES, UsageCounts
from exohabit.science import context_contradictions, default_contradictions, domain_warnings
from exohabit.science.arrays import FloatArray
from exohabit.science.columns import NUMERIC_NAMES
from exohabit.science.elementwise import is_unknown
from exohabit.science.short_warnings import shorten_many
from exohabit.scoring.bundle import Bundle, Scores, apply_threshold, ranking

Key = TypeVar("Key")
Indices = npt.NDArray[np.intp]


class ScoredPlanets(NamedTuple):
    """Planets with their scores, warnings and extras."""

    planets: Planets
    reasons: dict[int, str]
    """Why planets cannot be scored, by index."""
    scores: Scores
    """For all planets; meaningless for those that cannot be scored."""
    warnings: domain_warnings.PlanetWarnings
    threshold: float
    model_version: str
    extras: Mapping[int, Extras] = MappingProxyType({})
    """Extras that were requested, by index."""
    listed: Indices | None = None
    """Indices of the planets that a ranking lists, in its order, if that is known already."""


def score_planets(bundle: Bundle, planets: Planets, query: Query = NO_QUERY) -> ScoredPlanets:
    """Score planets, and compute the extras that a query asks for.

    Raises:
        NotEnoughData: too little is known about the one bare planet.
        TooManyPlanets: there are too many planets for the extras.
    """
    reasons = planets.reasons() if bundle.custom is None else _unscored(bundle, planets)
    if planets.is_one and reasons:
        raise not_enough_data(reasons[0])
    of_ranges = domain_warnings.check_ranges(planets.table, bundle.manifest.seen)
    implausible = default_contradictions.check_table(planets.types, planets.measured().table)
    warnings = shorten_many(domain_warnings.merge(planets.warnings, of_ranges, implausible))
    if bundle.custom is not None:
        kept = {i: domain_warnings.without_domain(each) for i, each in warnings.items()}
        warnings = {i: each for i, each in kept.items() if each}
    if planets.pending:
        scores = np.concatenate([scores.result() for scores in planets.pending])
    else:
        scores = bundle.score(bundle.columns.matrix(planets.table, planets.types))
    scored = ScoredPlanets(planets, reasons, scores, warnings, bundle.threshold, bundle.version)
    if planets.errors_or_none is None:
        return scored
    return _add_extras(bundle, scored, query)


def _add_extras(bundle: Bundle, scored: ScoredPlanets, query: Query) -> ScoredPlanets:
    """Compute the extras of the planets that the answer lists."""
    planets, intervals = scored.planets, None
    if query.orders_by_interval:
        # The order needs the intervals of all planets; only those listed get the other extras.
        ranked = rank_order(scored, query.min_score).tolist()
        intervals = intervals_by_index(bundle, planets, ranked)
    listed = listed_order(scored, query, intervals)
    unscored = [*scored.reasons] if query.lists_unscored else []
    with_extras = np.sort(listed).tolist()
    computed = compute_extras(bundle, planets, with_extras, unscored, query, intervals)
    of_extras = context_contradictions.without_repeats(computed.warnings, scored.warnings)
    return scored._replace(
        warnings=domain_warnings.merge(scored.warnings, of_extras),
        extras=computed.extras,
        listed=listed,
    )


def _unscored(bundle: Bundle, planets: Planets) -> dict[int, str]:
    """Return, by index, why planets cannot be scored by an adopted model."""
    lacking = np.flatnonzero(bundle.columns.lacks_data(planets.table)).tolist()
    return dict.fromkeys(lacking, NOTHING_KNOWN) | dict.fromkeys(planets.invalid, INVALID)


NOTHING_KNOWN = "none of the columns that the model reads is known"


def not_enough_data(reason: str) -> NotEnoughData:
    """Return the error for one bare planet that cannot be scored."""
    return NotEnoughData(f"Too little is known to score this planet: {reason}.")


def rank_order(scored: ScoredPlanets, min_score: float | None = None) -> Indices:
    """Return the indices of the planets that have a score of at least that, best score first."""
    is_ranked = np.ones(scored.scores.size, dtype=bool)
    is_ranked[list(scored.reasons)] = False
    if min_score is not None:
        is_ranked &= apply_threshold(scored.scores, min_score)
    order = ranking(scored.scores)
    return order[is_ranked[order]]


def listed_order(scored: ScoredPlanets, query: Query, intervals: ByPlanet | None = None) -> Indices:
    """Return the indices of the planets that a ranking lists, in its order.

    If it is by the lower end of the interval, planets without one come last, by their score.
    """
    order = rank_order(scored, query.min_score)
    if intervals is not None:
        lower_ends = [(intervals[i].score_interval or (-1.0,))[0] for i in order.tolist()]
        order = order[np.argsort(-np.array(lower_ends, dtype=np.float32), kind="stable")]
    return order[: query.top]


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


def _nonzero(counts: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    return {key: count for key, count in counts if count}


def _per_tenth(scores: FloatArray) -> list[int]:
    reached = [int(np.count_nonzero(scores >= lower)) for lower in LOWER_ENDS]
    return [more - fewer for more, fewer in pairwise([scores.size, *reached, 0])]


def _count_outside(warnings: Collection[list[domain_warnings.PlanetWarning]]) -> int:
    """Count planets outside the domain; many share one list of warnings, which is checked once."""
    lists = {id(each): each for each in warnings}
    counts = Counter(map(id, warnings))
    return sum(
        count for key, count in counts.items() if domain_warnings.is_outside_domain(lists[key])
    )
