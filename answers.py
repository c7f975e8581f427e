"""Answers: the model's judgement of planets, in the shape in which it goes out."""

from __future__ import annotations

import msgspec
import numpy as np

from problems import NotEnoughData
from science import caveats
from science.caveats import Caveat
from science.features import feature_matrix
from scoring import Bundle, Scores, ranking
from utils import Planets

LABELS = ("not potentially habitable", "potentially habitable")
"""What a prediction of 0 and of 1 means."""


class Prediction(msgspec.Struct, frozen=True, kw_only=True):
    """The judgement of one planet."""

    status: str = "success"
    prediction: int
    score: float
    label: str
    threshold: float
    warnings: list[Caveat]
    model_version: str


class Judgement(msgspec.Struct, frozen=True):
    """The judgement of one planet of a list; null with a reason where too little is known."""

    name: str | None
    index: int
    score: float | None
    prediction: int | None
    label: str | None
    warnings: list[Caveat]
    reason: str | msgspec.UnsetType = msgspec.UNSET


class Predictions(msgspec.Struct, frozen=True, kw_only=True):
    """The judgements of a list, in its order."""

    status: str = "success"
    predictions: list[Judgement]
    threshold: float
    model_version: str


class Ranked(msgspec.Struct, frozen=True):
    """A planet in its place."""

    name: str | None
    score: float
    prediction: int
    index: int
    warnings: list[Caveat]


class Unscored(msgspec.Struct, frozen=True):
    """A planet of which too little is known to be ranked."""

    name: str | None
    index: int
    reason: str
    warnings: list[Caveat]


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    """Planets by score, descending, and those that could not be scored."""

    status: str = "success"
    ranked_planets: list[Ranked]
    unscored: list[Unscored]
    threshold: float
    model_version: str


def predict(bundle: Bundle, planets: Planets) -> Prediction | Predictions:
    """Judge one bare planet, or each of a list.

    Raises:
        NotEnoughData: too little is known of the one planet.
    """
    reasons = planets.reasons()
    if planets.is_one and reasons:
        raise NotEnoughData(f"Too little to judge this planet: {reasons[0]}.")
    scores, warnings = _judge(bundle, planets)
    if planets.is_one:
        return _prediction(bundle, float(scores[0]), warnings.get(0, []))
    judgements = [
        _judgement(name, i, score, bundle.threshold, warnings.get(i, []), reasons.get(i))
        for i, (name, score) in enumerate(zip(planets.names, scores.tolist(), strict=True))
    ]
    return Predictions(
        predictions=judgements, threshold=bundle.threshold, model_version=bundle.version
    )


def _prediction(bundle: Bundle, score: float, warnings: list[Caveat]) -> Prediction:
    prediction = int(score >= bundle.threshold)
    return Prediction(
        prediction=prediction,
        score=score,
        label=LABELS[prediction],
        threshold=bundle.threshold,
        warnings=warnings,
        model_version=bundle.version,
    )


def rank(bundle: Bundle, planets: Planets, top: int | None = None) -> Ranking:
    """Order planets by score, equal scores as they came; keep the first `top`."""
    reasons = planets.reasons()
    scores, warnings = _judge(bundle, planets)
    judged = np.ones(scores.size, dtype=bool)
    judged[list(reasons)] = False
    order = ranking(scores)
    order = order[judged[order]][:top]
    names, threshold = planets.names, bundle.threshold
    ranked = [
        Ranked(names[i], score, int(score >= threshold), i, warnings.get(i, []))
        for i, score in zip(order.tolist(), scores[order].tolist(), strict=True)
    ]
    unscored = [Unscored(names[i], i, reason, warnings.get(i, [])) for i, reason in reasons.items()]
    return Ranking(
        ranked_planets=ranked,
        unscored=unscored,
        threshold=threshold,
        model_version=bundle.version,
    )


def _judge(bundle: Bundle, planets: Planets) -> tuple[Scores, caveats.Caveats]:
    outside = caveats.of_ranges(planets.table, bundle.manifest.seen)
    return bundle.score(feature_matrix(planets.table)), caveats.merge(planets.caveats, outside)


def _judgement(
    name: str | None,
    index: int,
    score: float,
    threshold: float,
    warnings: list[Caveat],
    reason: str | None,
) -> Judgement:
    if reason is not None:
        return Judgement(name, index, None, None, None, warnings, reason)
    prediction = int(score >= threshold)
    return Judgement(name, index, score, prediction, LABELS[prediction], warnings)
