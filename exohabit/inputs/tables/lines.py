"""Table lines: the lines of a table, and what stands around its header.

Catalogues write comments above the header. Spreadsheets quote these lines or fill them up with
commas, write a line `sep=,`, and end a file by Ctrl-Z. numpy and exoplanet.eu write the header
itself as a comment.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from exohabit.inputs.limits import MAX_COLUMNS, MAX_LINE, MAX_LINES
from exohabit.inputs.problems import InvalidCSV
from exohabit.inputs.tables.csv_errors import check_utf_8, csv_error, invalid_line

SEPARATORS = (",", ";", "\t")
PART = 20
"""Rows that are read at a time, before it is checked that they are not too long."""
_CHUNK_CHARACTERS = 2**18
"""Characters that are read at a time."""
_MAX_CHUNKS = PART * MAX_LINE // _CHUNK_CHARACTERS + 2
"""Chunks that hold the longest rows of a part, with what is left of those around it."""
_CTRL_Z = b"\x1a"
_SEPARATOR_LINE = re.compile(r'"?sep=([,;\t])"?[,;\s]*+', re.IGNORECASE)
_PADDING = ' \t\r\n,;"'
_MIN_KNOWN = 2
"""Columns that we know in a comment before it is taken for the header."""
IsKnown = Callable[[str], bool]
"""Whether a text is the name of a column that is read."""


@dataclass(slots=True)
class RowGuard:
    """Notices a row that goes on for too many lines, before it takes much memory.

    Rows are read in parts. A part of rows that are all short ends within a few chunks of lines.
    """

    chunks: float = -math.inf
    """Chunks of lines since the last part of rows; nothing is checked above the first row."""

    def end_part(self) -> None:
        """Note that a part of rows was read."""
        self.chunks = 0

    def add_chunk(self, line: int) -> None:
        """Note that a chunk of lines, up to this one, is needed for the current part."""
        self.chunks += 1
        if self.chunks > _MAX_CHUNKS:
            raise invalid_line(f"a row above is longer than {MAX_LINE:,} characters", line)


@dataclass(frozen=True, slots=True)
class TableLines:
    """The header of a table, and its lines below."""

    header: list[str]
    header_line: int
    """Number of the header's last line, from 1."""
    separator: str
    below: Iterator[str]
    """The lines below the header; raises InvalidCSV where there are too many or too long ones."""
    lines_above: int
    """The number of lines above these."""
    guard: RowGuard

    def reader(self) -> Any:
        """Return a reader of the fields of every line below."""
        return csv.reader(self.below, delimiter=self.separator, strict=True)


def split_table(body: bytes, is_known: IsKnown) -> TableLines:
    """Find the header of a table.

    Raises:
        InvalidCSV: there is none, or the lines above it are not valid.
    """
    guard = RowGuard()
    lines = _read_lines(body, guard)
    number, comment, comment_line, stated = 0, "", 0, None
    for number, line in enumerate(lines, 1):
        if stated is None and (found := _SEPARATOR_LINE.fullmatch(line)):
            stated = found[1]
        elif line.lstrip(' \t"').startswith("#"):
            comment, comment_line = (line, number) if line.strip(_PADDING + "#") else (comment, 0)
        elif line.strip(_PADDING):
            break
    else:
        raise not_a_table()
    names = _commented_header(comment, line, stated, is_known) if comment_line else None
    if names:
        header, separator = names
        _check_width(header, comment_line)
        return TableLines(header, comment_line, separator, chain([line], lines), number - 1, guard)
    separator = stated or _separator_of(line, is_known)
    if separator not in line and any(_has_blanks(each, is_known) for each in (line, comment)):
        raise InvalidCSV(_BLANKS)
    reader = csv.reader(_header_lines(line, lines, number), delimiter=separator, strict=True)
    try:
        header = next(reader)
    except csv.Error as error:
        raise csv_error(str(error), number, number - 1 + reader.line_num) from error
    end = number - 1 + reader.line_num
    _check_width(header, end)
    return TableLines(header, end, separator, lines, end, guard)


def _header_lines(first: str, below: Iterator[str], number: int) -> Iterator[str]:
    """Yield lines of a header; raise InvalidCSV where a quoted field makes it too long."""
    length = 0
    for line_number, line in enumerate(chain([first], below), number):
        length += len(line)
        if length > MAX_LINE:
            raise invalid_line(f"the header is longer than {MAX_LINE:,} characters", line_number)
        yield line


def _check_width(header: list[str], line: int) -> None:
    if len(header) > MAX_COLUMNS:
        raise invalid_line(f"the header has more than {MAX_COLUMNS:,} columns", line)


def _read_lines(body: bytes, guard: RowGuard) -> Iterator[str]:
    """Yield lines with their ends; raise InvalidCSV where there are too many or too long ones."""
    if body[-4:].find(_CTRL_Z) >= 0:
        body = body.rstrip(_CTRL_Z + b"\r\n")
    stream = io.TextIOWrapper(io.BytesIO(body), "utf-8", newline="")
    return chain.from_iterable(_read_chunks(stream, body, guard))


def _read_chunks(stream: io.TextIOWrapper, body: bytes, guard: RowGuard) -> Iterator[list[str]]:
    count = 0
    while lines := _decode_lines(stream, body):
        if max(map(len, lines)) > MAX_LINE:
            is_long = [len(line) > MAX_LINE for line in lines]
            raise invalid_line(
                f"it is longer than {MAX_LINE:,} characters", count + is_long.index(True) + 1
            )
        count += len(lines)
        guard.add_chunk(count)
        if count > MAX_LINES:
            raise invalid_line(f"there are more than {MAX_LINES:,} lines", MAX_LINES + 1)
        yield lines


def _decode_lines(stream: io.TextIOWrapper, body: bytes) -> list[str]:
    try:
        return stream.readlines(_CHUNK_CHARACTERS)
    except UnicodeDecodeError:
        check_utf_8(body, 1)  # with the line of the body
        raise


def _commented_header(
    comment: str, line: str, stated: str | None, is_known: IsKnown
) -> tuple[list[str], str] | None:
    """Return the fields and the separator of a comment that is the header of the line below."""
    text = comment.strip().strip('"') if comment.lstrip().startswith('"') else comment.strip()
    text = text.lstrip("# \t")
    separator = stated or _separator_of(text, is_known)
    names, fields = _fields(text, separator), _fields(line, separator)
    known = sum(map(is_known, names))
    if known >= min(_MIN_KNOWN, len(names)) and not any(map(is_known, fields)):
        return (names, separator) if len(names) == len(fields) else None
    return None


def _separator_of(line: str, is_known: IsKnown) -> str:
    """Return the separator that gives most of the names that we know, or else most fields."""
    found = {separator: _fields(line, separator) for separator in SEPARATORS if separator in line}
    if not found:
        return SEPARATORS[0]
    return max(found, key=lambda each: (sum(map(is_known, found[each])), each == SEPARATORS[0]))


def _has_blanks(line: str, is_known: IsKnown) -> bool:
    """Whether blanks separate the names of a header."""
    names = (name.strip('"') for name in islice(line.lstrip("# \t").split(), MAX_COLUMNS))
    return sum(map(is_known, names)) >= _MIN_KNOWN


_BLANKS = (
    "The fields are separated by blanks; use commas (R: write.csv, pandas: df.to_csv, astropy: "
    "format='ascii.csv'), because names and types may contain blanks."
)


def _fields(line: str, separator: str) -> list[str]:
    """Return the fields of a line, but at most one more than a header may have."""
    try:
        return next(csv.reader([line], delimiter=separator))[: MAX_COLUMNS + 1]
    except (csv.Error, StopIteration):
        return []


def not_a_table() -> InvalidCSV:
    """Return the error for a body that has no header, or no row below it."""
    message = "The input is not a table: it needs a header and, below it, a row for each planet."
    advice = "Keep the line breaks (curl --data-binary keeps them, curl -d does not)."
    return InvalidCSV(f"{message} {advice}", file_message=message)
