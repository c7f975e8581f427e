"""Fallback columns: read in the rows where the first column of a key has no value.

The archive's PS table has masses and m sin i in two columns, and most rows have only one of them.
Errors and limit flags come from the columns of the value that was chosen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from exohabit.inputs.missing_values import known_text
from exohabit.inputs.tables.column_positions import VALUE_OF
from exohabit.inputs.tables.header import TableHeader
from exohabit.science.arrays import FloatArray


def choose_numbers(
    first: Mapping[str, FloatArray], fallback: Mapping[str, FloatArray]
) -> dict[str, FloatArray]:
    """Return numeric columns by our key, from the fallback where the first has no value.

    Args:
        first: columns by our key, each (rows,), NaN where missing.
        fallback: the same for the fallback columns.
    """
    chosen = dict(first)
    for column in fallback.keys() & {*VALUE_OF.values()}:
        has_none, missing = np.isnan(first[column]), np.full_like(first[column], np.nan)
        for key in _keys_of(column, {*first, *fallback}):
            chosen[key] = np.where(has_none, fallback.get(key, missing), first.get(key, missing))
    return chosen


class RowPositions:
    """The positions of our keys in each row of a table."""

    def __init__(self, header: TableHeader) -> None:
        """Prepare the positions without and with the fallback columns."""
        self._first, self._second = header.positions, dict(header.positions)
        columns = header.fallback_positions.keys() & {*VALUE_OF.values()}
        self._tested = [header.positions[column] for column in columns]
        for column in columns:
            for key in _keys_of(column, header.positions):
                del self._second[key]
        self._second |= header.fallback_positions

    def of(self, row: Sequence[str]) -> Mapping[str, int]:
        """Return the positions of a row's keys."""
        has_value = all(known_text(row[position]) is not None for position in self._tested)
        return self._first if has_value else self._second


def _keys_of(column: str, keys: Collection[str]) -> list[str]:
    """Return those of some keys that hold a column's values, errors or limit flag."""
    return [key for key in keys if VALUE_OF.get(key) == column]
