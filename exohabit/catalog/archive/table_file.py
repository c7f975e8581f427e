"""Table file: the header and the rows of a table as downloaded from the archive, line by line."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from exohabit.catalog.rows import CatalogError
from exohabit.inputs.limits import MAX_LINE
from exohabit.inputs.problems import repr_short

MAX_CHARACTERS = 512 * 2**20
"""Characters of a table, uncompressed. The largest is PS with every column: 40,000 rows of some
4,000 characters, a third of this. A small gzip file could expand without end."""
_GZIP = b"\x1f\x8b"
_DATE = re.compile(r"# \w{3} (\w{3}) +(\d{1,2}) \d\d:\d\d:\d\d (\d{4})\b", re.ASCII)


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table that is being read."""

    columns: tuple[str, ...]
    date: str | None
    """ISO date in a line above the header: the day on which the archive made the table."""
    rows: Iterator[tuple[int, list[str]]]
    """The fields of each row, as many as there are columns, with the number of the row's last line;
    raises CatalogError where the table is damaged."""

    def select(self, names: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield each row as a mapping with those of the given columns that the table has."""
        present = [(name, self.columns.index(name)) for name in names if name in self.columns]
        for line, fields in self.rows:
            yield line, {name: fields[position] for name, position in present}


@contextmanager
def open_table(content: bytes | Path) -> Iterator[TableFile]:
    """Open a table and read its header; its rows can be read until the context ends.

    It may be compressed with gzip, begin with a byte order mark and have `#` lines above its
    header. It is read once, and no more than a row is kept.

    Raises:
        CatalogError: it cannot be read, or is not a table.
    """
    try:
        source = io.BytesIO(content) if isinstance(content, bytes) else content.open("rb", 0)
    except OSError as error:
        raise CatalogError(f"the file cannot be read ({error.strerror})") from error
    with source, io.TextIOWrapper(_decompressed(source), "utf-8-sig", newline="") as text:
        yield _start(_lines(text))


def _decompressed(source: io.BytesIO | io.FileIO) -> io.BufferedReader[Any] | gzip.GzipFile:
    """Return the bytes of a file, decompressed if it is compressed with gzip."""
    buffered = io.BufferedReader(source)
    is_gzip = buffered.peek(len(_GZIP)).startswith(_GZIP)
    return gzip.GzipFile(fileobj=buffered) if is_gzip else buffered


def _lines(text: TextIO) -> Iterator[str]:
    """Read lines, of bounded length and number."""
    number, left = 1, MAX_CHARACTERS
    try:
        while line := text.readline(MAX_LINE + 1):
            left -= len(line)
            if len(line) > MAX_LINE:
                raise CatalogError(f"line {number} is longer than {MAX_LINE:,} characters")
            if left < 0:
                raise CatalogError(f"the table is longer than {MAX_CHARACTERS:,} characters")
            yield line
            number += 1
    except UnicodeDecodeError as error:
        raise CatalogError(f"the text is not UTF-8 (near line {number})") from error
    except (EOFError, zlib.error, OSError) as error:
        raise CatalogError(
            f"the file is damaged or incomplete (near line {number}: {error})"
        ) from error


def _start(lines: Iterator[str]) -> TableFile:
    """Read up to the header."""
    date, above, first = None, 0, ""
    for above, first in enumerate(lines):  # noqa: B007
        if not _is_comment(first):
            break
        date = date or _date_of(first)
    check_begins_table(first)
    rows = _rows(chain([first], lines), above)
    _, header = next(rows)
    columns = tuple(name.strip() for name in header)
    repeated = [name for name, count in Counter(columns).items() if name and count > 1]
    if repeated:
        raise CatalogError(f"two columns are called {repr_short(repeated[0])}")
    return TableFile(columns, date, _of_width(rows, len(columns)))


def check_begins_table(first_line: str) -> None:
    """Refuse what does not begin as a table does.

    Raises:
        CatalogError: the line is blank, or begins HTML or XML.
    """
    text = first_line.strip()
    if not text or _is_comment(text):
        raise CatalogError("the table is empty")
    if text.startswith("<"):
        raise CatalogError(f"this is HTML or XML, not a table: {repr_short(text)}")


def _is_comment(line: str) -> bool:
    """Whether a line is blank or a comment, which spreadsheets may put in quotes."""
    return not line.strip() or line.lstrip('"').startswith("#")


def _date_of(line: str) -> str | None:
    match = _DATE.search(line)
    try:
        return match and datetime.strptime(" ".join(match.groups()), "%b %d %Y").date().isoformat()
    except ValueError:
        return None


def _rows(lines: Iterable[str], above: int) -> Iterator[tuple[int, list[str]]]:
    """Split lines into fields; `above` is the number of lines above them."""
    reader = csv.reader(lines, strict=True)
    try:
        for row in reader:
            if row:
                yield above + reader.line_num, row
    except csv.Error as error:
        raise CatalogError(f"line {above + reader.line_num}: {error}") from error


def _of_width(rows: Iterator[tuple[int, list[str]]], width: int) -> Iterator[tuple[int, list[str]]]:
    for line, row in rows:
        if len(row) != width:
            raise CatalogError(f"line {line} has {len(row)} instead of {width} fields")
        yield line, row
