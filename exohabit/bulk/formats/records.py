"""Records: where the rows of a text begin and end, as Python's csv module would read them.

The service reads a table by Python's csv module. pyarrow is far faster, but reads some odd tables
differently: quotes inside a field, text after a closing quote, line ends of an old Mac. A text
without these is called plain here, and is searched as an array. Other texts are searched by a
regular expression without backtracking.
"""

from __future__ import annotations

import csv
import io
import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from exohabit.inputs.limits import MAX_LINE
from exohabit.inputs.tables.row_lengths import is_comment

Positions = npt.NDArray[np.int64]
_Spans = tuple[Positions, Positions, Positions]
"""Starts, stops and last lines of records."""
_ASCII = 127
_NEWLINE, _RETURN, _QUOTE = b'\n\r"'
_WHITE_SPACE = b" \t\n\r\x0b\x0c"
_NONE: Positions = np.array([], dtype=np.int64)
_LINE_END = re.compile(rb"\r\n|\r|\n")


class Records(NamedTuple):
    """The records of a text that are planets, each as bytes from `starts` to `stops`."""

    starts: Positions
    stops: Positions
    """After their line ends."""
    lines: Positions
    """Number of the last line of each, from 1."""
    is_plain: bool
    """Whether pyarrow finds the same fields as Python's csv module."""
    padding: Positions
    """Skipped rows that are not empty lines. Their numbers do not count empty lines, like those of
    pyarrow."""
    end: int
    """After the last record, even if it is not a planet."""
    end_line: int
    """Number of the last line above `end`."""


def find_records(text: bytes, separator: str, width: int, *, is_end: bool = True) -> Records:
    """Find the records of a table.

    Args:
        text: rows of the table, from the start of one.
        separator: of its fields.
        width: the number of its columns.
        is_end: whether the text ends with a record; otherwise the last one may be cut, and only
            those with a line end are returned.
    """
    found = _find_plain(text, separator, is_end=is_end)
    is_plain = found is not None
    starts, stops, lines = found or _find_exactly(text, separator, is_end=is_end)
    others = _find_others(text, starts, stops, separator, width)
    return _without(text, starts, stops, lines, others)._replace(is_plain=is_plain)


def find_lines(text: bytes, *, is_end: bool = True) -> Records:
    """Find the lines of a text that are not blank, as records; arguments as in `find_records`."""
    array = np.frombuffer(text, np.uint8)
    stops = _with_end(np.flatnonzero(array == _NEWLINE) + 1, len(text), is_end=is_end)
    starts = _starts(stops)
    lines = np.arange(1, stops.size + 1)
    candidates = np.flatnonzero(np.isin(array[starts], [*_WHITE_SPACE])).tolist()
    blank = [i for i in candidates if not text[starts[i] : stops[i]].strip()]
    return _without(text, starts, stops, lines, blank)


def _find_plain(text: bytes, separator: str, *, is_end: bool) -> _Spans | None:
    """Return the records of a plain text; None if it is not plain."""
    array, comma = np.frombuffer(text, np.uint8), ord(separator)
    if b"\r" in text:
        behind = _next_to(array, np.flatnonzero(array == _RETURN), 1)
        if np.any(behind != _NEWLINE):
            return None
    newlines = np.flatnonzero(array == _NEWLINE)
    if np.any(np.diff(newlines, prepend=-1, append=len(text)) > MAX_LINE):
        return None
    ends = newlines
    if b'"' in text:
        quotes = np.flatnonzero(array == _QUOTE)
        if (is_end and quotes.size % 2) or not _are_around_fields(array, quotes, comma):
            return None
        ends = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
    stops = _with_end(ends + 1, len(text), is_end=is_end)
    lines = np.searchsorted(newlines, stops - 1) + 1
    return _starts(stops), stops, lines


def _are_around_fields(array: npt.NDArray[np.uint8], quotes: Positions, comma: int) -> bool:
    """Whether quotes begin and end fields, or are written twice within one."""
    around = [comma, _NEWLINE, _RETURN, _QUOTE]
    before, behind = _next_to(array, quotes[::2], -1), _next_to(array, quotes[1::2], 1)
    return bool(np.isin(before, around).all() and np.isin(behind, around).all())


def _find_exactly(text: bytes, separator: str, *, is_end: bool) -> _Spans:
    """Return the records of any text; what follows an open quote is one record."""
    pattern, stops, stop = _record(separator), [], 0
    while stop < len(text):
        found = pattern.match(text, stop)
        if not found or (found.end() == len(text) and not is_end and not found[1]):
            break
        stop = found.end()
        stops.append(stop)
    if is_end and stop < len(text):
        stops.append(len(text))
    ends = np.array(stops, dtype=np.int64)
    line_ends = np.array([each.end() for each in _LINE_END.finditer(text)], dtype=np.int64)
    return _starts(ends), ends, np.searchsorted(line_ends, ends) + 1


@lru_cache
def _record(separator: str) -> re.Pattern[bytes]:
    """Return the pattern of a record with its line end; quotes count at the start of a field."""
    plain = rf"[^{separator}\r\n]*+"
    field = rf'(?:"(?:[^"]|"")*+"{plain}|(?!"){plain})'
    return re.compile(rf"{field}(?:{separator}{field})*+(\r\n|\r|\n|\Z)".encode())


def _find_others(
    text: bytes, starts: Positions, stops: Positions, separator: str, width: int
) -> list[int]:
    """Return the indices of records that the service skips: blank ones, and comments."""
    array = np.frombuffer(text, np.uint8)
    first, second = array[starts], _next_to(array, starts, 1)
    may_begin = [ord(separator), *_WHITE_SPACE, *b"#"]
    is_quoted = (first == _QUOTE) & np.isin(second, [_QUOTE, *may_begin])
    candidates = np.flatnonzero(is_quoted | np.isin(first, may_begin) | (first > _ASCII))
    return [
        i
        for i in candidates.tolist()
        if _is_skipped(text[starts[i] : stops[i]], separator, has_comments=width > 1)
    ]


def _is_skipped(record: bytes, separator: str, *, has_comments: bool) -> bool:
    lines = io.StringIO(record.decode(errors="replace"), newline="")
    row = next(csv.reader(lines, delimiter=separator), [])
    return not any(row) or (has_comments and is_comment(row))


def _next_to(array: npt.NDArray[np.uint8], places: Positions, step: int) -> npt.NDArray[np.uint8]:
    """Return the bytes next to some places; a line end stands for what is outside."""
    beside = places + step
    is_inside = (beside >= 0) & (beside < array.size)
    found = np.full(places.size, _NEWLINE, dtype=np.uint8)
    found[is_inside] = array[beside[is_inside]]
    return found


def _with_end(stops: Positions, length: int, *, is_end: bool) -> Positions:
    is_open = is_end and length > (int(stops[-1]) if stops.size else 0)
    return np.append(stops, length) if is_open else stops


def _starts(stops: Positions) -> Positions:
    return np.concatenate([np.zeros(min(stops.size, 1), dtype=np.int64), stops[:-1]])


def _without(
    text: bytes, starts: Positions, stops: Positions, lines: Positions, blank: list[int]
) -> Records:
    """Leave out records that are not planets."""
    end, line = (int(stops[-1]), int(lines[-1])) if stops.size else (0, 0)
    if not blank:
        return Records(starts, stops, lines, True, _NONE, end, line)
    padding = [i for i in blank if text[starts[i] : stops[i]].strip(b"\r\n")]
    empty = np.setdiff1d(blank, padding)
    numbers = np.array(padding, dtype=np.int64) - np.searchsorted(empty, padding)
    starts, stops, lines = (np.delete(each, blank) for each in (starts, stops, lines))
    return Records(starts, stops, lines, True, numbers, end, line)
