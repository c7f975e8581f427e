"""Readers: one for each format of a body, listed in `INPUT_FORMATS`.

A reader turns a body into planets as plain objects and knows where each value was found. It does
not check values: `validation` does that, in the same way for every format.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from exohabit.inputs.decoding import check_nesting, decode_plainly, invalid_json, number_or_text
from exohabit.inputs.file_kinds import describe_other_file
from exohabit.inputs.json_documents import read_json
from exohabit.inputs.limits import MAX_PROBLEMS
from exohabit.inputs.missing_values import is_missing
from exohabit.inputs.model_needs import OWN_NEEDS, ModelNeeds
from exohabit.inputs.problems import InvalidJSON, Problem
from exohabit.inputs.raw_planets import RawPlanets, check_planet_count, json_pointer
from exohabit.inputs.schemas import PLAIN_SCHEMA, PlanetSchema
from exohabit.inputs.tables.rows import read_table_rows

JSON = "application/json"
CSV = "text/csv"
NDJSON = "application/x-ndjson"

Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Reader:
    """A format: what reads it, and what writes an example of it."""

    media_type: str
    read: Callable[..., RawPlanets]
    """(body, schema, one_allowed=whether one bare planet is allowed, keep=columns that the answer
    repeats, needs=what the model needs) -> RawPlanets"""
    write: Callable[[Rows], Any]
    """Writes planets as an example; a single one without a list, if the format allows that."""
    other_names: tuple[str, ...] = ()


def read_ndjson(body: bytes, _: PlanetSchema = PLAIN_SCHEMA, **__: Any) -> RawPlanets:
    """Read planets from one JSON object per line; blank lines are skipped.

    Raises:
        InvalidJSON: it has more brackets than any request needs, or is another kind of file.
        TooManyPlanets: it has more than `MAX_PLANETS` lines.
    """
    check_nesting(body)
    planets: list[Any] = []
    lines: list[int] = []
    unreadable: dict[int, Problem] = {}
    for line, text in enumerate(io.BytesIO(body), 1):
        if not text.strip():
            continue
        check_planet_count(len(lines) + 1)
        planet, make = _decode_line(text, line)
        if make:
            unreadable[len(lines)] = make() if len(unreadable) < MAX_PROBLEMS else _NOT_LISTED
        planets.append(planet)
        lines.append(line)

    def where(index: int | None, key: str | None) -> dict[str, Any]:
        return {"pointer": json_pointer(key), "line": None if index is None else lines[index]}

    if 0 in unreadable and (kind := describe_other_file(body)):
        raise InvalidJSON(kind)
    return RawPlanets(planets, where, unreadable=unreadable)


def read_csv(
    body: bytes,
    schema: PlanetSchema = PLAIN_SCHEMA,
    *,
    keep: Sequence[str] | None = None,
    needs: ModelNeeds = OWN_NEEDS,
    **_: bool,
) -> RawPlanets:
    """Read a table: one planet per row below a header; raises as `read_table_rows`."""
    return read_table_rows(body, schema, keep, needs)


def read_pairs(pairs: Iterable[tuple[str, str]], schema: PlanetSchema = PLAIN_SCHEMA) -> RawPlanets:
    """Read one planet from query parameters."""
    known = ((k, None if is_missing(t) else t) for k, t in pairs if k in schema.keys)
    planet = {
        k: number_or_text(text) if text and k in schema.numbers else text for k, text in known
    }
    return RawPlanets(
        [planet], lambda _, key: {"parameter": key}, is_one=True, unknown="an empty value"
    )


_NOT_LISTED = Problem(InvalidJSON.code, "the line cannot be read")
"""The problem of every unreadable line after the first `MAX_PROBLEMS` of them."""


def _decode_line(text: bytes, line: int) -> tuple[Any, Callable[[], Problem] | None]:
    """Return the value of a line, and a function that makes its problem if it is not a planet."""
    try:
        planet = decode_plainly(text)
    except (ValueError, RecursionError) as error:
        return None, partial(_invalid_line, text, error, line)
    return planet, partial(_list_in_line, line) if isinstance(planet, list) else None


def _invalid_line(text: bytes, error: Exception, line: int) -> Problem:
    invalid = invalid_json(text, error, is_line=True)
    return Problem(invalid.code, invalid.message, line=line)


def _list_in_line(line: int) -> Problem:
    expected = "a planet (an object)"
    message = (
        f"the line is a list; expected {expected}: send one planet per line, or a list as JSON"
    )
    return Problem("wrong_type", message, "", line, expected=expected, received="a list")


def _as_document(planets: Rows) -> Any:
    return planets[0] if len(planets) == 1 else {"planets": planets}


def _as_table(planets: Rows) -> str:
    rows = [planets[0], *(planet.values() for planet in planets)]
    return "".join(f"{','.join(map(str, row))}\r\n" for row in rows)


def _as_lines(planets: Rows) -> str:
    return msgspec.json.Encoder().encode_lines(planets).decode()


INPUT_FORMATS = (
    Reader(JSON, read_json, _as_document, ("text/json",)),
    Reader(CSV, read_csv, _as_table, ("application/csv",)),
    Reader(NDJSON, read_ndjson, _as_lines, ("application/ndjson", "application/jsonl")),
)
READERS = {
    name: reader for reader in INPUT_FORMATS for name in (reader.media_type, *reader.other_names)
}
"""Readers by every media type under which their format is known."""
