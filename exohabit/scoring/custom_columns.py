"""Custom columns: the matrix that an adopted model reads, computed as its manifest says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, reduce
from operator import and_, itemgetter
from typing import Any

import numpy as np

from exohabit.science.columns import NUMERIC_NAMES, REQUIRED
from exohabit.science.elementwise import is_unknown
from exohabit.science.features import FEATURES, MEANINGS, FeatureMatrix, Table, features_of
from exohabit.science.spectral_columns import SPECTRAL, SpectralTypes
from exohabit.scoring.custom_manifest import (
    COLUMN,
    LETTER,
    NO_TYPE,
    ORDINAL,
    OTHER,
    OTHER_OR_NO_TYPE,
    TYPE,
    ModelColumn,
)
from exohabit.scoring.feature_inputs import inputs_of

_TYPE_COLUMN = "st_spectype"
_MAX_CACHED = 4096
"""Spectral types whose columns are cached: only the few columns that are not 0."""


class CustomColumns:
    """The columns of an adopted model; immutable and thread-safe."""

    def __init__(self, columns: Iterable[ModelColumn], *, uses_flagged: bool = True) -> None:
        self._columns = tuple(columns)
        self.names = tuple(column.name for column in self._columns)
        self.uses_flagged = uses_flagged
        sources = [column.source for column in self._columns if column.kind == COLUMN]
        self._of_types = [i for i, each in enumerate(self._columns) if each.kind != COLUMN]
        inputs = {name for source in sources for name in inputs_of(source)}
        self.inputs = frozenset(inputs | ({_TYPE_COLUMN} if self._of_types else set()))
        self.optional_keys = frozenset(column.name for column in REQUIRED) - self.inputs
        self._known_by = sorted(
            "spectype_fgkm" if name == _TYPE_COLUMN else name for name in self.inputs
        )
        self._has_derived = not {*NUMERIC_NAMES, *SPECTRAL}.issuperset(sources)
        # Columns made from the type have integer keys, so they cannot clash with a table's columns.
        keys = [c.source if c.kind == COLUMN else i for i, c in enumerate(self._columns)]
        self._in_order: Callable[[Mapping[Any, Any]], Any] = itemgetter(*keys, keys[0])
        self._zeros = dict.fromkeys(self._of_types, 0.0)
        self._of_type = lru_cache(maxsize=_MAX_CACHED)(self._read_type)

    def __reduce__(self) -> tuple[Any, ...]:
        return _make_again, (self._columns, self.uses_flagged)

    def matrix(self, table: Table, types: SpectralTypes) -> FeatureMatrix:
        """Return the columns, shape (planets, columns), in column-major order."""
        of_texts = [*map(self._of_type, types.texts)]
        of_types = {
            i: np.array([values.get(i, 0.0) for values in of_texts], np.float32)[types.indices]
            for i in self._of_types
        }
        in_order = self._in_order({**self._numbers(table), **of_types})[:-1]
        matrix = np.empty((len(in_order), len(types.indices)), dtype=np.float32)
        for row, values in zip(matrix, in_order, strict=True):
            row[:] = values
        return matrix.T

    def of_one(self, known: Mapping[str, float], text: str | None) -> Sequence[float]:
        """Return the columns of one planet."""
        values: Sequence[float] = self._in_order(
            {**self._numbers(known), **self._zeros, **self._of_type(text)}
        )
        return values[:-1]

    def lacks_data(self, table: Table) -> Any:
        """Whether none of the model's inputs is known."""
        return reduce(and_, (is_unknown(table[name]) for name in self._known_by))

    def _numbers(self, table: Table) -> Mapping[str, Any]:
        if not self._has_derived:
            return table
        return dict(zip(FEATURES, features_of(table), strict=True))

    def _read_type(self, text: str | None) -> Mapping[int, float]:
        """Return the columns of a spectral type that are not 0, by their position in the model."""
        written = None if text is None else text.strip(" ")
        values = ((i, _value(self._columns[i], written)) for i in self._of_types)
        return {i: value for i, value in values if value != 0.0}


def _make_again(columns: tuple[ModelColumn, ...], uses_flagged: bool) -> CustomColumns:
    return CustomColumns(columns, uses_flagged=uses_flagged)


def _value(column: ModelColumn, text: str | None) -> float:
    """Return a column's value for a spectral type as it was written; None means not known."""
    if text is None:
        return (
            np.nan if column.kind == ORDINAL else float(column.kind in (NO_TYPE, OTHER_OR_NO_TYPE))
        )
    if column.kind == ORDINAL:
        position = column.source.find(text[:1]) if text else -1
        return float(position) if position >= 0 else np.nan
    if column.kind in (OTHER, OTHER_OR_NO_TYPE):
        return float((text if column.source == TYPE else text[:1]) not in column.listed)
    return float(
        (column.kind == TYPE and text == column.source)
        or (column.kind == LETTER and text[:1] == column.source)
    )


def describe(column: ModelColumn) -> str:
    """Describe a column, and the values with which the trees compare it."""
    meaning = MEANINGS[column.source] if column.kind == COLUMN else column.meaning
    if column.thresholds is None:
        return f"{meaning}; no tree reads it"
    low, high = (f"{each:.3g}" for each in column.thresholds)
    return f"{meaning}; compared with {low if low == high else f'{low} to {high}'}"
