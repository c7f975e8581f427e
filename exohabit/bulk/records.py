"""Records: where the rows of a text begin and end, as Python's csv module would read them.

The service reads a table by Python's csv module. pyarrow is far quicker, but reads some odd tables
otherwise: quotes inside a field, text behind a closing quote, line ends of an old Mac. A text
without any of that is called plain here. It is searched as an array; any other one is searched by a
regular expression that never goes back.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from exohabit.inputs.limits import MAX_LINE

Positions = npt.NDArray[np.int64]
_NEWLINE, _RETURN, _QUOTE = b'\n\r"'
_WHITE_SPACE = b" \t\n\r\x0b\x0c"
_NONE: Positions = np.array([], dtype=np.int64)
_LINE_END = re.compile(rb"\r\n|\r|\n")


class Records(NamedTuple):
    """The records of a text that are not blank, each as bytes from `starts` to `stops`."""

    starts: Positions
    stops: Positions
    """Behind their line ends."""
    lines: Positions
    """Number of the last line of each, from 1."""
    is_plain: bool
    """Whether pyarrow finds the same fields as Python's csv module."""
    padding: Positions
    """Blank rows that are not empty lines, by their number among all rows that are not."""


def find_records(text: bytes, separator: str, *, is_end: bool = True) -> Records:
    """Find the records of a table.

    Args:
        text: rows of the table, from the start of one.
        separator: of its fields.
        is_end: whether the text ends with a record; otherwise the last one may be cut, and only
            those with a line end are returned.
    """
    found = _find_plain(text, separator, is_end=is_end)
    return found if found is not None else _find_exactly(text, separator, is_end=is_end)


def find_lines(text: bytes, *, is_end: bool = True) -> Records:
    """Find the lines of a text that are not blank, as records; arguments as in `find_records`."""
    array = np.frombuffer(text, np.uint8)
    stops = _with_end(np.flatnonzero(array == _NEWLINE) + 1, len(text), is_end=is_end)
    starts = _starts(stops)
    lines = np.arange(1, stops.size + 1)
    candidates = np.flatnonzero(np.isin(array[starts], [*_WHITE_SPACE])).tolist()
    blank = [i for i in candidates if not text[starts[i] : stops[i]].strip()]
    return _without(text, starts, stops, lines, blank)


def _find_plain(text: bytes, separator: str, *, is_end: bool) -> Records | None:
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
        around = [comma, _NEWLINE, _RETURN, _QUOTE]
        is_odd = quotes.size % 2
        before, behind = _next_to(array, quotes[::2], -1), _next_to(array, quotes[1::2], 1)
        if not (np.isin(before, around).all() and np.isin(behind, around).all()):
            return None
        if is_odd and is_end:
            return None
        ends = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
    stops = _with_end(ends + 1, len(text), is_end=is_end)
    lines = np.searchsorted(newlines, stops - 1) + 1
    starts = _starts(stops)
    return _without(text, starts, stops, lines, _find_blank(text, starts, stops, separator))


def _find_exactly(text: bytes, separator: str, *, is_end: bool) -> Records:
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
    starts = _starts(ends)
    line_ends = np.array([each.end() for each in _LINE_END.finditer(text)], dtype=np.int64)
    lines = np.searchsorted(line_ends, ends) + 1
    records = _without(text, starts, ends, lines, _find_blank(text, starts, ends, separator))
    return records._replace(is_plain=False)


@lru_cache
def _record(separator: str) -> re.Pattern[bytes]:
    """Return the pattern of a record with its line end; quotes count at the start of a field."""
    plain = rf"[^{separator}\r\n]*+"
    field = rf'(?:"(?:[^"]|"")*+"{plain}|(?!"){plain})'
    return re.compile(rf"{field}(?:{separator}{field})*+(\r\n|\r|\n|\Z)".encode())


def _find_blank(text: bytes, starts: Positions, stops: Positions, separator: str) -> list[int]:
    """Return the indices of records without any field that is not empty."""
    array = np.frombuffer(text, np.uint8)
    first = array[starts]
    has_empty = (first == _QUOTE) & (_next_to(array, starts, 1) == _QUOTE)
    may_be = has_empty | np.isin(first, [ord(separator), _NEWLINE, _RETURN])
    return [
        i
        for i in np.flatnonzero(may_be).tolist()
        if _is_blank(text[starts[i] : stops[i]], separator)
    ]


def _is_blank(record: bytes, separator: str) -> bool:
    if record.strip(b'\r\n"' + separator.encode()):
        return False
    return not any(map(any, csv.reader([record.decode()], delimiter=separator)))


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
    """Leave out blank records."""
    if not blank:
        return Records(starts, stops, lines, is_plain=True, padding=_NONE)
    padding = [i for i in blank if text[starts[i] : stops[i]].strip(b"\r\n")]
    empty = np.setdiff1d(blank, padding)
    numbers = np.array(padding, dtype=np.int64) - np.searchsorted(empty, padding)
    starts, stops, lines = (np.delete(each, blank) for each in (starts, stops, lines))
    return Records(starts, stops, lines, is_plain=True, padding=numbers)
