"""Cutting: divide a text into partitions, which depend on its bytes and their size only.

The file is read once; its hash is computed on the way.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator, Sequence
from io import FileIO
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from exohabit.bulk.errors import FormatError
from exohabit.bulk.formats.records import Records, find_lines, find_records
from exohabit.bulk.jobs import InputFile, Partition
from exohabit.inputs.tables.columns import is_default
from exohabit.inputs.tables.csv_errors import check_utf_8

_MAX_EXTRA_BYTES = 2**20
"""Bytes by which a partition may be larger than asked, so that it ends with a record."""
_CTRL_Z = b"\x1a"
_READ_BYTES = 2**20

Update = Callable[[bytes], object]
"""Takes bytes into a hash."""


class Cut(NamedTuple):
    """The partitions of a text; their `rows` and `first_index` count every row."""

    file: InputFile
    partitions: list[Partition]
    default_rows: list[int]
    """Rows of each partition whose `default_flag` is 1."""


class TextLayout(NamedTuple):
    """How a text is laid out."""

    start: int
    """First byte below the header."""
    first_line: int
    separator: str | None
    """Of the fields of a table; None for NDJSON."""
    flag: int | None = None
    """Position of the archive's `default_flag`."""
    width: int = 0
    """Number of columns."""


def cut_text(path: Path, layout: TextLayout, size: int) -> Cut:
    """Divide a text into partitions of about `size` bytes.

    Raises:
        FormatError: a record is too long.
    """
    digest, status = hashlib.sha256(), path.stat()
    with path.open("rb", buffering=0) as file:
        _hash(file.read, layout.start, digest.update)
        end = _end_of(file.seek, file.read, status.st_size, layout)
        found = [*_cut(file, layout, size, end, digest.update)]
        file.seek(end)
        _hash(file.read, status.st_size - end, digest.update)
    about = InputFile(str(path), status.st_size, status.st_mtime_ns, digest.hexdigest())
    return Cut(about, [each for each, _ in found], [rows for _, rows in found])


def _cut(
    file: FileIO, layout: TextLayout, size: int, end: int, update: Update
) -> Iterator[tuple[Partition, int]]:
    """Yield the partitions down to `end`, each with its default rows, and hash their bytes."""
    position, line, index, number = layout.start, layout.first_line, 0, 0
    while position < end:
        file.seek(position)
        chunk = _read(file.read, min(size + _MAX_EXTRA_BYTES, end - position))
        result = _cut_first(chunk, layout, size, is_end=position + len(chunk) == end, line=line)
        update(chunk[: result.length])
        stop = position + result.length
        partition = Partition(number, 0, position, stop, line, index, result.rows, result.is_plain)
        yield partition, result.default_rows
        line, index = line + result.lines, index + result.rows
        position, number = stop, number + 1


class CutResult(NamedTuple):
    """The first partition of a text, and what it contains."""

    length: int
    lines: int
    rows: int
    default_rows: int
    is_plain: bool


def _cut_first(
    chunk: bytes, layout: TextLayout, size: int, *, is_end: bool, line: int
) -> CutResult:
    """Cut the first partition off: at least `size` bytes, up to the end of a record."""
    separator = layout.separator
    records = (
        find_lines(chunk, is_end=is_end)
        if separator is None
        else find_records(chunk, separator, layout.width, is_end=is_end)
    )
    count = int(np.searchsorted(records.stops, size)) + 1
    if count <= records.stops.size:
        length, lines = int(records.stops[count - 1]), int(records.lines[count - 1])
    elif is_end or records.end >= size:
        length, lines = len(chunk) if is_end else records.end, records.end_line
        count = records.stops.size
    else:
        raise FormatError(
            f"line {line + records.end_line:,} or a later one is part of a row that is longer than "
            f"{_MAX_EXTRA_BYTES:,} bytes: is a quotation mark missing?"
        )
    default_rows = _count_default(chunk, records, count, layout)
    if not (count if layout.flag is None else default_rows):  # nothing else reads it
        check_utf_8(chunk[:length], line)
    return CutResult(length, lines, count, default_rows, records.is_plain)


def _count_default(chunk: bytes, records: Records, count: int, layout: TextLayout) -> int:
    """Count the rows whose `default_flag` is 1; a row of a wrong length counts as well."""
    flag, separator = layout.flag, layout.separator
    if flag is None or separator is None:
        return 0
    spans = zip(records.starts[:count].tolist(), records.stops[:count].tolist(), strict=True)
    texts = (chunk[start:stop].decode(errors="replace") for start, stop in spans)
    rows = csv.reader(texts, delimiter=separator)
    return sum(len(row) != layout.width or is_default(row[flag]) for row in rows)


def _read(read: Callable[[int], bytes], count: int) -> bytes:
    """Read that many bytes, or up to the end of the file."""
    chunks = []
    while count and (chunk := read(count)):
        chunks.append(chunk)
        count -= len(chunk)
    return b"".join(chunks)


def _hash(read: Callable[[int], bytes], count: int, update: Update) -> None:
    while count and (chunk := read(min(count, _READ_BYTES))):
        update(chunk)
        count -= len(chunk)


def _end_of(
    seek: Callable[[int], int], read: Callable[[int], bytes], size: int, layout: TextLayout
) -> int:
    """Return the end of a text; that of a table is before a Ctrl-Z of an old spreadsheet."""
    start = max(layout.start, size - _READ_BYTES)
    seek(start)
    tail = _read(read, size - start)
    if layout.separator is None or _CTRL_Z not in tail[-4:]:
        return size
    return start + len(tail.rstrip(_CTRL_Z + b"\r\n"))


def hash_file(path: Path) -> InputFile:
    """Return what tells that a file is still the same."""
    status = path.stat()
    with path.open("rb", buffering=0) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return InputFile(str(path), status.st_size, status.st_mtime_ns, digest)


def count_rows(
    partitions: Sequence[Partition], default_rows: Sequence[int]
) -> tuple[tuple[Partition, ...], bool]:
    """Return the partitions that have rows which count, and whether only default rows count.

    As in the service, all rows count if `default_flag` is 1 in none.

    Args:
        partitions: of all rows.
        default_rows: for each partition, the number of rows whose `default_flag` is 1.
    """
    default_only = any(default_rows)
    counts = default_rows if default_only else [each.rows for each in partitions]
    starts = accumulate(counts, initial=0)
    recounted = (
        replace(each, rows=rows, first_index=start)
        for each, rows, start in zip(partitions, counts, starts, strict=False)
    )
    return tuple(each for each in recounted if each.rows), default_only
