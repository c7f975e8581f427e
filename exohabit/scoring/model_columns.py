"""Model columns: compute the matrix that a model reads, for many planets and for one.

The project's own model reads the features of `science.features`. An adopted model has columns of
its own, and its manifest says how each of them is computed (`custom_columns`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from exohabit.science.features import FEATURES, FeatureMatrix, OwnColumns, Table
from exohabit.science.spectral_columns import SpectralTypes
from exohabit.scoring.custom_columns import CustomColumns
from exohabit.scoring.custom_manifest import COLUMN
from exohabit.scoring.manifest import ADOPT, BundleError, Manifest


class ModelColumns(Protocol):
    """The columns of a model, and what they need of the input."""

    @property
    def names(self) -> tuple[str, ...]:
        """Their names, in the model's order."""

    @property
    def inputs(self) -> frozenset[str] | None:
        """The archive's columns that an adopted model reads; None for the project's own."""

    @property
    def optional_keys(self) -> frozenset[str]:
        """Keys that requests must otherwise have, but that this model does not need."""

    @property
    def uses_flagged(self) -> bool:
        """Whether limits and computed sizes are used as values."""

    def matrix(self, table: Table, types: SpectralTypes) -> FeatureMatrix:
        """Return the float32 matrix of shape (planets, columns)."""

    def of_one(self, known: Mapping[str, float], text: str | None) -> Sequence[float]:
        """Return the columns of one planet with a spectral type as it was written."""

    def lacks_data(self, table: Table) -> Any:
        """Whether too little is known of planets to score them."""


OWN_COLUMNS = OwnColumns()


def columns_of(manifest: Manifest) -> ModelColumns:
    """Return the columns of the model that a manifest describes.

    Raises:
        BundleError: the manifest lists other columns than this program computes.
    """
    columns: ModelColumns = OWN_COLUMNS
    custom = manifest.custom
    if custom is not None:
        if any(c.kind == COLUMN and c.source not in FEATURES for c in custom.columns):
            raise BundleError("this program does not compute one of its columns")
        columns = CustomColumns(custom.columns, uses_flagged=custom.uses_flagged)
    if manifest.features != columns.names:
        raise BundleError("its feature columns are not the ones this program computes", ADOPT)
    return columns
