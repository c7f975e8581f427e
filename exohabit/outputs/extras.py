"""Extras: what is reported about planets besides their scores, each on request only.

An explanation costs as much as about 300 scores, an interval as much as 800, and a context is long.
So a request may ask for them for fewer planets, and costly ones are computed in chunks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sized
from typing import Annotated, Any, NamedTuple

import msgspec
import numpy as np
from msgspec import UNSET, Meta, UnsetType

from exohabit.inputs.limits import MAX_CONTEXTS, MAX_EXPLAINED
from exohabit.inputs.planet_table import Planets
from exohabit.inputs.problems import TooManyPlanets
from exohabit.inputs.query import Query
from exohabit.outputs.context_report import build_contexts
from exohabit.outputs.context_types import PlanetContext
from exohabit.outputs.explanation import Explanation, build_explanations
from exohabit.science.columns import NUMERIC
from exohabit.science.consistency import inconsistencies
from exohabit.science.domain_warnings import PlanetWarnings, merge, report_flags, report_one_sided
from exohabit.science.uncertainty import DRAWS, SEED, draw_within_errors, stated
from exohabit.scoring.bundle import Bundle, Contributions

PERCENTILES = (5, 95)
_CHUNK = 50

_INTERVAL = (
    "5th and 95th percentile of the score when the inputs vary within the errors that were sent "
    f"({DRAWS} draws, seed {SEED}); null if no errors were sent"
)

Why = Annotated[Explanation | UnsetType | None, Meta(description="why it has its score")]
_Percentiles = Annotated[list[float], Meta(min_length=2, max_length=2)]
Interval = Annotated[_Percentiles | UnsetType | None, Meta(description=_INTERVAL)]
Chance = Annotated[
    float | UnsetType | None,
    Meta(description="mean score over these draws; the calibrated probability is `score`"),
]
Varied = Annotated[
    list[str] | UnsetType | None, Meta(description="the inputs whose errors were sent")
]
Compared = Annotated[
    PlanetContext | UnsetType, Meta(description="what published formulas say about it")
]


class Extras(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What may be reported about a planet besides its score; absent unless requested."""

    explanation: Why = UNSET
    score_interval: Interval = UNSET
    probability_habitable: Chance = UNSET
    varied_inputs: Varied = UNSET
    context: Compared = UNSET


class ComputedExtras(NamedTuple):
    """Extras and further warnings of planets, by index."""

    extras: dict[int, Extras]
    warnings: PlanetWarnings


def compute_extras(
    bundle: Bundle, planets: Planets, scored: list[int], unscored: list[int], query: Query
) -> ComputedExtras:
    """Compute the extras that a query asks for, by indices of planets with and without a score.

    Raises:
        TooManyPlanets: there are more planets than such a request may carry.
    """
    indices = [*scored, *unscored]
    _check_count(scored, indices, query)
    with_score, selected = planets.take(scored), planets.take(indices)
    contexts = build_contexts(selected) if query.explain or query.context else []
    fields: dict[str, list[Any]] = {}
    if query.explain:
        added = _contributions(bundle, with_score)
        of_scored = contexts[: len(scored)]
        names = bundle.columns.names if bundle.custom else None
        fields["explanation"] = build_explanations(
            with_score, added, of_scored, bundle.threshold, names
        )
    if query.needs_intervals:
        fields |= _intervals(bundle, with_score)
    nulls = [None] * len(unscored)
    fields = {name: [*values, *nulls] for name, values in fields.items()}
    if query.context:
        fields["context"] = list(contexts)
    return ComputedExtras(
        {i: Extras(**{name: fields[name][k] for name in fields}) for k, i in enumerate(indices)},
        {indices[k]: warnings for k, warnings in _warnings(selected, query).items()},
    )


def _check_count(scored: Sized, planets: Sized, query: Query) -> None:
    for is_requested, counted, limit, extras in (
        (query.is_costly, scored, MAX_EXPLAINED, "explanations or intervals"),
        (query.context, planets, MAX_CONTEXTS, "contexts"),
    ):
        if is_requested and len(counted) > limit:
            raise TooManyPlanets(
                f"{len(counted):,} planets, but a request for {extras} may have at most {limit:,}: "
                "send several requests, or ask for the top of a ranking by score"
            )


def _warnings(planets: Planets, query: Query) -> PlanetWarnings:
    table, errors = planets.table, planets.measurement_errors
    warnings: PlanetWarnings = {}
    if query.context:
        inconsistent = inconsistencies(table, errors.like_dwarf, errors.errors)
        warnings = merge(inconsistent, report_flags(errors.flags))
    if query.needs_intervals:
        of_known = {
            name: is_one & ~np.isnan(table[name]) for name, is_one in errors.one_sided.items()
        }
        warnings = merge(warnings, report_one_sided(of_known))
    return warnings


def _contributions(bundle: Bundle, planets: Planets) -> Contributions:
    columns = bundle.columns
    chunks = [
        bundle.explain(columns.matrix(chunk.table, chunk.types)) for chunk in _chunks(planets)
    ]
    if not chunks:
        empty = np.zeros((0, len(columns.names)), dtype=np.float32)
        return Contributions(0.0, empty, empty[:, 0])
    values, margins = (np.concatenate(each) for each in list(zip(*chunks, strict=True))[1:])
    return Contributions(chunks[0].base, values, margins)


def _intervals(bundle: Bundle, planets: Planets) -> dict[str, list[Any]]:
    """Score each planet for inputs that vary within their errors."""
    fields: dict[str, list[Any]] = {
        "score_interval": [],
        "probability_habitable": [],
        "varied_inputs": [],
    }
    for chunk in _chunks(planets):
        table, errors = chunk.table, chunk.measurement_errors
        drawn = draw_within_errors(table, errors.errors)
        matrix = bundle.columns.matrix(drawn, chunk.types.repeat(DRAWS))
        scores = bundle.score(matrix).reshape(-1, DRAWS)
        ends = np.percentile(scores, PERCENTILES, axis=1).T.tolist()
        means = scores.mean(axis=1, dtype=np.float64).tolist()
        has_errors = {
            column.name: stated(*errors.errors[column.name]) & ~np.isnan(table[column.name])
            for column in NUMERIC
        }
        for i, (interval, mean) in enumerate(zip(ends, means, strict=True)):
            inputs = [name for name, has in has_errors.items() if has[i]]
            fields["score_interval"].append(interval if inputs else None)
            fields["probability_habitable"].append(mean if inputs else None)
            fields["varied_inputs"].append(inputs)
    return fields


def _chunks(planets: Planets) -> Iterator[Planets]:
    indices = range(len(planets.names))
    for start in range(0, len(indices), _CHUNK):
        yield planets.take([*indices[start : start + _CHUNK]])
