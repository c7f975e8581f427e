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
from messages.planets import Planets
from messages.problems import TooManyPlanets
from science.caveats import Caveats, merge, one_sided
from science.columns import NUMERIC
from science.consistency import inconsistencies
from science.features import feature_matrix
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
    """Asides of planets, by index, and what there is to warn of."""

    asides: dict[int, Asides]
    warnings: Caveats


def gather(
    bundle: Bundle, planets: Planets, unscored: Collection[int], query: Query, of: list[int]
) -> Gathered:
    """Say beside the scores what a query asks for, of some planets.

    Raises:
        TooManyPlanets: more than such a request may carry.
    """
    most = MAX_COSTLY if query.is_costly else MAX_CONTEXTS
    if len(of) > most:
        what = "explanations and intervals" if query.is_costly else "contexts"
        raise TooManyPlanets(
            f"{len(of):,} planets, and {what} are given of at most {most:,} in one request: send "
            "several, or ask for the top of a ranking by score"
        )
    chosen = planets.take(of)
    without = [k for k, i in enumerate(of) if i in unscored]
    said: list[dict[str, Any]] = [{} for _ in of]
    surroundings = contexts(chosen) if query.explain or query.context else []
    if query.explain:
        added = _contributions(bundle, chosen)
        found = explanations(chosen, added, surroundings, bundle.threshold)
        _add(said, without, explanation=found)
    if query.needs_intervals:
        _add(said, without, **_intervals(bundle, chosen))
    if query.context:
        _add(said, (), context=surroundings)
    warnings = _warnings(chosen, query)
    return Gathered(
        {i: Asides(**each) for i, each in zip(of, said, strict=True)},
        {of[k]: each for k, each in warnings.items()},
    )


def _warnings(planets: Planets, query: Query) -> Caveats:
    details = planets.details
    found: Caveats = {}
    if query.context:
        found = inconsistencies(planets.table, details.like_dwarf, details.errors, details.computed)
    if query.needs_intervals:
        found = merge(found, one_sided(details.one_sided))
    return found


def _add(said: list[dict[str, Any]], unscored: Collection[int], **found: list[Any]) -> None:
    """Say what was found of each planet, and null of those without a score."""
    for key, values in found.items():
        for i, value in enumerate(values):
            said[i][key] = None if i in unscored else value


def _contributions(bundle: Bundle, planets: Planets) -> Contributions:
    chunks = [bundle.explain(feature_matrix(chunk.table)) for chunk in _chunks(planets)]
    values, margins = (np.concatenate(each) for each in list(zip(*chunks, strict=True))[1:])
    return Contributions(chunks[0].base, values, margins)


def _intervals(bundle: Bundle, planets: Planets) -> dict[str, list[Any]]:
    """Score each planet as its inputs vary."""
    found: dict[str, list[Any]] = {
        "score_interval": [],
        "probability_habitable": [],
        "varied_inputs": [],
    }
    for chunk in _chunks(planets):
        table, details = chunk.table, chunk.details
        drawn = varied(table, details.errors, details.computed)
        scores = bundle.score(feature_matrix(drawn)).reshape(-1, DRAWS)
        ends = np.percentile(scores, PERCENTILES, axis=1).T.tolist()
        means = scores.mean(axis=1, dtype=np.float64).tolist()
        has_errors = {
            column.name: stated(*details.errors[column.name]) & ~np.isnan(table[column.name])
            for column in NUMERIC
        }
        for i, (interval, mean) in enumerate(zip(ends, means, strict=True)):
            inputs = [name for name, has in has_errors.items() if has[i]]
            found["score_interval"].append(interval if inputs else None)
            found["probability_habitable"].append(mean if inputs else None)
            found["varied_inputs"].append(inputs)
    return found


def _chunks(planets: Planets) -> Iterator[Planets]:
    indices = range(len(planets.names))
    for start in range(0, len(indices), _CHUNK):
        yield planets.take([*indices[start : start + _CHUNK]])
