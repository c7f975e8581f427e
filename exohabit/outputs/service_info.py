"""Service info: descriptions of the service and of its model, for clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from exohabit import __version__
from exohabit.inputs.limits import (
    MAX_CONTEXTS,
    MAX_EXPLAINED,
    MAX_INTERVALS,
    MAX_NAME,
    MAX_PLANETS,
    MAX_PROBLEMS,
)
from exohabit.outputs.response_types import Success
from exohabit.science.columns import COLUMNS, Column
from exohabit.science.features import MEANINGS
from exohabit.science.references import CITATIONS
from exohabit.scoring.custom_columns import describe
from exohabit.scoring.custom_manifest import CustomModel, ModelColumn
from exohabit.scoring.manifest import MODEL, Manifest
from exohabit.scoring.model_columns import columns_of

ABOUT = (
    "ExoHabit tells how likely a planet is to be potentially habitable: of a size that can be "
    "rocky or covered by an ocean, and lit so that liquid water could last. It does not tell "
    "whether a planet is inhabited."
)


class Endpoint(msgspec.Struct, frozen=True):
    """A route of the service."""

    method: Annotated[str, Meta(extra_json_schema={"enum": ["GET", "POST"]})]
    path: str
    summary: str


class ServiceInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What the service is, and its endpoints."""

    status: Success = "success"
    service: str = "ExoHabit"
    version: str = __version__
    about: str = ABOUT
    endpoints: list[Endpoint]


class ColumnInfo(msgspec.Struct, frozen=True):
    """A column of the input."""

    name: str
    meaning: str
    unit: str
    required: bool
    """Whether its key must be sent; the value may always be null."""
    range: Annotated[list[float], Meta(min_length=2, max_length=2)] | None
    """Lowest and highest value accepted; null for text."""


class Limits(msgspec.Struct, frozen=True):
    """Limits of one request."""

    body_bytes: int
    """After decompression."""
    planets: int
    planets_explained: int
    """In a request for explanations."""
    planets_with_intervals: int
    planets_with_context: int
    name_characters: int
    problems_listed: int


class CustomInfo(msgspec.Struct, frozen=True):
    """A model that the operator of the service has adopted."""

    name: str
    trained_with_missing: bool | None
    """Whether it was trained with missing values; null if its trees do not tell. If not, scores of
    planets with missing values are guesses."""
    fast_engines: bool
    """Whether the fast engines score it with the same bits as XGBoost; if not, XGBoost does."""
    uses_flagged: bool
    """Whether limits and computed sizes are used as they were sent; otherwise they are taken as not
    measured."""
    notes: list[str]
    """What to know about its scores, and which statements of ExoHabit do not apply to it."""


class CalibrationBin(msgspec.Struct, frozen=True):
    """Held-out planets with similar scores: their mean score, and the share that is habitable."""

    planets: int
    score: float
    positive: float


class ModelMetrics(msgspec.Struct, frozen=True):
    """Metrics of the model on held-out simulated planets; an adopted model has none."""

    planets: int | UnsetType = UNSET
    log_loss: float | UnsetType = UNSET
    brier: float | UnsetType = UNSET
    calibration_error: float | UnsetType = UNSET
    calibration: list[CalibrationBin] | UnsetType = UNSET


class ModelInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The model that is served: version, definition, columns, features, accuracy, citations."""

    status: Success = "success"
    model_version: str
    sha256: str
    """Of the pickled model."""
    trained: str
    """Date, as YYYY-MM-DD; of an adopted model, when it was adopted."""
    definition: str
    threshold: float
    threshold_reason: str
    columns: list[ColumnInfo]
    features: Sequence[str]
    """The features of the model, in its order."""
    feature_meanings: Mapping[str, str]
    """The meaning of each feature, with its unit."""
    metrics: ModelMetrics
    card: str
    """Address of the model card: how the model was made, how accurate it is, where it fails."""
    limits: Limits
    citations: Sequence[str]
    custom: CustomInfo | None = None
    """Set if the model was adopted by the operator; null for ExoHabit's own."""


def describe_model(manifest: Manifest, card: str, body_bytes: int) -> ModelInfo:
    """Describe a model; `card` is the address of its card, `body_bytes` the limit of a body."""
    custom = manifest.custom
    optional = columns_of(manifest).optional_keys
    return ModelInfo(
        model_version=manifest.model_version,
        sha256=manifest.files[MODEL.as_posix()],
        trained=manifest.trained,
        definition=manifest.definition,
        threshold=manifest.threshold,
        threshold_reason=manifest.threshold_reason,
        columns=[_column(column, is_optional=column.name in optional) for column in COLUMNS],
        features=manifest.features,
        feature_meanings=feature_meanings(manifest),
        metrics=msgspec.convert(manifest.metrics, ModelMetrics),
        card=card,
        limits=Limits(
            body_bytes=body_bytes,
            planets=MAX_PLANETS,
            planets_explained=MAX_EXPLAINED,
            planets_with_intervals=MAX_INTERVALS,
            planets_with_context=MAX_CONTEXTS,
            name_characters=MAX_NAME,
            problems_listed=MAX_PROBLEMS,
        ),
        citations=CITATIONS,
        custom=_custom(custom) if custom else None,
    )


def describe_service(manifest: Manifest) -> str:
    """Say what the service does, and whose model it has if that is not ExoHabit's own."""
    custom = manifest.custom
    return ABOUT if custom is None else f"{ABOUT} {' '.join(custom.notes)}"


def _custom(model: CustomModel) -> CustomInfo:
    return CustomInfo(
        model.name,
        model.trained_with_missing,
        model.fast_engines,
        model.uses_flagged,
        model.notes,
    )


def feature_meanings(manifest: Manifest) -> Mapping[str, str]:
    """Return the meaning of each feature of a model, with its unit."""
    return MEANINGS if manifest.custom is None else _meanings(manifest.custom.columns)


def _meanings(columns: Sequence[ModelColumn]) -> dict[str, str]:
    return {column.name: describe(column) for column in columns}


def _column(column: Column, *, is_optional: bool) -> ColumnInfo:
    bounds = None if column.range is None else list(column.range)
    is_required = column.required and not is_optional
    return ColumnInfo(column.name, column.meaning, column.unit, is_required, bounds)
