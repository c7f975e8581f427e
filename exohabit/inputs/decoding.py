"""Decoding: JSON and tables, strictly, from bytes to plain values, whatever these mean.

The trap: numbers that come as text. `float()` also takes nan, 1_000 and Arabic digits, so a text is
a number only where JSON would have it so; any other text stays text, and is refused for it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NoReturn

import msgspec

from exohabit.inputs.limits import MAX_LINE, MAX_LINES, MAX_NESTED
from exohabit.inputs.problems import InvalidCSV, InvalidJSON, Problem

_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
# A number too large for a float becomes infinity, which no range holds.
_DECODER = msgspec.json.Decoder(float_hook=float)


def number_or_text(text: str) -> float | str:
    """Return the number that a text is in JSON; any other text stays as it is."""
    return float(text) if _NUMBER.fullmatch(text) else text


def check_nesting(body: bytes) -> None:
    """Refuse JSON that would take far more memory than the bytes it is written in.

    Raises:
        InvalidJSON: it holds more brackets, those in text included, than any request needs.
    """
    if body.count(b"{") + body.count(b"[") > MAX_NESTED:
        raise InvalidJSON(f"The body holds more than {MAX_NESTED:,} brackets ({{ and [).")


def decode_json(body: bytes) -> Any:
    """Decode JSON into plain values.

    Raises:
        InvalidJSON: it is none.
    """
    try:
        try:
            return _DECODER.decode(body)
        except msgspec.ValidationError:  # an integer of thousands of digits
            document = json.loads(body.decode(), parse_int=float, parse_constant=_refuse)
            msgspec.json.encode(document)  # raises for half a surrogate pair
            return document
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise invalid_json(body, error) from error


def invalid_json(body: bytes, error: Exception) -> InvalidJSON:
    """Say why a body is no JSON."""
    text = body.lstrip()
    if not text:
        return InvalidJSON("The body is empty; send JSON.")
    if isinstance(error, RecursionError):
        return InvalidJSON("The body is nested too deeply.")
    if _is_utf_16(body):
        return InvalidJSON(_UTF_16)
    if isinstance(error, UnicodeDecodeError):
        return InvalidJSON("The body is not UTF-8 text.")
    hints = [hint for pattern, hint in _JSON_HINTS if pattern.search(text)]
    return InvalidJSON(". ".join([f"The body is not valid JSON: {error}", *hints]))


_UTF_16 = "The body looks like UTF-16; save it as UTF-8 (in PowerShell: Out-File -Encoding utf8)."
_JSON_HINTS = (
    (
        re.compile(rb"[:\[,]\s*-?(NaN|nan|Infinity|inf|None)\b"),
        "NaN, Infinity and None are no JSON; send null",
    ),
    (re.compile(rb"\A[A-Za-z#][^\n{]*,"), "A table is sent with the Content-Type text/csv"),
)


def _is_utf_16(body: bytes) -> bool:
    has_mark = body[:2] in (b"\xff\xfe", b"\xfe\xff")
    return has_mark or b"\0\0" in (body[:4:2], body[1:4:2])


def decode_csv(body: bytes, most: int) -> list[tuple[int, list[str]]]:
    """Decode a table into a header and rows, each with the number of the line that it ends in.

    Lines that begin with # above the header are left out, and so are blank ones. After `most` rows
    it stops.

    Raises:
        InvalidCSV: it is none, or is less than a header and a row.
    """
    if _is_utf_16(body):
        raise InvalidCSV(_UTF_16)
    if body.lstrip()[:1] in (b"{", b"["):
        raise InvalidCSV("The body is no table: JSON is sent as application/json.")
    try:
        lines = io.StringIO(body.decode(), newline="")
        reader = csv.reader(_without_comments(lines), strict=True)
        rows = list(islice(((reader.line_num, row) for row in reader if row), most + 1))
    except UnicodeDecodeError as error:
        above = body[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        raise _broken("it is not UTF-8 text", above.count(b"\n") + 1) from error
    except csv.Error as error:
        raise _broken(str(error), reader.line_num) from error
    if len(rows) < 2:
        raise InvalidCSV(
            "The body is no table: send a header and below it a row for each planet, with the line "
            "ends between them (curl --data-binary keeps them, curl -d does not)."
        )
    _check_separator(rows[0][1])
    return rows


def _broken(reason: str, line: int) -> InvalidCSV:
    message = f"The body is not valid CSV: line {line}: {reason}."
    return InvalidCSV(message, [Problem(InvalidCSV.code, message, line=line)])


def _check_separator(header: list[str]) -> None:
    for separator, name in _OTHER_SEPARATORS.items():
        if len(header) == 1 and separator in header[0]:
            raise InvalidCSV(f"The fields are separated by {name}; send commas.")


def _without_comments(lines: Iterable[str]) -> Iterator[str]:
    """Blank the `#` lines above the header, so that the numbers of the lines hold."""
    above = True
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            raise _broken(f"it is longer than {MAX_LINE:,} characters", number)
        if number > MAX_LINES:
            raise _broken(f"there are more than {MAX_LINES:,} lines", number)
        above = above and (line.startswith("#") or not line.strip())
        yield "\n" if above else line


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
