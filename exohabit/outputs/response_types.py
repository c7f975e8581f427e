"""Responses: the types of answers about planets, as they are encoded."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from exohabit.inputs.problems import Problem
from exohabit.outputs.extras import ContextField, ExplanationField, Extras
from exohabit.outputs.score_intervals import Chance, Interval, Varied
from exohabit.science.columns import COLUMNS
from exohabit.science.domain_warnings import PlanetWarning

Score = Annotated[
    float, Meta(ge=0, le=1, description="probability that the planet is potentially habitable")
]
BinaryPrediction = Annotated[
    int,
    Meta(
        title="BinaryPrediction",
        description="1 if the score is at least the threshold, else 0",
        extra_json_schema={"enum": [0, 1]},
    ),
]
LABELS = ("not potentially habitable", "potentially habitable")
"""The meaning of the predictions 0 and 1."""
Label = Annotated[
    str,
    Meta(
        title="Label",
        description="the prediction in words",
        extra_json_schema={"enum": list(LABELS)},
    ),
]
Threshold = Annotated[float, Meta(description="a prediction is 1 from this score on")]
Warnings = Annotated[
    list[PlanetWarning], Meta(description="reasons to treat the score with caution")
]
Index = Annotated[int, Meta(ge=0, description="the planet's position in the request, from 0")]
Reason = Annotated[str, Meta(description="why the planet could not be scored")]
Row = Annotated[str, Meta(description="the planet's row label, if a DataFrame was sent")]
AnswerWarnings = Annotated[
    list[PlanetWarning], Meta(description="warnings about the input as a whole")
]
Problems = Annotated[
    list[Problem] | UnsetType,
    Meta(description="what is wrong with the planet, if `on_invalid=skip` was asked for"),
]
Success = Literal["success"]
UnderstoodPlanet = msgspec.defstruct(
    "UnderstoodPlanet",
    [
        ("name", str | None),
        *((c.name, str | None if c.range is None else float | None) for c in COLUMNS),
    ],
    namespace={"__doc__": "What was understood of a planet; null where nothing is known."},
)
"""The type of what `Planets.understood` returns."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer about planets."""

    LISTS: ClassVar[tuple[str, ...]] = ()
    """The keys of its lists of planets; none if it is about one planet."""
    FIELDS: ClassVar[tuple[str, ...]]
    """The fields of a planet, or of the answer about one planet."""
    NARROWED_IS_OTHER: ClassVar[bool] = True
    """Whether ?fields= gives an answer that this type does not describe."""

    status: Success = "success"


class Prediction(Answer, frozen=True, kw_only=True):
    """The prediction for one planet."""

    name: str | UnsetType = UNSET
    prediction: BinaryPrediction
    score: Score
    label: Label
    threshold: Threshold
    warnings: Warnings
    model_version: str
    input: UnderstoodPlanet | UnsetType = UNSET  # type: ignore[valid-type]
    # The fields of `Extras`; if that were the base class, they would come first.
    explanation: ExplanationField = UNSET
    score_interval: Interval = UNSET
    probability_habitable: Chance = UNSET
    varied_inputs: Varied = UNSET
    context: ContextField = UNSET


Prediction.FIELDS = tuple(
    name for name in Prediction.__struct_fields__ if name not in ("status", "input")
)


# Only the API description uses it; the answer itself is a `Prediction` with an input.
class EchoedPrediction(Prediction, frozen=True, kw_only=True):
    """The prediction for one planet of an address, with what was understood of it."""

    input: UnderstoodPlanet  # type: ignore[valid-type]


class ListedPrediction(Extras, frozen=True, gc=False):
    """The prediction for one planet of a list; null, with a reason, if too little is known."""

    name: str | None
    index: Index
    score: Score | None
    prediction: BinaryPrediction | None
    label: Label | None
    warnings: Warnings
    reason: Reason | UnsetType = UNSET
    row: Row | UnsetType = UNSET
    problems: Problems = UNSET


class Predictions(Answer, frozen=True, kw_only=True):
    """The predictions for a list, in its order."""

    LISTS: ClassVar[tuple[str, ...]] = ("predictions",)
    FIELDS: ClassVar[tuple[str, ...]] = ListedPrediction.__struct_fields__

    predictions: Collection[ListedPrediction]
    warnings: AnswerWarnings
    threshold: Threshold
    model_version: str


class Ranked(Extras, frozen=True, gc=False):
    """A planet of a ranking."""

    name: str | None
    score: Score
    prediction: BinaryPrediction
    index: Index
    warnings: Warnings
    row: Row | UnsetType = UNSET


class Unscored(Extras, frozen=True, gc=False):
    """A planet that is not ranked: too little is known about it, or it could not be read."""

    name: str | None
    index: Index
    reason: Reason
    warnings: Warnings
    row: Row | UnsetType = UNSET
    problems: Problems = UNSET


class Ranking(Answer, frozen=True, kw_only=True):
    """Planets by score, descending, and those that could not be scored."""

    LISTS: ClassVar[tuple[str, ...]] = ("ranked_planets", "unscored")
    FIELDS: ClassVar[tuple[str, ...]] = (
        *("name", "score", "prediction", "index", "warnings", "reason", "row", "problems"),
        *Extras.__struct_fields__,
    )

    ranked_planets: Collection[Ranked]
    unscored: Annotated[
        list[Unscored] | UnsetType,
        Meta(description="absent if the ranking is cut, unless `unscored=true` is asked for"),
    ] = UNSET
    unscored_count: Annotated[int, Meta(ge=0, description="planets that could not be scored")]
    warnings: AnswerWarnings
    threshold: Threshold
    model_version: str


class Narrowed(msgspec.Struct, frozen=True):
    """An answer to a request with `fields`: its planets have only these fields."""

    status: Success = "success"
