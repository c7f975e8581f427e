"""Asides: what is said of planets beside their scores, each on request only.

Explaining a planet costs about 300 scores, varying its inputs 800; its context is long. So a
request may ask that of fewer planets, and the costly ones are worked off in chunks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Annotated, Any, NamedTuple

import msgspec
import numpy as np
from msgspec import UNSET, Meta, UnsetType

from messages.contexts import PlanetContext, contexts
from messages.explanations import Explanation, explanations
from messages.parameters import Query
from messages.planets import Details, Planets
from messages.problems import TooManyPlanets
from science.caveats import Caveats, merge, one_sided
from science.columns import NUMERIC
from science.consistency import inconsistencies
from science.features import Table, feature_matrix
from science.uncertainty import DRAWS, SEED, stated, varied
from scoring import Bundle, Contributions

MAX_COSTLY = 1_000
"""Planets in one request that asks for explanations or intervals."""
MAX_CONTEXTS = 10_000
"""Planets in one request that asks for contexts."""
PERCENTILES = (5, 95)
_CHUNK = 50

_INTERVAL = (
    "5th and 95th percentile of the score as the inputs vary within the errors that were sent "
    f"({DRAWS} draws, seed {SEED}); null if no errors were"
)


Why = Annotated[Explanation | UnsetType | None, Meta(description="why it has its score")]
Interval = Annotated[list[float] | UnsetType | None, Meta(description=_INTERVAL)]
Chance = Annotated[float | UnsetType | None, Meta(description="mean score of those draws")]
Varied = Annotated[
    list[str] | UnsetType | None, Meta(description="the inputs whose errors were sent")
]
Compared = Annotated[
    PlanetContext | UnsetType, Meta(description="what the literature's formulas say of it")
]


class Asides(msgspec.Struct, frozen=True, kw_only=True):
    """What may be said of a planet beside its score; absent unless it was asked for."""

    explanation: Why = UNSET
    score_interval: Interval = UNSET
    probability_habitable: Chance = UNSET
    varied_inputs: Varied = UNSET
    context: Compared = UNSET


class Gathered(NamedTuple):
    """Asides of planets, in their order, and what there is to warn of."""

    asides: list[Asides]
    warnings: Caveats


def gather(
    bundle: Bundle, planets: Planets, unscored: Collection[int], query: Query
) -> Gathered | None:
    """Say beside the scores what a query asks for; None if it asks for nothing.

    Raises:
        TooManyPlanets: more than such a request may carry.
    """
    details = planets.details
    if details is None:
        return None
    count = len(planets.names)
    most = MAX_COSTLY if query.is_costly else MAX_CONTEXTS
    if count > most:
        what = "explanations and intervals" if query.is_costly else "contexts"
        raise TooManyPlanets(
            f"{count:,} planets, and {what} are given of at most {most:,} in one request: send "
            "several"
        )
    said: list[dict[str, Any]] = [{} for _ in range(count)]
    surroundings = contexts(planets, details) if query.explain or query.context else []
    if query.explain:
        added = _contributions(bundle, planets.table)
        found = explanations(planets, details, added, surroundings, bundle.threshold)
        _add(said, unscored, explanation=found)
    if query.needs_intervals:
        _add(said, unscored, **_intervals(bundle, planets.table, details))
    if query.context:
        _add(said, (), context=surroundings)
    return Gathered([Asides(**each) for each in said], _warnings(planets, details, query))


def _warnings(planets: Planets, details: Details, query: Query) -> Caveats:
    found: Caveats = {}
    if query.context:
        found = inconsistencies(planets.table, details.like_dwarf, details.computed)
    if query.needs_intervals:
        found = merge(found, one_sided(details.one_sided))
    return found


def _add(said: list[dict[str, Any]], unscored: Collection[int], **found: list[Any]) -> None:
    """Say what was found of each planet, and null of those without a score."""
    for key, values in found.items():
        for i, value in enumerate(values):
            said[i][key] = None if i in unscored else value


def _contributions(bundle: Bundle, table: Table) -> Contributions:
    chunks = [bundle.explain(feature_matrix(chunk)) for chunk in _chunks(table)]
    values, margins = (np.concatenate(each) for each in list(zip(*chunks, strict=True))[1:])
    return Contributions(chunks[0].base, values, margins)


def _intervals(bundle: Bundle, table: Table, details: Details) -> dict[str, list[Any]]:
    """Score each planet as its inputs vary."""
    errors = details.errors
    has_errors = {
        column.name: stated(*errors[column.name]) & ~np.isnan(table[column.name])
        for column in NUMERIC
    }
    count = table["pl_rade"].size
    inputs = [[name for name, has in has_errors.items() if has[i]] for i in range(count)]
    intervals: list[Any] = []
    means: list[Any] = []
    for start, chunk in enumerate(_chunks(table)):
        part = slice(start * _CHUNK, (start + 1) * _CHUNK)
        within = {name: (upper[part], lower[part]) for name, (upper, lower) in errors.items()}
        computed = {name: is_computed[part] for name, is_computed in details.computed.items()}
        scores = bundle.score(feature_matrix(varied(chunk, within, computed))).reshape(-1, DRAWS)
        intervals += np.percentile(scores, PERCENTILES, axis=1).T.tolist()
        means += scores.mean(axis=1, dtype=np.float64).tolist()
    return {
        "score_interval": [each if inputs[i] else None for i, each in enumerate(intervals)],
        "probability_habitable": [each if inputs[i] else None for i, each in enumerate(means)],
        "varied_inputs": inputs,
    }


def _chunks(table: Table) -> Iterator[Table]:
    for start in range(0, table["pl_rade"].size, _CHUNK):
        yield {name: values[start : start + _CHUNK] for name, values in table.items()}
