"""CSV head: the header of a table in a file, and where its first row is."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from exohabit.bulk.cutting import TextLayout
from exohabit.bulk.errors import FormatError
from exohabit.inputs.model_needs import ModelNeeds
from exohabit.inputs.problems import InvalidCSV, InvalidInput
from exohabit.inputs.schemas import PlanetSchema
from exohabit.inputs.tables.csv_errors import csv_error
from exohabit.inputs.tables.header import TableHeader
from exohabit.inputs.tables.lines import not_a_table
from exohabit.inputs.tables.table import Table, open_table
from exohabit.inputs.tables.unit_row import is_unit_row, wrong_units

_HEAD_BYTES = 2**20
"""Bytes in which the header and the row of units must end."""
_BOM = b"\xef\xbb\xbf"


class CsvHead(NamedTuple):
    """The header of a table, and how the text below it is laid out."""

    header: TableHeader
    layout: TextLayout


def read_head(path: Path, schema: PlanetSchema, needs: ModelNeeds) -> CsvHead:
    """Read the header of a table, and the row of units if there is one.

    Raises:
        InvalidCSV: the file is not a table.
        FormatError: its first row is too long.
        InvalidInput: the header has problems; they are listed.
    """
    with path.open("rb") as file:
        body = file.read(_HEAD_BYTES + 1)
    is_cut = len(body) > _HEAD_BYTES
    if is_cut:
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
    marks = len(_BOM) if body.startswith(_BOM) else 0
    table = open_table(body[marks:], schema, needs)
    header = table.header
    unit_lines = _lines_of_units(table, is_cut=is_cut)
    if header.problems:
        raise InvalidInput.of(header.problems)
    lines = table.lines.lines_above + unit_lines
    layout = TextLayout(
        marks + _offset(body[marks:], lines),
        lines + 1,
        table.lines.separator,
        header.default_flag,
        len(header.names),
    )
    return CsvHead(header, layout)


def _lines_of_units(table: Table, *, is_cut: bool) -> int:
    """Return the number of lines down to the row of units; 0 if there is none.

    Raises:
        InvalidCSV: there is no row below the header.
        FormatError: the first row is longer than what was read, because `is_cut`.
    """
    reader = table.lines.reader()
    rows: Iterator[list[str]] = filter(any, reader)
    try:
        first = next(rows, None)
    except csv.Error as error:
        above = table.lines.lines_above
        raise csv_error(str(error), above + 1, above + reader.line_num) from error
    if first is None:
        raise _no_row(is_cut=is_cut)
    if not is_unit_row(table.header, first):
        return 0
    count = int(reader.line_num)
    table.header.problems.extend(wrong_units(table.header, first, table.lines.lines_above + count))
    if next(rows, None) is None:
        raise _no_row(is_cut=is_cut)
    return count


def _no_row(*, is_cut: bool) -> InvalidCSV | FormatError:
    """Return the error for a table without a complete row below the header."""
    if not is_cut:
        return not_a_table()
    return FormatError(
        f"the first row below the header is longer than {_HEAD_BYTES:,} bytes: is a quotation mark "
        "missing?"
    )


def _offset(body: bytes, lines: int) -> int:
    """Return the position of the first byte below some lines."""
    position = 0
    for _ in range(lines):
        ends = [body.find(end, position) for end in (b"\n", b"\r")]
        found = [end for end in ends if end >= 0]
        if not found:
            return len(body)
        first = min(found)
        position = first + (2 if body[first : first + 2] == b"\r\n" else 1)
    return position
