"""Responses: the types of answers about known planets, as they are encoded."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from exohabit.catalog.list_parameters import FIELDS
from exohabit.catalog.rows import ALL_COLUMNS, IDENTIFIERS, TEXTS
from exohabit.catalog.solar_system import SOURCE, SUN
from exohabit.catalog.store import CatalogInfo
from exohabit.outputs.extras import ContextField, ExplanationField
from exohabit.outputs.response_types import (
    Answer,
    BinaryPrediction,
    Label,
    Reason,
    Score,
    Success,
    Threshold,
    Warnings,
)
from exohabit.outputs.score_intervals import Chance, Interval, Varied

DOI = "10.26133/NEA13"
ACKNOWLEDGEMENT = (
    "This research has made use of the NASA Exoplanet Archive, which is operated by the California "
    "Institute of Technology, under contract with the National Aeronautics and Space "
    "Administration under the Exoplanet Exploration Program."
)
_COMPOSITE = (
    "the values come from different publications and may not be self-consistent, by the archive's "
    f"own words; those with the host {SUN} are from {SOURCE}"
)


class Provenance(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where values come from."""

    catalog: str
    date: str | None = None
    """Date of the catalogue, ISO 8601."""
    doi: str | None = None
    acknowledgement: str | None = None
    note: str | None = None


def provenance_of(info: CatalogInfo, host: object = None) -> Provenance:
    """Return where the values of a planet come from, by its host."""
    if host == SUN:
        return Provenance(SOURCE, note="the Solar System, as if the catalogue listed it")
    return Provenance(info.table, info.date, DOI, ACKNOWLEDGEMENT, _COMPOSITE)


_TEXTS = (*TEXTS, *IDENTIFIERS)
CatalogValues = msgspec.defstruct(
    "CatalogValues",
    [(name, str | None if name in _TEXTS else float | None) for name in ALL_COLUMNS],
    namespace={"__doc__": "The catalogue's values with errors and limit flags; null if not known."},
)
"""The type of a row of the catalogue."""


Computed = Annotated[
    list[str], Meta(description="columns whose values were computed rather than measured; not used")
]


class _ScoredPlanet(Answer, frozen=True, kw_only=True):
    """What the model makes of one known planet."""

    name: str
    score: Score | None
    prediction: BinaryPrediction | None
    label: Label | None
    reason: Reason | UnsetType = UNSET
    warnings: Warnings
    threshold: Threshold
    model_version: str
    provenance: Provenance
    explanation: ExplanationField = UNSET
    score_interval: Interval = UNSET
    probability_habitable: Chance = UNSET
    varied_inputs: Varied = UNSET
    context: ContextField = UNSET


class KnownPlanet(_ScoredPlanet, frozen=True, kw_only=True):
    """What is known of a planet, from where, and what the model makes of it."""

    planet: CatalogValues  # type: ignore[valid-type]
    computed: Computed
    similar_names: Annotated[
        list[str], Meta(description="other planets whose names differ by one letter")
    ]


class Replaced(msgspec.Struct, frozen=True):
    """A value that a query replaces."""

    catalog: float | str | None
    given: float | str | None


class WhatIf(_ScoredPlanet, frozen=True, kw_only=True):
    """The score of a known planet with some values replaced, beside that with its own."""

    catalog_score: Annotated[
        Score | None, Meta(description="the score with the catalogue's own values")
    ]
    replaced: Annotated[
        dict[str, Replaced], Meta(description="the values that the query replaces, by column")
    ]


for _answer in (KnownPlanet, WhatIf):
    _answer.FIELDS = tuple(name for name in _answer.__struct_fields__ if name != "status")


_Text, _Number = str | None | UnsetType, float | None | UnsetType
ListedPlanet = msgspec.defstruct(
    "ListedPlanet",
    [
        ("name", str | UnsetType, UNSET),
        ("score", Score | None | UnsetType, UNSET),
        ("prediction", BinaryPrediction | None | UnsetType, UNSET),
        ("computed", Computed | UnsetType, UNSET),
        *((name, _Text if name in _TEXTS else _Number, UNSET) for name in ALL_COLUMNS[1:]),
    ],
    namespace={"__doc__": "A planet of the catalogue, with the fields that were asked for."},
    frozen=True,
    kw_only=True,
)


class KnownPlanetList(Answer, frozen=True, kw_only=True):
    """A page of the planets that match a query."""

    LISTS: ClassVar[tuple[str, ...]] = ("planets",)
    FIELDS: ClassVar[tuple[str, ...]] = FIELDS
    NARROWED_IS_OTHER: ClassVar[bool] = False

    planets: list[ListedPlanet]  # type: ignore[valid-type]
    count: Annotated[int, Meta(ge=0, description="planets that match, on all pages")]
    next_cursor: Annotated[
        str | None, Meta(description="send it as `cursor` for the next page; null at the end")
    ]
    provenance: Provenance
    threshold: Threshold
    model_version: str


class Suggestions(msgspec.Struct, frozen=True, kw_only=True):
    """Names of known planets."""

    status: Success = "success"
    names: list[str]
