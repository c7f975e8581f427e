"""Model columns: compute the matrix that a model reads, for many planets and for one.

The project's own model reads the features of `science.features`. An adopted model has columns of
its own, and its manifest says how each of them is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, reduce
from operator import and_, itemgetter
from typing import Any, Protocol

import numpy as np

from exohabit.science.columns import NUMERIC_NAMES, REQUIRED, SIZE
from exohabit.science.elementwise import is_unknown
from exohabit.science.features import (
    FEATURES,
    FeatureMatrix,
    Table,
    feature_matrix,
    features_of,
    lacks_light,
    lacks_size,
)
from exohabit.science.spectral_columns import SPECTRAL, SpectralTypes
from exohabit.scoring.custom_manifest import COLUMN, LETTER, NO_TYPE, TYPE, ModelColumn
from exohabit.scoring.manifest import ADOPT, BundleError, Manifest

_TYPE = "st_spectype"
_STAR = (_TYPE, "st_teff", "st_rad")
_ORBIT = (*_STAR, "st_mass", "pl_orbper", "pl_orbsmax")
_LIGHT = (*_ORBIT, "pl_insol", "pl_eqt")
_INPUTS: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in NUMERIC_NAMES},
    **dict.fromkeys(SPECTRAL, (_TYPE,)),
    "insol_orbit": _ORBIT,
    "zone": (*_ORBIT, "pl_insol"),
    "zone_orbit": _ORBIT,
    "zone_eqt": (*_STAR, "pl_eqt"),
    "size_ratio": SIZE,
    "p_zone": _LIGHT,
    "p_size": SIZE,
    "p_habitable": (*_LIGHT, *SIZE),
}
"""The inputs of each feature. Eccentricity is left out where it only corrects other inputs."""


def inputs_of(feature: str) -> tuple[str, ...]:
    """Return the archive's columns that a feature is computed from."""
    return _INPUTS[feature]


class ModelColumns(Protocol):
    """The columns of a model."""

    @property
    def names(self) -> tuple[str, ...]:
        """Their names, in the model's order."""

    @property
    def optional_keys(self) -> frozenset[str]:
        """Keys that requests must otherwise have, but that this model does not need."""

    def matrix(self, table: Table, types: SpectralTypes) -> FeatureMatrix:
        """Return the float32 matrix of shape (planets, columns)."""

    def of_one(self, known: Mapping[str, float], text: str | None) -> Sequence[float]:
        """Return the columns of one planet with a spectral type as it was written."""

    def lacks_data(self, table: Table) -> Any:
        """Whether too little is known of planets to score them."""


class OwnColumns:
    """The features of the project's own model."""

    names = FEATURES
    optional_keys: frozenset[str] = frozenset()

    def matrix(self, table: Table, _: SpectralTypes) -> FeatureMatrix:
        """Return the features, shape (planets, features)."""
        return feature_matrix(table)

    def of_one(self, known: Mapping[str, float], _: str | None) -> Sequence[float]:
        """Return the features of one planet."""
        return features_of(known)

    def lacks_data(self, table: Table) -> Any:
        """Whether the size or the light of planets is not known."""
        return lacks_size(table) | lacks_light(table)


class CustomColumns:
    """The columns of an adopted model; immutable and thread-safe."""

    def __init__(self, columns: Iterable[ModelColumn]) -> None:
        self._columns = tuple(columns)
        self.names = tuple(column.name for column in self._columns)
        sources = [column.source for column in self._columns if column.kind == COLUMN]
        needs_type = any(column.kind != COLUMN for column in self._columns)
        inputs = {name for source in sources for name in inputs_of(source)}
        inputs |= {_TYPE} if needs_type else set()
        self.inputs = inputs
        """The archive's columns that the model's columns are computed from."""
        self.optional_keys = frozenset(column.name for column in REQUIRED) - inputs
        self._known_by = sorted("spectype_fgkm" if name == _TYPE else name for name in inputs)
        self._has_derived = not {*NUMERIC_NAMES, *SPECTRAL}.issuperset(sources)
        # A column of the type has an integer as its key, which no column of a table has.
        keys = [c.source if c.kind == COLUMN else i for i, c in enumerate(self._columns)]
        self._in_order: Callable[[Mapping[Any, Any]], Any] = itemgetter(*keys, keys[0])
        self._of_type = lru_cache(maxsize=4096)(self._read_type)

    def __reduce__(self) -> tuple[Any, ...]:
        return CustomColumns, (self._columns,)

    def matrix(self, table: Table, types: SpectralTypes) -> FeatureMatrix:
        """Return the columns, shape (planets, columns), in column-major order."""
        of_texts = [*map(self._of_type, types.texts)]
        of_types = {
            key: np.array([values[key] for values in of_texts], dtype=np.float32)[types.indices]
            for key in (of_texts[0] if of_texts else self._of_type(None))
        }
        in_order = self._in_order({**self._numbers(table), **of_types})[:-1]
        matrix = np.empty((len(in_order), len(types.indices)), dtype=np.float32)
        for row, values in zip(matrix, in_order, strict=True):
            row[:] = values
        return matrix.T

    def of_one(self, known: Mapping[str, float], text: str | None) -> Sequence[float]:
        """Return the columns of one planet."""
        values: Sequence[float] = self._in_order({**self._numbers(known), **self._of_type(text)})
        return values[:-1]

    def lacks_data(self, table: Table) -> Any:
        """Whether none of the model's inputs is known."""
        return reduce(and_, (is_unknown(table[name]) for name in self._known_by))

    def _numbers(self, table: Table) -> Mapping[str, Any]:
        if not self._has_derived:
            return table
        return dict(zip(FEATURES, features_of(table), strict=True))

    def _read_type(self, text: str | None) -> Mapping[int, float]:
        """Return the columns of a spectral type, by their place in the model."""
        written = None if text is None else text.strip(" ")
        return {
            i: _value(column, written)
            for i, column in enumerate(self._columns)
            if column.kind != COLUMN
        }


def _value(column: ModelColumn, text: str | None) -> float:
    """Return the value of a column for a spectral type as it was written."""
    if column.kind == NO_TYPE:
        return float(text is None)
    if column.kind in (TYPE, LETTER):
        return float(
            text is not None and column.source == (text if column.kind == TYPE else text[:1])
        )
    position = column.source.find(text[:1]) if text else -1
    return float(position) if position >= 0 else np.nan


OWN_COLUMNS = OwnColumns()


def columns_of(manifest: Manifest) -> ModelColumns:
    """Return the columns of the model that a manifest describes.

    Raises:
        BundleError: the manifest lists other columns than this program computes.
    """
    columns: ModelColumns = OWN_COLUMNS
    if manifest.custom is not None:
        known = {*FEATURES}
        if any(c.kind == COLUMN and c.source not in known for c in manifest.custom.columns):
            raise BundleError("this program does not compute one of its columns")
        columns = CustomColumns(manifest.custom.columns)
    if manifest.features != columns.names:
        raise BundleError("its feature columns are not the ones this program computes", ADOPT)
    return columns
