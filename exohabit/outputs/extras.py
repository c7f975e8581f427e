"""Asides: what is said of planets beside their scores, each on request only.

Explaining a planet costs about 300 scores, varying its inputs 800; its context is long. So a
request may ask that of fewer planets, and the costly ones are worked off in chunks.
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
from exohabit.inputs.query_parameters import Query
from exohabit.outputs.context_report import PlanetContext, contexts
from exohabit.outputs.explanation import Explanation, explanations
from exohabit.science.columns import NUMERIC
from exohabit.science.consistency import inconsistencies
from exohabit.science.domain_warnings import PlanetWarnings, merge, report_one_sided
from exohabit.science.features import FEATURES, feature_matrix
from exohabit.science.uncertainty import DRAWS, SEED, draw_within_errors, stated
from exohabit.scoring.bundle import Bundle, Contributions

PERCENTILES = (5, 95)
_CHUNK = 50

_INTERVAL = (
    "5th and 95th percentile of the score as the inputs vary within the errors that were sent "
    f"({DRAWS} draws, seed {SEED}); null if no errors were"
)


Why = Annotated[Explanation | UnsetType | None, Meta(description="why it has its score")]
_Percentiles = Annotated[list[float], Meta(min_length=2, max_length=2)]
Interval = Annotated[_Percentiles | UnsetType | None, Meta(description=_INTERVAL)]
Chance = Annotated[
    float | UnsetType | None,
    Meta(description="mean of the score over those draws; the calibrated probability is `score`"),
]
Varied = Annotated[
    list[str] | UnsetType | None, Meta(description="the inputs whose errors were sent")
]
Compared = Annotated[
    PlanetContext | UnsetType, Meta(description="what the literature's formulas say of it")
]


class Extras(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What may be said of a planet beside its score; absent unless it was asked for."""

    explanation: Why = UNSET
    score_interval: Interval = UNSET
    probability_habitable: Chance = UNSET
    varied_inputs: Varied = UNSET
    context: Compared = UNSET


class ComputedExtras(NamedTuple):
    """Asides of planets, by index, and what there is to warn of."""

    extras: dict[int, Extras]
    warnings: PlanetWarnings


def compute_extras(
    bundle: Bundle, planets: Planets, scored: list[int], unscored: list[int], query: Query
) -> ComputedExtras:
    """Say what a query asks for beside the scores of some planets, and of those without one.

    Raises:
        TooManyPlanets: more than such a request may carry.
    """
    everyone = [*scored, *unscored]
    _check_count(scored, everyone, query)
    chosen, heavy = planets.take(everyone), planets.take(scored)
    surroundings = contexts(chosen) if query.explain or query.context else []
    said: dict[str, list[Any]] = {}
    if query.explain:
        added = _contributions(bundle, heavy)
        about = surroundings[: len(scored)]
        said["explanation"] = explanations(heavy, added, about, bundle.threshold)
    if query.needs_intervals:
        said |= _intervals(bundle, heavy)
    nothing = [None] * len(unscored)
    said = {key: [*values, *nothing] for key, values in said.items()}
    if query.context:
        said["context"] = list(surroundings)
    return ComputedExtras(
        {i: Extras(**{key: said[key][k] for key in said}) for k, i in enumerate(everyone)},
        {everyone[k]: each for k, each in _warnings(chosen, query).items()},
    )


def _check_count(scored: Sized, everyone: Sized, query: Query) -> None:
    """Refuse to explain more planets, or to tell the context of more, than may be."""
    for is_asked, asked, most, what in (
        (query.is_costly, scored, MAX_EXPLAINED, "explanations and intervals"),
        (query.context, everyone, MAX_CONTEXTS, "contexts"),
    ):
        if is_asked and len(asked) > most:
            raise TooManyPlanets(
                f"{len(asked):,} planets, and {what} are given of at most {most:,} in one request: "
                "send several, or ask for the top of a ranking by score"
            )


def _warnings(planets: Planets, query: Query) -> PlanetWarnings:
    table, details = planets.table, planets.details
    found: PlanetWarnings = {}
    if query.context:
        found = inconsistencies(table, details.like_dwarf, details.errors, details.computed)
    if query.needs_intervals:
        sides = details.one_sided
        known = {name: is_one & ~np.isnan(table[name]) for name, is_one in sides.items()}
        found = merge(found, report_one_sided(known))
    return found


def _contributions(bundle: Bundle, planets: Planets) -> Contributions:
    chunks = [bundle.explain(feature_matrix(chunk.table)) for chunk in _chunks(planets)]
    if not chunks:
        nothing = np.zeros((0, len(FEATURES)), dtype=np.float32)
        return Contributions(0.0, nothing, nothing[:, 0])
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
        drawn = draw_within_errors(table, details.errors, details.computed)
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
