"""Judgement: what the model says of planets, and what else is asked of them, not yet in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from messages.asides import Asides, gather
from messages.parameters import ASKS_NOTHING, Query
from messages.planets import Planets
from messages.problems import NotEnoughData
from science import caveats
from science.features import feature_matrix
from scoring import Bundle, Scores, ranking


class Judged(NamedTuple):
    """Planets with what the model says of them."""

    planets: Planets
    reasons: dict[int, str]
    """Why planets cannot be judged, by index."""
    scores: Scores
    """Of all planets; of one that cannot be judged it means nothing."""
    warnings: caveats.Caveats
    threshold: float
    model_version: str
    asides: Mapping[int, Asides] = MappingProxyType({})
    """What else was asked of planets, by index."""


def judge(bundle: Bundle, planets: Planets, query: Query = ASKS_NOTHING) -> Judged:
    """Score planets, and say beside it what a query asks for.

    Raises:
        NotEnoughData: too little is known of the one bare planet.
        TooManyPlanets: of so many planets not all can be said that is asked for.
    """
    reasons = planets.reasons()
    if planets.is_one and reasons:
        raise too_little(reasons[0])
    outside = caveats.of_ranges(planets.table, bundle.manifest.seen)
    warnings = caveats.merge(planets.caveats, outside)
    if planets.begun:
        scores = np.concatenate([each.result() for each in planets.begun])
    else:
        scores = bundle.score(feature_matrix(planets.table))
    judged = Judged(planets, reasons, scores, warnings, bundle.threshold, bundle.version)
    if planets.given_details is None:
        return judged
    # Of a ranking that is cut, only what stays is worth the work.
    order = in_order(judged)
    scored = order[: query.top] if query.is_cut else np.sort(order)
    beside = gather(bundle, planets, scored.tolist(), list(reasons), query)
    return judged._replace(warnings=caveats.merge(warnings, beside.warnings), asides=beside.asides)


def too_little(reason: str) -> NotEnoughData:
    """Say of one bare planet why it cannot be judged."""
    return NotEnoughData(f"Too little to judge this planet: {reason}.")


def in_order(judged: Judged) -> npt.NDArray[np.intp]:
    """Order the planets that have a score by it."""
    is_scored = np.ones(judged.scores.size, dtype=bool)
    is_scored[list(judged.reasons)] = False
    order = ranking(judged.scores)
    return order[is_scored[order]]
