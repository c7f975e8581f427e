"""Scored planets: planets with their scores and extras, before they become an answer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from exohabit.inputs.planet_table import Planets
from exohabit.inputs.problems import NotEnoughData
from exohabit.inputs.query import NO_QUERY, Query
from exohabit.outputs.extras import Extras, compute_extras
from exohabit.science import domain_warnings
from exohabit.science.features import feature_matrix
from exohabit.scoring.bundle import Bundle, Scores, ranking


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


def score_planets(bundle: Bundle, planets: Planets, query: Query = NO_QUERY) -> ScoredPlanets:
    """Score planets, and compute the extras that a query asks for.

    Raises:
        NotEnoughData: too little is known about the one bare planet.
        TooManyPlanets: there are too many planets for the extras.
    """
    reasons = planets.reasons()
    if planets.is_one and reasons:
        raise not_enough_data(reasons[0])
    of_ranges = domain_warnings.of_ranges(planets.table, bundle.manifest.seen)
    warnings = domain_warnings.merge(planets.warnings, of_ranges)
    if planets.pending:
        scores = np.concatenate([scores.result() for scores in planets.pending])
    else:
        scores = bundle.score(feature_matrix(planets.table))
    scored = ScoredPlanets(planets, reasons, scores, warnings, bundle.threshold, bundle.version)
    if planets.errors_if_read is None:
        return scored
    # Only planets that stay in the answer get extras.
    order = rank_order(scored)
    kept = order[: query.top] if query.is_cut else np.sort(order)
    computed = compute_extras(bundle, planets, kept.tolist(), list(reasons), query)
    return scored._replace(
        warnings=domain_warnings.merge(warnings, computed.warnings), extras=computed.extras
    )


def not_enough_data(reason: str) -> NotEnoughData:
    """Return the error for one bare planet that cannot be scored."""
    return NotEnoughData(f"Too little is known to score this planet: {reason}.")


def rank_order(scored: ScoredPlanets) -> npt.NDArray[np.intp]:
    """Return the indices of the planets that can be scored, best score first."""
    is_scored = np.ones(scored.scores.size, dtype=bool)
    is_scored[list(scored.reasons)] = False
    order = ranking(scored.scores)
    return order[is_scored[order]]
