"""Table: the header and the rows of a CSV table, in chunks or one by one."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from exohabit.inputs.decoding import UTF_16, is_utf_16
from exohabit.inputs.file_kinds import describe_other_file
from exohabit.inputs.model_needs import OWN_NEEDS, ModelNeeds
from exohabit.inputs.problems import InvalidCSV
from exohabit.inputs.raw_planets import check_planet_count
from exohabit.inputs.schemas import PlanetSchema
from exohabit.inputs.tables.cells import Cells, NotValid, split_lines
from exohabit.inputs.tables.column_positions import is_known_name
from exohabit.inputs.tables.csv_errors import find_csv_error
from exohabit.inputs.tables.header import TableHeader, match_header
from exohabit.inputs.tables.lines import PART, TableLines, not_a_table, split_table
from exohabit.inputs.tables.row_lengths import is_comment
from exohabit.inputs.tables.unit_row import is_unit_row, wrong_units

Row = list[str]
_CHUNK = 1_000
"""Rows that are read at a time; fewer of a wide table. More do not fit into a processor's cache."""
_CHUNK_FIELDS = 200_000
_CHUNK_CHARACTERS = 2**21


@dataclass(slots=True)
class Table:
    """A table whose header was read. Its rows can be read once."""

    body: bytes
    lines: TableLines
    header: TableHeader
    _reader: Any = field(init=False)
    _first: list[Row] = field(init=False, default_factory=list)
    _may_split: bool = field(init=False, default=True)
    """Whether the lines so far were read without `csv.reader`."""

    def __post_init__(self) -> None:
        self._reader = self.lines.reader()
        self.lines.guard.end_part()

    def chunks(self) -> Iterator[list[Row]]:
        """Yield rows in chunks; blank ones and the row of units are skipped.

        Raises:
            InvalidCSV: a row is not valid CSV, or there is none.
            TooManyPlanets: there are more than `MAX_PLANETS`.
        """
        self._find_first()
        count = 0
        while chunk := self._take_chunk():
            count += len(chunk)
            check_planet_count(count)
            yield chunk

    def cells(self) -> Iterator[Cells]:
        """Yield the fields of rows in chunks, as `chunks` does.

        Raises:
            NotValid: a row is longer or shorter than the header.
            InvalidCSV, TooManyPlanets: as `chunks`.
        """
        self._find_first()
        count, width = 0, len(self.header.names)
        while cells := self._split_chunk(width) or _cells_of(self._take_chunk(), width):
            count += cells.rows
            check_planet_count(count)
            yield cells

    def _split_chunk(self, width: int) -> Cells | None:
        """Take a chunk without `csv.reader`; None if it must read the rest, or there is none."""
        if not self._may_split:
            return None
        lines = self._take_lines(_rows_of_chunk(width) - len(self._first))
        fields = split_lines(lines, self.lines.separator, width)
        if fields is None:
            self._may_split = False
            below = chain(lines, self.lines.below)
            self._reader = csv.reader(below, delimiter=self.lines.separator, strict=True)
            return None
        first, self._first = self._first, []
        if cells := _cells_of(first, width):
            fields = [*cells.fields, *fields]
        return Cells(fields, width) if fields else None

    def _take_lines(self, count: int) -> list[str]:
        """Take at most so many lines, and few long ones."""
        lines: list[str] = []
        characters = 0
        while characters < _CHUNK_CHARACTERS and (
            part := list(islice(self.lines.below, min(PART, count - len(lines))))
        ):
            self.lines.guard.end_part()
            characters += sum(map(len, part))
            lines += part
        return lines

    def numbered_rows(self) -> Iterator[tuple[int, Row]]:
        """Yield rows with the number of their last line; raises as `chunks`.

        Comments of one field are skipped too.
        """
        self._find_first()
        count = 0
        while row := self._take(1):
            if len(self.header.names) > 1 and is_comment(row[0]):
                continue
            count += 1
            check_planet_count(count)
            yield self._line, row[0]

    @property
    def _line(self) -> int:
        return self.lines.lines_above + int(self._reader.line_num)

    def _find_first(self) -> None:
        """Read the row of units, if there is one, and the first row behind it."""
        first = self._take(1)
        if first and is_unit_row(self.header, first[0]):
            self.header.problems.extend(wrong_units(self.header, first[0], self._line))
            first = self._take(1)
        if not first:
            raise not_a_table()
        self._first = first

    def _take_chunk(self) -> list[Row]:
        """Take the rows of a chunk; one that is wider than the header ends it early."""
        chunk: list[Row] = []
        width = len(self.header.names)
        size = _rows_of_chunk(width)
        while part := self._take(min(PART, size - len(chunk))):
            chunk += part
            if max(map(len, part)) > width:
                break
        return chunk

    def _take(self, count: int) -> list[Row]:
        """Take at most so many rows that are not blank; none at the end of the table."""
        if self._first and count:
            first, self._first = self._first, []
            return first
        try:
            while part := list(islice(self._reader, count)):
                self.lines.guard.end_part()
                if rows := [*filter(any, part)]:
                    return rows
        except csv.Error as error:
            lines = split_table(self.body, is_known_name)
            raise find_csv_error(lines.reader(), lines.lines_above, str(error)) from error
        return []


def _rows_of_chunk(width: int) -> int:
    return max(1, min(_CHUNK, _CHUNK_FIELDS // width))


def _cells_of(rows: list[Row], width: int) -> Cells | None:
    """Return the fields of rows; None if there are no rows."""
    if not rows:
        return None
    if set(map(len, rows)) != {width}:
        raise NotValid
    return Cells([*chain.from_iterable(rows)], width)


def open_table(body: bytes, schema: PlanetSchema, needs: ModelNeeds = OWN_NEEDS) -> Table:
    """Read the header of a table, and check that it has what the model needs.

    Raises:
        InvalidCSV: the body is not a table.
    """
    if is_utf_16(body):
        raise InvalidCSV(UTF_16)
    if body.lstrip()[:1] in (b"{", b"["):
        raise InvalidCSV(
            "The input is JSON, not a table: declare it as application/json, or write one planet "
            "per line and declare it as application/x-ndjson.",
            file_message="The input is JSON, not a table: write one planet per line, in a file "
            "that ends in .ndjson (or state --from ndjson).",
        )
    if kind := describe_other_file(body):
        raise InvalidCSV(kind)
    lines = split_table(body, is_known_name)
    if len(lines.header) == 1 and "|" in lines.header[0]:
        raise InvalidCSV(
            "The fields are separated by bars; use commas, and write decimals with a point."
        )
    return Table(body, lines, match_header(lines.header, lines.header_line, schema, needs))
