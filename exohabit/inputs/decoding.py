"""Decoding: JSON and CSV bytes into plain values, strictly, whatever the values mean.

Note: `float()` also accepts nan, 1_000 and Arabic digits. So a text is a number only if it is
one in JSON; any other text stays text, and validation then refuses it.
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
# A number too large for a float becomes infinity, which is out of every range.
_DECODER = msgspec.json.Decoder(float_hook=float)


def number_or_text(text: str) -> float | str:
    """Return the number if the text is a number in JSON, else the text itself."""
    return float(text) if _NUMBER.fullmatch(text) else text


def check_nesting(body: bytes) -> None:
    """Refuse JSON that would take far more memory than its own size.

    Raises:
        InvalidJSON: it has more brackets, including those in text, than any request needs.
    """
    if body.count(b"{") + body.count(b"[") > MAX_NESTED:
        raise InvalidJSON(f"The body has more than {MAX_NESTED:,} brackets ({{ and [).")


def decode_json(body: bytes) -> Any:
    """Decode JSON into plain values.

    Raises:
        InvalidJSON: it is not valid JSON.
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
    """Return an error that says why a body is not valid JSON."""
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
        "NaN, Infinity and None are not valid JSON; send null",
    ),
    (re.compile(rb"[:\[,{]\s*'"), "JSON needs double quotes, not single quotes"),
    (re.compile(rb":\s*-?[0-9]+,[0-9]"), "Write decimals with a point (1.5), not a comma (1,5)"),
    (re.compile(rb"\A[A-Za-z#][^\n{]*,"), "If it is a table, send it with Content-Type: text/csv"),
)


def _is_utf_16(body: bytes) -> bool:
    has_mark = body[:2] in (b"\xff\xfe", b"\xfe\xff")
    return has_mark or b"\0\0" in (body[:4:2], body[1:4:2])


def decode_csv(body: bytes, max_rows: int) -> list[tuple[int, list[str]]]:
    """Decode a table into a header and rows, each with the number of its last line.

    Blank lines are skipped, and so are lines above the header that begin with #. Decoding stops
    after `max_rows` rows.

    Raises:
        InvalidCSV: it is not valid CSV, or has no row below the header.
    """
    if _is_utf_16(body):
        raise InvalidCSV(_UTF_16)
    if body.lstrip()[:1] in (b"{", b"["):
        raise InvalidCSV("The body is JSON, not a table; send it as application/json.")
    try:
        lines = io.StringIO(body.decode(), newline="")
        reader = csv.reader(_without_comments(lines), strict=True)
        rows = list(islice(((reader.line_num, row) for row in reader if row), max_rows + 1))
    except UnicodeDecodeError as error:
        above = body[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        raise _invalid_line("it is not UTF-8 text", above.count(b"\n") + 1) from error
    except csv.Error as error:
        raise _invalid_line(str(error), reader.line_num) from error
    if len(rows) < 2:
        raise InvalidCSV(
            "The body is not a table: send a header and, below it, a row for each planet. Keep the "
            "line breaks (curl --data-binary keeps them, curl -d does not)."
        )
    _check_separator(rows[0][1])
    return rows


def _invalid_line(reason: str, line: int) -> InvalidCSV:
    message = f"The body is not valid CSV: line {line}: {reason}."
    return InvalidCSV(message, [Problem(InvalidCSV.code, message, line=line)])


def _check_separator(header: list[str]) -> None:
    for separator, name in _OTHER_SEPARATORS.items():
        if len(header) == 1 and separator in header[0]:
            raise InvalidCSV(
                f"The fields are separated by {name}; send commas, and write decimals with a point."
            )


def _without_comments(lines: Iterable[str]) -> Iterator[str]:
    """Replace the `#` lines above the header by blank ones, so that line numbers stay the same."""
    is_above_header = True
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            raise _invalid_line(f"it is longer than {MAX_LINE:,} characters", number)
        if number > MAX_LINES:
            raise _invalid_line(f"there are more than {MAX_LINES:,} lines", number)
        is_above_header = is_above_header and (line.startswith("#") or not line.strip())
        yield "\n" if is_above_header else line


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not valid JSON")
