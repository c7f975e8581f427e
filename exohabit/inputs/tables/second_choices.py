"""Second choices: values that are read from another column in the rows where the first has none.

The archive's PS table has masses and m sin i in two columns, and most rows have only one of them.
Errors and limit flags come from the columns of the value that was chosen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from exohabit.inputs.missing_values import known_text
from exohabit.inputs.tables.column_places import VALUE_OF
from exohabit.inputs.tables.header import TableHeader
from exohabit.science.arrays import FloatArray


def choose_numbers(
    first: Mapping[str, FloatArray], second: Mapping[str, FloatArray]
) -> dict[str, FloatArray]:
    """Return numeric columns by our key, from the second choice where the first has no value.

    Args:
        first: columns by our key, each (rows,), NaN where missing.
        second: the same of the second choice.
    """
    chosen = dict(first)
    for column in second.keys() & {*VALUE_OF.values()}:
        has_none, missing = np.isnan(first[column]), np.full_like(first[column], np.nan)
        for key in _keys_of(column, {*first, *second}):
            chosen[key] = np.where(has_none, second.get(key, missing), first.get(key, missing))
    return chosen


class RowPlaces:
    """Where each row of a table has our keys."""

    def __init__(self, header: TableHeader) -> None:
        """Prepare the places of the first choice, and of the second."""
        self._first, self._second = header.positions, dict(header.positions)
        columns = header.second_positions.keys() & {*VALUE_OF.values()}
        self._tested = [header.positions[column] for column in columns]
        for column in columns:
            for key in _keys_of(column, header.positions):
                del self._second[key]
        self._second |= header.second_positions

    def of(self, row: Sequence[str]) -> Mapping[str, int]:
        """Return the positions of a row's keys."""
        has_value = all(known_text(row[place]) is not None for place in self._tested)
        return self._first if has_value else self._second


def _keys_of(column: str, keys: Collection[str]) -> list[str]:
    """Return those of some keys that hold a column's values, errors or limit flag."""
    return [key for key in keys if VALUE_OF.get(key) == column]
