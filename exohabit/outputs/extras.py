"""Extras: facts that are reported beside the scores of planets, only on request.

An explanation costs as much as about 300 scores, an interval as much as 800, and a context is long.
So a request with extras may have fewer planets, and costly extras are computed in chunks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sized
from typing import Annotated, Any, NamedTuple

import msgspec
import numpy as np
from msgspec import UNSET, Meta, UnsetType

from exohabit.inputs.limits import MAX_CONTEXTS, MAX_EXPLAINED, MAX_INTERVALS
from exohabit.inputs.planet_table import Planets
from exohabit.inputs.problems import TooManyPlanets
from exohabit.inputs.query import Query
from exohabit.inputs.query_parameters import BY_LOWER_END, ORDER_BY
from exohabit.outputs.context_report import build_contexts
from exohabit.outputs.context_types import PlanetContext
from exohabit.outputs.explanation import Explanation, build_explanations
from exohabit.outputs.score_intervals import (
    Chance,
    Interval,
    ScoreInterval,
    Varied,
    compute_intervals,
    in_chunks,
)
from exohabit.science.context_contradictions import find_contradictions
from exohabit.science.domain_warnings import PlanetWarnings, merge, report_flags, report_one_sided
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.contributions import Contributions

ExplanationField = Annotated[
    Explanation | UnsetType | None, Meta(description="why it has its score")
]
ContextField = Annotated[
    PlanetContext | UnsetType, Meta(description="what published formulas say about it")
]


ByPlanet = Mapping[int, ScoreInterval]
"""Intervals by the index of the planet."""


class Extras(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What may be reported about a planet besides its score; absent unless requested."""

    explanation: ExplanationField = UNSET
    score_interval: Interval = UNSET
    probability_habitable: Chance = UNSET
    varied_inputs: Varied = UNSET
    context: ContextField = UNSET


class ComputedExtras(NamedTuple):
    """Extras and further warnings of planets, by index."""

    extras: dict[int, Extras]
    warnings: PlanetWarnings


def compute_extras(
    bundle: Bundle,
    planets: Planets,
    scored: list[int],
    unscored: list[int],
    query: Query,
    intervals: ByPlanet | None = None,
) -> ComputedExtras:
    """Compute the extras that a query asks for, by indices of planets with and without a score.

    Args:
        bundle: the model.
        planets: all planets of the request.
        scored: indices of planets with a score that get extras.
        unscored: indices of planets without a score that get extras.
        query: what is asked for.
        intervals: by index, if they were computed before.

    Raises:
        TooManyPlanets: there are more planets than such a request may carry.
    """
    indices = [*scored, *unscored]
    _check_count(scored if query.explain else (), MAX_EXPLAINED, "explanations")
    _check_count(indices if query.context else (), MAX_CONTEXTS, "contexts")
    with_score, selected = planets.take(scored), planets.take(indices).measured()
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
        known = intervals or intervals_by_index(bundle, planets, scored, _HOW_TO_SEND_FEWER)
        for name in ScoreInterval._fields:
            fields[name] = [getattr(known[i], name) for i in scored]
    nulls = [None] * len(unscored)
    fields = {name: [*values, *nulls] for name, values in fields.items()}
    if query.context:
        fields["context"] = list(contexts)
    return ComputedExtras(
        {i: Extras(**{name: fields[name][k] for name in fields}) for k, i in enumerate(indices)},
        {indices[k]: warnings for k, warnings in _warnings(selected, query).items()},
    )


_HOW_TO_SEND_FEWER = "send several requests, or rank by score with top=N, the N best"
_BY_SCORE = (
    f"{ORDER_BY.name}={BY_LOWER_END} needs the interval of every planet: send several requests, or "
    f"rank by the score with top={MAX_INTERVALS} and send those planets again"
)


def intervals_by_index(
    bundle: Bundle, planets: Planets, indices: list[int], hint: str = _BY_SCORE
) -> ByPlanet:
    """Compute the intervals of some planets; `hint` says what to do if there are too many.

    Raises:
        TooManyPlanets: there are more planets than such a request may carry.
    """
    _check_count(indices, MAX_INTERVALS, "intervals", hint)
    found = compute_intervals(bundle, planets.take(indices))
    return dict(zip(indices, found, strict=True))


def _check_count(planets: Sized, limit: int, extras: str, hint: str = _HOW_TO_SEND_FEWER) -> None:
    if len(planets) > limit:
        raise TooManyPlanets(
            f"{len(planets):,} planets, but a request for {extras} may have at most {limit:,}: "
            f"{hint}"
        )


def _warnings(planets: Planets, query: Query) -> PlanetWarnings:
    table, errors = planets.table, planets.measurement_errors
    warnings: PlanetWarnings = {}
    if query.context:
        inconsistent = find_contradictions(table, errors.like_dwarf, errors.errors)
        warnings = merge(inconsistent, report_flags(errors.flags))
    if query.needs_intervals:
        of_known = {
            name: is_one & ~np.isnan(table[name]) for name, is_one in errors.one_sided.items()
        }
        warnings = merge(warnings, report_one_sided(of_known))
    return warnings


def _contributions(bundle: Bundle, planets: Planets) -> Contributions:
    indices, columns = [*range(len(planets.names))], bundle.columns
    parts = (planets.take(chunk) for chunk in in_chunks(indices))
    chunks = [bundle.explain(columns.matrix(part.table, part.types)) for part in parts]
    if not chunks:
        empty = np.zeros((0, len(columns.names)), dtype=np.float32)
        return Contributions(0.0, empty, empty[:, 0])
    values, margins = (np.concatenate(each) for each in list(zip(*chunks, strict=True))[1:])
    return Contributions(chunks[0].base, values, margins)
