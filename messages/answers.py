"""Answers: the model's judgement of planets, in the shape in which it goes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, NamedTuple, TypeVar

import msgspec
import numpy as np
from msgspec import UNSET, Meta, UnsetType

from messages.asides import Asides, Chance, Compared, Interval, Varied, Why, gather
from messages.parameters import ASKS_NOTHING, BY_LOWER_END, BY_SCORE, Query
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
        *Asides.__struct_fields__,
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
    # Those of `Asides`, which as a base would come before all others.
    explanation: Why = UNSET
    score_interval: Interval = UNSET
    probability_habitable: Chance = UNSET
    varied_inputs: Varied = UNSET
    context: Compared = UNSET


class Judgement(Asides, frozen=True):
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


class Ranked(Asides, frozen=True):
    """A planet in its place."""

    name: str | None
    score: Score
    prediction: Verdict
    index: Index
    warnings: Warnings
    row: Row | UnsetType = UNSET


class Unscored(Asides, frozen=True):
    """A planet of which too little is known to be ranked."""

    name: str | None
    index: Index
    reason: Reason
    warnings: Warnings
    row: Row | UnsetType = UNSET


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    """Planets by score, descending, and those that could not be scored."""

    LISTS: ClassVar[tuple[str, ...]] = ("ranked_planets", "unscored")
    FIELDS: ClassVar[tuple[str, ...]] = tuple(
        dict.fromkeys((*Ranked.__struct_fields__[:5], "reason", "row", *Asides.__struct_fields__))
    )

    status: Success = "success"
    ranked_planets: list[Ranked]
    unscored: list[Unscored]
    threshold: Threshold
    model_version: str


class Narrowed(msgspec.Struct, frozen=True):
    """An answer narrowed by ?fields=: of planets it says what was asked for and nothing else."""

    status: Success = "success"


Answer = Prediction | Predictions | Ranking
Answered = TypeVar("Answered", bound=msgspec.Struct)


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
    asides: list[Asides] | None = None
    """What else was asked of each planet; None if nothing was."""


def judge(bundle: Bundle, planets: Planets, query: Query = ASKS_NOTHING) -> Judged:
    """Score planets, and say beside it what a query asks for.

    Raises:
        NotEnoughData: too little is known of the one bare planet.
        TooManyPlanets: of so many planets not all can be said that is asked for.
    """
    reasons = planets.reasons()
    if planets.is_one and reasons:
        raise NotEnoughData(f"Too little to judge this planet: {reasons[0]}.")
    outside = caveats.of_ranges(planets.table, bundle.manifest.seen)
    beside = gather(bundle, planets, reasons, query)
    return Judged(
        planets,
        reasons,
        bundle.score(feature_matrix(planets.table)),
        caveats.merge(planets.caveats, outside, beside.warnings if beside else {}),
        bundle.threshold,
        bundle.version,
        beside and beside.asides,
    )


def predict(judged: Judged, *, echo: bool = False) -> Prediction | Predictions:
    """Answer of one bare planet, or each of a list; a bare one with its input echoed on demand."""
    planets, reasons, scores, warnings, threshold, version, asides = judged
    if planets.is_one:
        score = float(scores[0])
        prediction = int(score >= threshold)
        one = Prediction(
            name=UNSET if planets.names[0] is None else planets.names[0],
            prediction=prediction,
            score=score,
            label=LABELS[prediction],
            threshold=threshold,
            warnings=warnings.get(0, []),
            model_version=version,
            input=planets.understood(0) if echo else UNSET,
        )
        return one if asides is None else _with(one, asides[0])
    labels = _labels(planets)
    judgements = [
        _judgement(name, i, score, threshold, warnings.get(i, []), reasons.get(i), labels[i])
        for i, (name, score) in enumerate(zip(planets.names, scores.tolist(), strict=True))
    ]
    if asides is not None:
        judgements = [_with(each, asides[each.index]) for each in judgements]
    return Predictions(predictions=judgements, threshold=threshold, model_version=version)


def rank(judged: Judged, top: int | None = None, order_by: str = BY_SCORE) -> Ranking:
    """Order planets by score, equal scores as they came; keep the first `top`.

    By the lower end of the interval of the score, those without one come last, by their score.
    """
    planets, reasons, scores, warnings, threshold, version, asides = judged
    is_scored = np.ones(scores.size, dtype=bool)
    is_scored[list(reasons)] = False
    order = ranking(scores)
    if order_by == BY_LOWER_END and asides is not None:
        order = order[ranking(_lower_ends(asides)[order])]
    order = order[is_scored[order]][:top]
    names, labels = planets.names, _labels(planets)
    ranked = [
        Ranked(names[i], score, int(score >= threshold), i, warnings.get(i, []), labels[i])
        for i, score in zip(order.tolist(), scores[order].tolist(), strict=True)
    ]
    unscored = [
        Unscored(names[i], i, reason, warnings.get(i, []), labels[i])
        for i, reason in reasons.items()
    ]
    if asides is not None:
        ranked = [_with(each, asides[each.index]) for each in ranked]
        unscored = [_with(each, asides[each.index]) for each in unscored]
    return Ranking(
        ranked_planets=ranked, unscored=unscored, threshold=threshold, model_version=version
    )


def _with(answer: Answered, aside: Asides) -> Answered:
    return msgspec.structs.replace(answer, **msgspec.structs.asdict(aside))


def _lower_ends(asides: Sequence[Asides]) -> Scores:
    return np.array([(each.score_interval or (-1.0,))[0] for each in asides], dtype=np.float32)


def _labels(planets: Planets) -> Sequence[str | UnsetType]:
    return planets.labels or [UNSET] * len(planets.names)


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
