"""Judgement: what the model says of planets, and what else is asked of them, not yet in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from exohabit.inputs.planet_table import Planets
from exohabit.inputs.problems import NotEnoughData
from exohabit.inputs.query_parameters import NO_QUERY, Query
from exohabit.outputs.extras import Extras, compute_extras
from exohabit.science import domain_warnings
from exohabit.science.features import feature_matrix
from exohabit.scoring.bundle import Bundle, Scores, ranking


class ScoredPlanets(NamedTuple):
    """Planets with what the model says of them."""

    planets: Planets
    reasons: dict[int, str]
    """Why planets cannot be judged, by index."""
    scores: Scores
    """Of all planets; of one that cannot be judged it means nothing."""
    warnings: domain_warnings.PlanetWarnings
    threshold: float
    model_version: str
    extras: Mapping[int, Extras] = MappingProxyType({})
    """What else was asked of planets, by index."""


def score_planets(bundle: Bundle, planets: Planets, query: Query = NO_QUERY) -> ScoredPlanets:
    """Score planets, and say beside it what a query asks for.

    Raises:
        NotEnoughData: too little is known of the one bare planet.
        TooManyPlanets: of so many planets not all can be said that is asked for.
    """
    reasons = planets.reasons()
    if planets.is_one and reasons:
        raise not_enough_data(reasons[0])
    outside = domain_warnings.of_ranges(planets.table, bundle.manifest.seen)
    warnings = domain_warnings.merge(planets.warnings, outside)
    if planets.pending:
        scores = np.concatenate([each.result() for each in planets.pending])
    else:
        scores = bundle.score(feature_matrix(planets.table))
    scored = ScoredPlanets(planets, reasons, scores, warnings, bundle.threshold, bundle.version)
    if planets.given_details is None:
        return scored
    # Of a ranking that is cut, only what stays is worth the work.
    order = in_order(scored)
    kept = order[: query.top] if query.is_cut else np.sort(order)
    beside = compute_extras(bundle, planets, kept.tolist(), list(reasons), query)
    return scored._replace(
        warnings=domain_warnings.merge(warnings, beside.warnings), extras=beside.extras
    )


def not_enough_data(reason: str) -> NotEnoughData:
    """Say of one bare planet why it cannot be judged."""
    return NotEnoughData(f"Too little to judge this planet: {reason}.")


def in_order(scored: ScoredPlanets) -> npt.NDArray[np.intp]:
    """Order the planets that have a score by it."""
    is_scored = np.ones(scored.scores.size, dtype=bool)
    is_scored[list(scored.reasons)] = False
    order = ranking(scored.scores)
    return order[is_scored[order]]
