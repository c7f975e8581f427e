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
from exohabit.outputs.extras import Chance, Compared, Extras, Interval, Varied, Why
from exohabit.outputs.lazy_list import LazyList
from exohabit.outputs.scored_planets import ScoredPlanets, in_order
from exohabit.science.domain_warnings import PlanetWarning
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
Warnings = Annotated[list[PlanetWarning], Meta(description="what to bear in mind with the score")]
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
        *Extras.__struct_fields__,
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


class ListedPrediction(Extras, frozen=True, gc=False):
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
    FIELDS: ClassVar[tuple[str, ...]] = ListedPrediction.__struct_fields__

    status: Success = "success"
    predictions: Sequence[ListedPrediction]
    threshold: Threshold
    model_version: str


class Ranked(Extras, frozen=True, gc=False):
    """A planet in its place."""

    name: str | None
    score: Score
    prediction: Verdict
    index: Index
    warnings: Warnings
    row: Row | UnsetType = UNSET


class Unscored(Extras, frozen=True, gc=False):
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
        *Extras.__struct_fields__,
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
_NONE: list[PlanetWarning] = []
Answered = TypeVar("Answered", bound=msgspec.Struct)


def predict(scored: ScoredPlanets, *, echo: bool = False) -> Prediction | Predictions:
    """Answer of one bare planet, or each of a list; a bare one with its input echoed on demand."""
    planets, _, scores, warnings, threshold, version, extras = scored
    if planets.is_one:
        said = warnings.get(0, _NONE)
        alone = build_single_prediction(
            planets.names[0], float(scores[0]), said, threshold, version
        )
        if echo:
            alone = msgspec.structs.replace(alone, input=planets.understood(0))
        return _with(extras, 0, alone)
    return Predictions(predictions=_judgements(scored), threshold=threshold, model_version=version)


def build_single_prediction(
    name: str | None,
    score: float,
    warnings: list[PlanetWarning],
    threshold: float,
    model_version: str,
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


def rank(scored: ScoredPlanets, top: int | None = None, order_by: str = BY_SCORE) -> Ranking:
    """Order planets by score, equal scores as they came; keep the first `top`.

    By the lower end of the interval of the score, those without one come last, by their score.
    """
    planets, reasons, _, warnings, threshold, version, extras = scored
    order = in_order(scored)
    if order_by == BY_LOWER_END:
        lower_ends = [(extras[i].score_interval or (-1.0,))[0] for i in order.tolist()]
        order = order[np.argsort(-np.array(lower_ends, dtype=np.float32), kind="stable")]
    ranked = _ranked(scored, order[:top])
    labels = _labels(planets)
    unscored = [
        Unscored(planets.names[i], i, reason, warnings.get(i, _NONE), labels[i])
        for i, reason in reasons.items()
    ]
    if extras:
        unscored = [_with(extras, each.index, each) for each in unscored]
    return Ranking(
        ranked_planets=ranked, unscored=unscored, threshold=threshold, model_version=version
    )


def _judgements(scored: ScoredPlanets) -> LazyList[ListedPrediction]:
    """Say of all planets, in the order in which they came."""
    planets, reasons, scores, warnings, threshold, _, extras = scored
    indices, labels = range(len(planets.names)), _labels(planets)

    def make(which: slice) -> list[ListedPrediction]:
        scored = scores[which].tolist()
        told = zip(indices[which], planets.names[which], scored, labels[which], strict=True)
        judgements = [
            _judgement(name, i, score, threshold, warnings.get(i, _NONE), reasons.get(i), label)
            for i, name, score, label in told
        ]
        return [_with(extras, each.index, each) for each in judgements] if extras else judgements

    return LazyList(len(indices), make)


def _ranked(scored: ScoredPlanets, order: npt.NDArray[np.intp]) -> LazyList[Ranked]:
    """Say of planets in an order; by columns, without a step of Python's per planet."""
    planets, _, scores, warnings, threshold, _, extras = scored
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
        return [_with(extras, each.index, each) for each in planets] if extras else [*planets]

    return LazyList(order.size, make)


def _with(extras: Mapping[int, Extras], index: int, answer: Answered) -> Answered:
    """Add to an answer what is said beside it, if anything is."""
    extra = extras.get(index)
    if extra is None:
        return answer
    return msgspec.structs.replace(answer, **msgspec.structs.asdict(extra))


def _labels(planets: Planets) -> Sequence[str | UnsetType]:
    return planets.labels or [UNSET] * len(planets.names)


def _judgement(
    name: str | None,
    index: int,
    score: float,
    threshold: float,
    warnings: list[PlanetWarning],
    reason: str | None,
    row: str | UnsetType,
) -> ListedPrediction:
    if reason is not None:
        return ListedPrediction(name, index, None, None, None, warnings, reason, row)
    prediction = int(score >= threshold)
    return ListedPrediction(name, index, score, prediction, LABELS[prediction], warnings, row=row)
