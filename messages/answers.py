"""Answers: the model's judgement of planets, in the shape in which it goes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

import msgspec
import numpy as np
from msgspec import UNSET, Meta, UnsetType

from messages.planets import Planets
from messages.problems import NotEnoughData
from science import caveats
from science.caveats import Caveat
from science.features import feature_matrix
from scoring import Bundle, Scores, ranking

LABELS = ("not potentially habitable", "potentially habitable")
"""What a prediction of 0 and of 1 means."""

Score = Annotated[
    float, Meta(ge=0, le=1, description="probability that the planet is potentially habitable")
]
Verdict = Annotated[
    int, Meta(ge=0, le=1, description="1 if the score is at least the threshold, else 0")
]
Label = Annotated[str, Meta(description="the prediction in words")]
Threshold = Annotated[float, Meta(description="score from which a prediction is 1")]
Warnings = Annotated[list[Caveat], Meta(description="what to bear in mind with the score")]
Index = Annotated[int, Meta(ge=0, description="the planet's place in the request, from 0")]
Reason = Annotated[str, Meta(description="why the planet could not be judged")]
Row = Annotated[str, Meta(description="the planet's row label, where a DataFrame was sent")]
Success = Annotated[str, Meta(pattern="^success$")]


class Prediction(msgspec.Struct, frozen=True, kw_only=True):
    """The judgement of one planet."""

    # Of every answer: where its planets stand, and what it may say of each.
    LISTS: ClassVar[tuple[str, ...]] = ()
    FIELDS: ClassVar[tuple[str, ...]] = (
        "name",
        "prediction",
        "score",
        "label",
        "threshold",
        "warnings",
        "model_version",
    )

    status: Success = "success"
    name: str | UnsetType = UNSET
    prediction: Verdict
    score: Score
    label: Label
    threshold: Threshold
    warnings: Warnings
    model_version: str
    input: Annotated[
        dict[str, float | str | None] | UnsetType, Meta(description="what was understood")
    ] = UNSET


class Judgement(msgspec.Struct, frozen=True):
    """The judgement of one planet of a list; null with a reason where too little is known."""

    name: str | None
    index: Index
    score: Score | None
    prediction: Verdict | None
    label: Label | None
    warnings: Warnings
    reason: Reason | UnsetType = UNSET
    row: Row | UnsetType = UNSET


class Predictions(msgspec.Struct, frozen=True, kw_only=True):
    """The judgements of a list, in its order."""

    LISTS: ClassVar[tuple[str, ...]] = ("predictions",)
    FIELDS: ClassVar[tuple[str, ...]] = Judgement.__struct_fields__

    status: Success = "success"
    predictions: list[Judgement]
    threshold: Threshold
    model_version: str


class Ranked(msgspec.Struct, frozen=True):
    """A planet in its place."""

    name: str | None
    score: Score
    prediction: Verdict
    index: Index
    warnings: Warnings
    row: Row | UnsetType = UNSET


class Unscored(msgspec.Struct, frozen=True):
    """A planet of which too little is known to be ranked."""

    name: str | None
    index: Index
    reason: Reason
    warnings: Warnings
    row: Row | UnsetType = UNSET


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    """Planets by score, descending, and those that could not be scored."""

    LISTS: ClassVar[tuple[str, ...]] = ("ranked_planets", "unscored")
    FIELDS: ClassVar[tuple[str, ...]] = (*Ranked.__struct_fields__[:-1], "reason", "row")

    status: Success = "success"
    ranked_planets: list[Ranked]
    unscored: list[Unscored]
    threshold: Threshold
    model_version: str


class Narrowed(msgspec.Struct, frozen=True):
    """An answer narrowed by ?fields=: of planets it says what was asked for and nothing else."""

    status: Success = "success"


Answer = Prediction | Predictions | Ranking


def predict(bundle: Bundle, planets: Planets, *, echo: bool = False) -> Prediction | Predictions:
    """Judge one bare planet, or each of a list; a bare one with its input echoed on demand.

    Raises:
        NotEnoughData: too little is known of the one planet.
    """
    reasons = planets.reasons()
    if planets.is_one and reasons:
        raise NotEnoughData(f"Too little to judge this planet: {reasons[0]}.")
    scores, warnings = _judge(bundle, planets)
    if planets.is_one:
        score = float(scores[0])
        prediction = int(score >= bundle.threshold)
        return Prediction(
            name=UNSET if planets.names[0] is None else planets.names[0],
            prediction=prediction,
            score=score,
            label=LABELS[prediction],
            threshold=bundle.threshold,
            warnings=warnings.get(0, []),
            model_version=bundle.version,
            input=planets.understood(0) if echo else UNSET,
        )
    labels = _labels(planets)
    judgements = [
        _judgement(name, i, score, bundle.threshold, warnings.get(i, []), reasons.get(i), labels[i])
        for i, (name, score) in enumerate(zip(planets.names, scores.tolist(), strict=True))
    ]
    return Predictions(
        predictions=judgements, threshold=bundle.threshold, model_version=bundle.version
    )


def rank(bundle: Bundle, planets: Planets, top: int | None = None) -> Ranking:
    """Order planets by score, equal scores as they came; keep the first `top`."""
    reasons = planets.reasons()
    scores, warnings = _judge(bundle, planets)
    judged = np.ones(scores.size, dtype=bool)
    judged[list(reasons)] = False
    order = ranking(scores)
    order = order[judged[order]][:top]
    names, labels, threshold = planets.names, _labels(planets), bundle.threshold
    ranked = [
        Ranked(names[i], score, int(score >= threshold), i, warnings.get(i, []), labels[i])
        for i, score in zip(order.tolist(), scores[order].tolist(), strict=True)
    ]
    unscored = [
        Unscored(names[i], i, reason, warnings.get(i, []), labels[i])
        for i, reason in reasons.items()
    ]
    return Ranking(
        ranked_planets=ranked,
        unscored=unscored,
        threshold=threshold,
        model_version=bundle.version,
    )


def _labels(planets: Planets) -> Sequence[str | UnsetType]:
    return planets.labels or [UNSET] * len(planets.names)


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
    row: str | UnsetType,
) -> Judgement:
    if reason is not None:
        return Judgement(name, index, None, None, None, warnings, reason, row)
    prediction = int(score >= threshold)
    return Judgement(name, index, score, prediction, LABELS[prediction], warnings, row=row)
