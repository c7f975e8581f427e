"""Planets as pydantic models, for the peers that validate with pydantic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from exohabit.science.arrays import BoolArray
from exohabit.science.columns import COLUMNS, NUMERIC, Column
from exohabit.science.features import FeatureMatrix, feature_matrix, lacks_light, lacks_size
from exohabit.science.spectral_columns import spectral_columns
from exohabit.science.spectral_types import read_spectral_type

THRESHOLD = 0.5


def _checked(text: str) -> str:
    read_spectral_type(text)
    return text


def _field(column: Column) -> Any:
    kind: Any = Annotated[str, AfterValidator(_checked)]
    if column.range is not None:
        low, high = column.range
        kind = Annotated[float, Field(ge=low, le=high)]
    return (kind | None, ...) if column.required else (kind | None, None)


Planet: Any = create_model(
    "Planet",
    __config__=ConfigDict(strict=True),
    name=(Annotated[str, Field(max_length=200)] | None, None),
    **{column.name: _field(column) for column in COLUMNS},
)
"""What is known of one planet; unknown keys are ignored."""


class PlanetList(BaseModel):
    """Planets to rank."""

    planets: Annotated[list[Planet], Field(min_length=1, max_length=100_000)]


class Prediction(BaseModel):
    """The prediction for one planet."""

    status: str = "success"
    prediction: int
    score: float
    label: str
    threshold: float = THRESHOLD


class Ranked(BaseModel):
    """A planet's place in a ranking."""

    name: str | None
    score: float
    prediction: int
    index: int


class Unscored(BaseModel):
    """A planet about which too little is known."""

    name: str | None
    index: int


class Ranking(BaseModel):
    """Planets by score, descending."""

    status: str = "success"
    ranked_planets: list[Ranked]
    unscored: list[Unscored]
    threshold: float = THRESHOLD


def read(planets: Sequence[Any]) -> tuple[FeatureMatrix, BoolArray]:
    """Return the features of planets, and whether enough is known of each."""
    table = {
        column.name: np.array([getattr(planet, column.name) for planet in planets], dtype=float)
        for column in NUMERIC
    }
    table |= spectral_columns(planet.st_spectype for planet in planets)
    return feature_matrix(table), ~(lacks_size(table) | lacks_light(table))


def predicted(score: float) -> Prediction:
    """Return the prediction for a score."""
    prediction = int(score >= THRESHOLD)
    label = "potentially habitable" if prediction else "not potentially habitable"
    return Prediction(prediction=prediction, score=score, label=label)


def ranked(planets: Sequence[Any], scores: Any, is_known: BoolArray) -> Ranking:
    """Return planets by score, and separately those about which too little is known."""
    order = [i for i in np.argsort(-scores, kind="stable").tolist() if is_known[i]]
    values = scores.tolist()
    # Plain dicts, because pydantic makes models from them faster than Python code does.
    ranked_planets = [
        {
            "name": planets[i].name,
            "score": values[i],
            "prediction": int(values[i] >= THRESHOLD),
            "index": i,
        }
        for i in order
    ]
    unscored = [{"name": planets[i].name, "index": i} for i in np.flatnonzero(~is_known).tolist()]
    return Ranking.model_validate({"ranked_planets": ranked_planets, "unscored": unscored})
