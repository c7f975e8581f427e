"""Ways out: one row of `WRITERS` for each format that an answer may have.

The trap: a spreadsheet takes a cell that begins with = + - or @ for a formula, and names come from
strangers. So in a table such a text gets an apostrophe in front, and every text is quoted, lest a
spreadsheet that separates by semicolons finds a cell within it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from exohabit.inputs.readers import CSV, JSON, NDJSON
from exohabit.outputs.extras import Extras
from exohabit.outputs.lazy_list import LazyList, fill_in, leave_out
from exohabit.outputs.responses import Answer, Prediction
from exohabit.science.domain_warnings import PlanetWarning

Fields = Sequence[str] | None
"""What to say of each planet; None is everything."""


def write_json(answer: Answer, fields: Fields) -> bytes | bytearray:
    """Write an answer whole: planets, and what holds for all of them."""
    if fields is None:
        written = _ENCODER.encode(answer)
        for key in answer.LISTS:
            told = getattr(answer, key)
            if isinstance(told, LazyList):
                return fill_in(written, told)
        return written
    if isinstance(answer, Prediction):
        return msgspec.json.encode({"status": answer.status, **_picked(answer, fields)})
    whole = msgspec.structs.asdict(answer)
    narrowed = {key: [_picked(planet, fields) for planet in whole[key]] for key in answer.LISTS}
    return msgspec.json.encode(whole | narrowed)


def write_ndjson(answer: Answer, fields: Fields) -> bytes:
    """Write the planets alone, one JSON object a line."""
    planets = _planets(answer)
    if fields is not None:
        planets = [_picked(planet, fields) for planet in planets]
    return _LINES.encode_lines(planets)


def write_csv(answer: Answer, fields: Fields) -> bytes:
    """Write the planets alone as a table under a header; what is not known is an empty field."""
    planets = _planets(answer)
    unasked = [name for name in _ON_DEMAND if getattr(planets[0], name, UNSET) is UNSET]
    names = fields or [name for name in answer.FIELDS if name not in unasked]
    table = io.StringIO()
    rows = csv.writer(table, quoting=csv.QUOTE_NONNUMERIC)
    rows.writerow(names)
    rows.writerows([_cell(getattr(planet, name, UNSET)) for name in names] for planet in planets)
    return table.getvalue().encode()


WRITERS: dict[str, Callable[[Answer, Fields], bytes | bytearray]] = {
    JSON: write_json,
    CSV: write_csv,
    NDJSON: write_ndjson,
}
"""What writes an answer, by its media type; the first if a client does not mind."""

_ENCODER = msgspec.json.Encoder(enc_hook=leave_out)
_LINES = msgspec.json.Encoder()
_ON_DEMAND = ("row", *Extras.__struct_fields__)
"""What all planets of an answer have, or none."""


def _planets(answer: Answer) -> list[Any]:
    if isinstance(answer, Prediction):
        return [answer]
    return [planet for key in answer.LISTS for planet in getattr(answer, key)]


def _picked(planet: msgspec.Struct, fields: Sequence[str]) -> dict[str, Any]:
    values = ((name, getattr(planet, name, UNSET)) for name in fields)
    return {name: value for name, value in values if value is not UNSET}


# A sign, or its full-width twin, behind nothing that can be seen; or white space that splits cells.
_FORMULA = re.compile(r"[\s\0\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def _cell(value: Any) -> Any:
    """Write a value as a cell: warnings as code:column, text such that it is no formula."""
    if value is UNSET:
        return None
    if isinstance(value, list) and value and isinstance(value[0], PlanetWarning):
        return " ".join(f"{warning.code}:{warning.column}" for warning in value)
    if isinstance(value, list | dict | msgspec.Struct):
        return msgspec.json.encode(value).decode() if value else ""
    if isinstance(value, str) and _FORMULA.match(value):
        return "'" + value
    return value
