"""Answers: the model's judgement of planets, in the shape in which it goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Annotated, ClassVar, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import UNSET, Meta, UnsetType

from exohabit.inputs.planet_table import Planets
from exohabit.inputs.query_parameters import BY_LOWER_END, BY_SCORE
from exohabit.outputs.extras import Asides, Chance, Compared, Interval, Varied, Why
from exohabit.outputs.lazy_list import Lots
from exohabit.outputs.scored_planets import Judged, in_order
from exohabit.science.domain_warnings import Caveat
from exohabit.scoring.bundle import verdicts

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


class Judgement(Asides, frozen=True, gc=False):
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
    predictions: Sequence[Judgement]
    threshold: Threshold
    model_version: str


class Ranked(Asides, frozen=True, gc=False):
    """A planet in its place."""

    name: str | None
    score: Score
    prediction: Verdict
    index: Index
    warnings: Warnings
    row: Row | UnsetType = UNSET


class Unscored(Asides, frozen=True, gc=False):
    """A planet of which too little is known to be ranked."""

    name: str | None
    index: Index
    reason: Reason
    warnings: Warnings
    row: Row | UnsetType = UNSET


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    """Planets by score, descending, and those that could not be scored."""

    LISTS: ClassVar[tuple[str, ...]] = ("ranked_planets", "unscored")
    FIELDS: ClassVar[tuple[str, ...]] = (
        *("name", "score", "prediction", "index", "warnings", "reason", "row"),
        *Asides.__struct_fields__,
    )

    status: Success = "success"
    ranked_planets: Sequence[Ranked]
    unscored: list[Unscored]
    threshold: Threshold
    model_version: str


class Narrowed(msgspec.Struct, frozen=True):
    """An answer narrowed by ?fields=: of planets it says what was asked for and nothing else."""

    status: Success = "success"


Answer = Prediction | Predictions | Ranking
_NONE: list[Caveat] = []
Answered = TypeVar("Answered", bound=msgspec.Struct)


def predict(judged: Judged, *, echo: bool = False) -> Prediction | Predictions:
    """Answer of one bare planet, or each of a list; a bare one with its input echoed on demand."""
    planets, _, scores, warnings, threshold, version, asides = judged
    if planets.is_one:
        said = warnings.get(0, _NONE)
        alone = predict_alone(planets.names[0], float(scores[0]), said, threshold, version)
        if echo:
            alone = msgspec.structs.replace(alone, input=planets.understood(0))
        return _with(asides, 0, alone)
    return Predictions(predictions=_judgements(judged), threshold=threshold, model_version=version)


def predict_alone(
    name: str | None, score: float, warnings: list[Caveat], threshold: float, model_version: str
) -> Prediction:
    """Answer of one bare planet."""
    prediction = int(score >= threshold)
    return Prediction(
        name=UNSET if name is None else name,
        prediction=prediction,
        score=score,
        label=LABELS[prediction],
        threshold=threshold,
        warnings=warnings,
        model_version=model_version,
    )


def rank(judged: Judged, top: int | None = None, order_by: str = BY_SCORE) -> Ranking:
    """Order planets by score, equal scores as they came; keep the first `top`.

    By the lower end of the interval of the score, those without one come last, by their score.
    """
    planets, reasons, _, warnings, threshold, version, asides = judged
    order = in_order(judged)
    if order_by == BY_LOWER_END:
        lower_ends = [(asides[i].score_interval or (-1.0,))[0] for i in order.tolist()]
        order = order[np.argsort(-np.array(lower_ends, dtype=np.float32), kind="stable")]
    ranked = _ranked(judged, order[:top])
    labels = _labels(planets)
    unscored = [
        Unscored(planets.names[i], i, reason, warnings.get(i, _NONE), labels[i])
        for i, reason in reasons.items()
    ]
    if asides:
        unscored = [_with(asides, each.index, each) for each in unscored]
    return Ranking(
        ranked_planets=ranked, unscored=unscored, threshold=threshold, model_version=version
    )


def _judgements(judged: Judged) -> Lots[Judgement]:
    """Say of all planets, in the order in which they came."""
    planets, reasons, scores, warnings, threshold, _, asides = judged
    indices, labels = range(len(planets.names)), _labels(planets)

    def make(which: slice) -> list[Judgement]:
        scored = scores[which].tolist()
        told = zip(indices[which], planets.names[which], scored, labels[which], strict=True)
        judgements = [
            _judgement(name, i, score, threshold, warnings.get(i, _NONE), reasons.get(i), label)
            for i, name, score, label in told
        ]
        return [_with(asides, each.index, each) for each in judgements] if asides else judgements

    return Lots(len(indices), make)


def _ranked(judged: Judged, order: npt.NDArray[np.intp]) -> Lots[Ranked]:
    """Say of planets in an order; by columns, without a step of Python's per planet."""
    planets, _, scores, warnings, threshold, _, asides = judged
    names = np.array(planets.names, dtype=object)
    labels = np.array(planets.labels, dtype=object) if planets.labels else None

    def make(which: slice) -> list[Ranked]:
        kept = order[which]
        at, scored = kept.tolist(), scores[kept]
        planets = map(
            Ranked,
            names[kept].tolist(),
            scored.tolist(),
            verdicts(scored, threshold).astype(int).tolist(),
            at,
            map(warnings.get, at, repeat(_NONE)),
            repeat(UNSET) if labels is None else labels[kept].tolist(),
        )
        return [_with(asides, each.index, each) for each in planets] if asides else [*planets]

    return Lots(order.size, make)


def _with(asides: Mapping[int, Asides], index: int, answer: Answered) -> Answered:
    """Add to an answer what is said beside it, if anything is."""
    aside = asides.get(index)
    if aside is None:
        return answer
    return msgspec.structs.replace(answer, **msgspec.structs.asdict(aside))


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
