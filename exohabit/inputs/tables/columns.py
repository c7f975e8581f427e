"""Table columns: a valid table is read by columns, chunk by chunk.

JSON's decoder checks and converts the numbers of a whole column at once, so that a table and JSON
have the same numbers to the last bit.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from exohabit.inputs.columnar import RADIUS_ERRORS, Columns
from exohabit.inputs.kept_columns import check_kept_values, choose_kept
from exohabit.inputs.limits import MAX_NAME
from exohabit.inputs.missing_values import known_text, known_texts
from exohabit.inputs.schemas import BOUNDS, PROVENANCE, PlanetSchema
from exohabit.inputs.tables.cells import Cells, NotValid
from exohabit.inputs.tables.fallback_columns import choose_numbers
from exohabit.inputs.tables.header import TableHeader
from exohabit.inputs.tables.table import Table
from exohabit.inputs.tables.unused_units import Unused, find_unused
from exohabit.science.arrays import FloatArray
from exohabit.science.columns import BY_NAME

_NUMBERS = msgspec.json.Decoder(list[float])
_STAND_IN = "-7e15"
"""Stands for an empty field while a column is decoded; no column has such a value."""
_TYPE = "st_spectype"


class TableColumns:
    """Reads a valid table in chunks of columns."""

    def __init__(
        self,
        table: Table,
        schema: PlanetSchema,
        keep: Sequence[str] | None,
        *,
        uses_flagged: bool = False,
    ) -> None:
        """Prepare to read the keys of a schema, and the columns that the answer repeats.

        Limits may be out of range, unless they are used as values.
        """
        self._uses_flagged = uses_flagged
        self._table, self._schema = table, schema
        self._keep = keep
        self.kept: dict[str, list[Any]] | None = None
        """Columns that the answer repeats; None if it repeats none."""
        self._kept_positions: list[int] = []
        self.count = 0
        """Rows that were read."""
        self._unused = find_unused(table.header)
        self._planets = 0
        self.unused: Unused = {}
        """By planet, the columns that give a size which our own column lacks."""

    def chunks(self) -> Iterator[Columns]:
        """Yield the planets of the table.

        Raises:
            NotValid: the table has problems.
            InvalidCSV, TooManyPlanets: as `Table.chunks`.
        """
        header = self._table.header
        cells_of = self._table.cells()
        cells = next(cells_of, None)  # this reads the row of units too
        if header.problems:
            raise NotValid
        flag = header.default_flag
        is_empty = True
        while cells is not None:
            self.count += cells.rows
            if flag is not None:
                flags = enumerate(cells.column(flag))
                cells = cells.take([row for row, text in flags if is_default(text)])
            if cells.rows:
                is_empty = False
                self._keep_columns(cells)
                yield self._read(cells)
            cells = next(cells_of, None)
        if is_empty:
            raise NotValid

    def _read(self, cells: Cells) -> Columns:
        header, schema = self._table.header, self._schema
        numbers = self._read_numbers(cells, header.positions)
        if header.fallback_positions:
            numbers = choose_numbers(numbers, self._read_numbers(cells, header.fallback_positions))
        self._note_other_units(cells, numbers)
        _check_ranges(numbers, uses_flagged=self._uses_flagged)
        texts = {
            key: known_texts(cells.column(position))
            for key, position in header.positions.items()
            if key not in schema.numbers
        }
        missing: list[str | None] = [None] * cells.rows
        upper, lower = (_is_missing(key, numbers, texts) for key in RADIUS_ERRORS)
        return Columns(
            _names(header, cells),
            texts.get(_TYPE, missing),
            numbers,
            texts.get(PROVENANCE),
            None if upper is None else upper if lower is None else upper & lower,
        )

    def _read_numbers(self, cells: Cells, positions: Mapping[str, int]) -> dict[str, FloatArray]:
        return {
            key: _read_numbers(cells.column(position))
            for key, position in positions.items()
            if key in self._schema.numbers
        }

    def _note_other_units(self, cells: Cells, numbers: Mapping[str, FloatArray]) -> None:
        """Note the planets whose size is only known in a unit that is not ours."""
        for each in self._unused:
            texts = cells.column(each.position)
            for row in np.flatnonzero(np.isnan(numbers[each.column])).tolist():
                if texts[row] and known_text(texts[row]) is not None:
                    self.unused.setdefault(self._planets + row, []).append(each)
        self._planets += cells.rows

    def _keep_columns(self, cells: Cells) -> None:
        if self._keep is None:
            return
        if self.kept is None:
            positions = choose_kept(self._table.header.names, self._keep)
            self.kept = {name: [] for name in positions}
            self._kept_positions = [*positions.values()]
        check_kept_values(len(self.kept), self.count)
        for position, values in zip(self._kept_positions, self.kept.values(), strict=True):
            values.extend(cells.column(position))


def is_default(flag: str) -> bool:
    """Whether the archive's `default_flag` of a row is 1; spreadsheets may write it as TRUE."""
    return flag.strip().lower() in ("1", "1.0", "true")


def _names(header: TableHeader, cells: Cells) -> list[str | None]:
    names: list[str | None] = [None] * cells.rows
    for position in reversed(header.name_positions):
        found = known_texts(cells.column(position))
        names = (
            found
            if names.count(None) == len(names)
            else [n if n is not None else other for n, other in zip(found, names, strict=True)]
        )
    if max(map(len, filter(None, names)), default=0) > MAX_NAME:
        raise NotValid
    return names


def _is_missing(
    key: str, numbers: Mapping[str, FloatArray], texts: Mapping[str, list[str | None]]
) -> Any:
    """Whether a key is missing for each planet; None if the table does not have it."""
    if key in numbers:
        return np.isnan(numbers[key])
    return np.array([text is None for text in texts[key]]) if key in texts else None


def _read_numbers(texts: list[str]) -> FloatArray:
    """Read a column of numbers, written as in JSON; missing ones are NaN."""
    numbers = _decode(texts)
    if numbers is None:
        known = (known_text(text) for text in texts)
        numbers = _decode(["" if text is None else text for text in known])
    if numbers is None:
        raise NotValid
    return numbers


def _decode(texts: list[str]) -> FloatArray | None:
    """Decode a column as one list in JSON; None if a field is neither a number nor empty."""
    missing = texts.count("")
    if missing == len(texts):
        return np.full(missing, np.nan)
    joined = ",".join([text or _STAND_IN for text in texts] if missing else texts)
    if "\n" in joined or "\r" in joined:  # white space for JSON, but not in a table
        return None
    try:
        decoded = _NUMBERS.decode(f"[{joined}]")
    except ValueError:  # msgspec.DecodeError is one
        return None
    # A field with a comma would give more numbers.
    if len(decoded) != len(texts):
        return None
    numbers = np.array(array("d", decoded))  # numpy alone takes three times as long
    if missing:
        is_missing = numbers == float(_STAND_IN)
        if np.count_nonzero(is_missing) != missing:
            return None
        numbers[is_missing] = np.nan
    return numbers


def _check_ranges(numbers: Mapping[str, FloatArray], *, uses_flagged: bool) -> None:
    """Raise NotValid if a number is out of its range; values that are only limits may be."""
    for key, values in numbers.items():
        low, high = BOUNDS[key]
        is_outside = (values < low) | (values > high)
        if not is_outside.any():
            continue
        has_flag = key in BY_NAME and not uses_flagged
        flags = numbers.get(BY_NAME[key].limit_flag) if has_flag else None
        if flags is None or (is_outside & ~(np.abs(flags) > 0)).any():
            raise NotValid
