"""Tables: the header and the rows of a CSV table, in chunks or one by one."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from exohabit.inputs.column_places import is_known_name
from exohabit.inputs.decoding import UTF_16, is_utf_16
from exohabit.inputs.file_kinds import describe_other_file
from exohabit.inputs.problems import InvalidCSV
from exohabit.inputs.raw_planets import check_planet_count
from exohabit.inputs.schemas import PlanetSchema
from exohabit.inputs.table_header import TableHeader, match_header
from exohabit.inputs.table_lines import TableLines, invalid_line, not_a_table, split_table
from exohabit.inputs.unit_row import is_unit_row, wrong_units

Row = list[str]
_CHUNK = 1_000
"""Rows that are read at a time; fewer of a wide table. More do not fit into a processor's cache."""
_CHUNK_FIELDS = 200_000
_PART = 20
"""Rows that are read before it is checked that none is wider than the header."""


@dataclass(slots=True)
class Table:
    """A table whose header was read. Its rows can be read once."""

    lines: TableLines
    header: TableHeader
    _reader: Any = field(init=False)

    def __post_init__(self) -> None:
        self._reader = self.lines.reader()

    def chunks(self) -> Iterator[list[Row]]:
        """Yield rows in chunks; blank ones and the row of units are skipped.

        Raises:
            InvalidCSV: a row is not valid CSV, or there is none.
            TooManyPlanets: there are more than `MAX_PLANETS`.
        """
        rows, count = self._rows(), 0
        while chunk := self._take_chunk(rows):
            count += len(chunk)
            check_planet_count(count)
            yield chunk

    def numbered_rows(self) -> Iterator[tuple[int, Row]]:
        """Yield rows with the number of their last line; skips and raises as `chunks`."""
        rows, count = self._rows(), 0
        while row := self._take(rows, 1):
            count += 1
            check_planet_count(count)
            yield self._line, row[0]

    @property
    def _line(self) -> int:
        return self.lines.lines_above + int(self._reader.line_num)

    def _rows(self) -> Iterator[Row]:
        rows = filter(any, self._reader)
        first = self._take(rows, 1)
        if first and is_unit_row(self.header, first[0]):
            self.header.problems.extend(wrong_units(self.header, first[0], self._line))
            first = self._take(rows, 1)
        if not first:
            raise not_a_table()
        return chain(first, rows)

    def _take_chunk(self, rows: Iterator[Row]) -> list[Row]:
        """Take the rows of a chunk; one that is wider than the header ends it early."""
        chunk: list[Row] = []
        width = len(self.header.names)
        size = max(1, min(_CHUNK, _CHUNK_FIELDS // width))
        while part := self._take(rows, min(_PART, size - len(chunk))):
            chunk += part
            if max(map(len, part)) > width:
                break
        return chunk

    def _take(self, rows: Iterator[Row], count: int) -> list[Row]:
        try:
            return list(islice(rows, count))
        except csv.Error as error:
            raise invalid_line(str(error), self._line) from error


def open_table(body: bytes, schema: PlanetSchema) -> Table:
    """Read the header of a table.

    Raises:
        InvalidCSV: the body is not a table.
    """
    if is_utf_16(body):
        raise InvalidCSV(UTF_16)
    if body.lstrip()[:1] in (b"{", b"["):
        raise InvalidCSV("The body is JSON, not a table; send it as application/json.")
    if kind := describe_other_file(body):
        raise InvalidCSV(kind)
    lines = split_table(body, is_known_name)
    if len(lines.header) == 1 and "|" in lines.header[0]:
        raise InvalidCSV(
            "The fields are separated by bars; send commas, and write decimals with a point."
        )
    return Table(lines, match_header(lines.header, lines.header_line, schema))
