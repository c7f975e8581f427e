"""Decoding: strict decoding of JSON into plain values, without checking what they mean.

Note: `float()` also accepts nan, 1_000 and Arabic digits. So a text is a number only if it is
one in JSON; any other text stays text, and validation then refuses it.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import msgspec

from exohabit.inputs.file_kinds import describe_other_file
from exohabit.inputs.hints import SEVERAL_LINES, hint_at_start, hints_near_error
from exohabit.inputs.limits import MAX_NESTED
from exohabit.inputs.problems import InvalidJSON, Problem, repr_short

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
        raise InvalidJSON(f"The input has more than {MAX_NESTED:,} brackets ({{ and [).")


def decode_json(body: bytes) -> Any:
    """Decode JSON into plain values.

    Raises:
        InvalidJSON: it is not valid JSON.
    """
    try:
        return decode_plainly(body)
    except (ValueError, RecursionError) as error:
        raise invalid_json(body, error) from error


def decode_plainly(body: bytes) -> Any:
    """Decode JSON as `decode_json` does, but with the error of the decoder.

    Raises:
        ValueError, RecursionError: it is not valid JSON.
    """
    try:
        return _DECODER.decode(body)
    except msgspec.ValidationError:  # an integer of thousands of digits
        document = json.loads(body.decode(), parse_int=float, parse_constant=_refuse)
        msgspec.json.encode(document)  # raises for half a surrogate pair
        return document


def invalid_json(body: bytes, error: Exception, *, is_line: bool = False) -> InvalidJSON:
    """Return an error that says why a body, or a line of it, is not valid JSON, and where."""
    what = "line" if is_line else "body"
    if not body.strip():
        return InvalidJSON(f"The {what} is empty; send JSON.")
    if isinstance(error, RecursionError):
        return InvalidJSON(f"The {what} is nested too deeply.")
    if is_utf_16(body):
        return InvalidJSON(UTF_16)
    if kind := describe_other_file(body):
        return InvalidJSON(kind)
    if isinstance(error, UnicodeDecodeError):
        return InvalidJSON(f"The {what} is not UTF-8 text: {AS_UTF_8}.")
    reason, position = _reason(error, len(body))
    line = 1 + body.count(b"\n", 0, position)
    column = len(body[body.rfind(b"\n", 0, position) + 1 : position].decode(errors="replace")) + 1
    shown = repr_short(body[position : position + _MAX_SHOWN].decode(errors="replace") or "the end")
    # In NDJSON, the problem has the line number.
    where = f"{'' if is_line else f'line {line}, '}column {column}, at {shown}"
    message = ". ".join(
        [f"The {what} is not valid JSON: {reason} in {where}", *_hints(body, position)]
    )
    return InvalidJSON(message, [Problem(InvalidJSON.code, message, pointer="", line=line)])


def _reason(error: Exception, length: int) -> tuple[str, int]:
    """Return what is wrong, and at which byte."""
    if found := _AT_BYTE.fullmatch(str(error)):
        # msgspec gives the byte behind the first trailing character.
        return found[1], int(found[2]) - found[1].startswith("trailing characters")
    if isinstance(error, json.JSONDecodeError):
        return error.msg, len(error.doc[: error.pos].encode(errors="replace"))
    if "truncated" in str(error):
        return "it ends too early, or a \\u escape lacks its second half", length
    return str(error), 0


def _hints(body: bytes, position: int) -> list[str]:
    start = body[:_MAX_READ_AT_START].lstrip().decode(errors="replace")
    if hint := hint_at_start(start):
        return [hint]
    before = body[max(position - _MAX_SEARCHED, 0) : position]
    if before.rstrip(b" \t\r").endswith(b"\n") and body[position : position + 1] in (b"{", b"["):
        return [SEVERAL_LINES]
    return hints_near_error(
        (before + body[position : position + _MAX_SEARCHED]).decode(errors="replace")
    )


AS_UTF_8 = "save it as UTF-8 (Excel: CSV UTF-8; pandas: encoding='utf-8'; iconv -f latin1 -t utf-8)"
UTF_16 = (
    "The input looks like UTF-16 or UTF-32; save it as UTF-8 (in PowerShell: "
    "Out-File -Encoding utf8)."
)
_AT_BYTE = re.compile(r"(?:JSON is malformed: )?(.*) \(byte (\d+)\)")
_MAX_SHOWN = 20
"""Bytes after an error that its message repeats."""
_MAX_SEARCHED = 60
"""Bytes before and after an error that are searched for its cause."""
_MAX_READ_AT_START = 1000


def is_utf_16(body: bytes) -> bool:
    """Whether a body looks like UTF-16 or UTF-32."""
    has_mark = body[:2] in (b"\xff\xfe", b"\xfe\xff")
    return has_mark or b"\0\0" in (body[:4:2], body[1:4:2])


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not valid JSON")
