"""Writers: one row of `WRITERS` for each format of an answer.

Warning: spreadsheets run a cell that begins with = + - or @ as a formula, and names come from
strangers. So in a table such a text gets an apostrophe in front. Every text is quoted, because a
spreadsheet that separates by semicolons could otherwise find a formula inside it.
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
from exohabit.outputs.lazy_list import LazyList, encode_around
from exohabit.outputs.response_types import Answer
from exohabit.science.domain_warnings import PlanetWarning

Fields = Sequence[str] | None
"""Fields of each planet to write; None means all."""


def write_json(answer: Answer, fields: Fields) -> bytes | bytearray:
    """Write the whole answer: its planets, and what is the same for all of them."""
    if fields is None:
        for key in answer.LISTS:
            planets = getattr(answer, key)
            if isinstance(planets, LazyList):
                return encode_around(planets, key, msgspec.structs.asdict(answer))
        return _ENCODER.encode(answer)
    if not answer.LISTS:
        return msgspec.json.encode({"status": answer.status, **_pick(answer, fields)})
    whole = msgspec.structs.asdict(answer)
    narrowed = {key: [_pick(planet, fields) for planet in whole[key]] for key in answer.LISTS}
    return msgspec.json.encode(whole | narrowed)


def write_ndjson(answer: Answer, fields: Fields) -> bytes:
    """Write the planets only, one JSON object per line."""
    planets = _planets(answer)
    if fields is not None:
        planets = [_pick(planet, fields) for planet in planets]
    return _ENCODER.encode_lines(planets)


def write_csv(answer: Answer, fields: Fields) -> bytes:
    """Write the planets only, as a table with a header; unknown values are empty fields."""
    planets = _planets(answer)
    first = planets[0] if planets else None
    absent = [name for name in _OPTIONAL if getattr(first, name, UNSET) is UNSET]
    names = fields or [name for name in answer.FIELDS if name not in absent]
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
"""Writers by media type; the first is the default."""

_ENCODER = msgspec.json.Encoder()
_OPTIONAL = ("row", *Extras.__struct_fields__)
"""Fields that either all planets of an answer have or none."""


def _planets(answer: Answer) -> list[Any]:
    if not answer.LISTS:
        return [answer]
    return [planet for key in answer.LISTS for planet in getattr(answer, key)]


def _pick(planet: msgspec.Struct, fields: Sequence[str]) -> dict[str, Any]:
    values = ((name, getattr(planet, name, UNSET)) for name in fields)
    return {name: value for name, value in values if value is not UNSET}


# A sign (or its full-width form) after invisible characters, or white space that splits cells.
_FORMULA = re.compile(r"[\s\0\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def _cell(value: Any) -> Any:
    """Return a value as a cell: warnings as code:column, and text that is never a formula."""
    if value is UNSET:
        return None
    if isinstance(value, list) and value and isinstance(value[0], PlanetWarning):
        return " ".join(f"{warning.code}:{warning.column}" for warning in value)
    if isinstance(value, list | dict | msgspec.Struct):
        return msgspec.json.encode(value).decode() if value else ""
    if isinstance(value, str) and _FORMULA.match(value):
        return "'" + value
    return value
