"""Readers: one row of `INPUT_FORMATS` for each format of a body.

A reader turns a body into planets as plain objects and knows where each value was found. It does
not check values: `validation` does that, in the same way for every format.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from exohabit.inputs.decoding import check_nesting, decode_csv, decode_json, number_or_text
from exohabit.inputs.json_documents import read_json
from exohabit.inputs.limits import MAX_PLANETS
from exohabit.inputs.problems import InvalidJSON, Problem, repr_short
from exohabit.inputs.raw_planets import RawPlanets, check_planet_count, json_pointer
from exohabit.inputs.schemas import PLAIN, PlanetSchema, kept_keys

JSON = "application/json"
CSV = "text/csv"
NDJSON = "application/x-ndjson"

_BLANKS = " \t"
Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Reader:
    """A format: what reads it, and what writes an example of it."""

    media_type: str
    read: Callable[..., RawPlanets]
    """(body, schema, one_allowed=whether one bare planet is allowed) -> RawPlanets"""
    write: Callable[[Rows], Any]
    """Writes planets as an example; a single one without a list, if the format allows that."""
    other_names: tuple[str, ...] = ()


def read_ndjson(body: bytes, _: PlanetSchema = PLAIN, **__: bool) -> RawPlanets:
    """Read planets from one JSON object per line; blank lines are skipped.

    Raises:
        InvalidJSON: it has more brackets than any request needs.
        TooManyPlanets: it has more than `MAX_PLANETS` lines.
    """
    check_nesting(body)
    planets: list[Any] = []
    lines: list[int] = []
    problems: list[Problem] = []
    for line, text in enumerate(io.BytesIO(body), 1):
        if not text.strip():
            continue
        check_planet_count(len(lines) + len(problems) + 1)
        try:
            planet = decode_json(text)
        except InvalidJSON as error:
            problems.append(Problem(error.code, error.message, line=line))
            continue
        if isinstance(planet, list):
            problems.append(_list_in_line(line))
        else:
            planets.append(planet)
            lines.append(line)

    def where(index: int | None, key: str | None) -> dict[str, Any]:
        return {"pointer": json_pointer(key), "line": None if index is None else lines[index]}

    return RawPlanets(planets, where, problems)


def read_csv(body: bytes, schema: PlanetSchema = PLAIN, **_: bool) -> RawPlanets:
    """Read a table: one planet per row below a header, which `#` lines may precede.

    Raises:
        InvalidCSV: it is not valid CSV, or has no row below the header.
        TooManyPlanets: it has more than `MAX_PLANETS` rows.
    """
    (header_line, header), *rows = decode_csv(body, max_rows=MAX_PLANETS + 1)
    check_planet_count(len(rows))
    names = [name.strip(_BLANKS) for name in header]
    counts = Counter(name for name in names if name in schema.keys)
    problems = [_repeated(name, header_line) for name, count in counts.items() if count > 1]
    problems += [_wrong_length(line, row, names) for line, row in rows if len(row) != len(names)]
    complete = [(line, row) for line, row in rows if len(row) == len(names)]

    def where(index: int | None, key: str | None) -> dict[str, Any]:
        return {"line": header_line if index is None else complete[index][0], "column": key}

    kept = kept_keys(names, schema)
    columns = [_values(names.index(name), complete, name in schema.numbers) for name in kept]
    rows_of_values = zip(*columns, strict=True) if kept else ((),) * len(complete)
    planets = [dict(zip(kept, values, strict=True)) for values in rows_of_values]
    return RawPlanets(planets, where, problems, header=names, unknown="an empty field")


def read_pairs(pairs: Iterable[tuple[str, str]], schema: PlanetSchema = PLAIN) -> RawPlanets:
    """Read one planet from query parameters."""
    known = ((name, text or None) for name, text in pairs if name in schema.keys)
    planet = {
        k: number_or_text(text) if text and k in schema.numbers else text for k, text in known
    }
    return RawPlanets(
        [planet], lambda _, key: {"parameter": key}, is_one=True, unknown="an empty value"
    )


def _values(
    position: int, rows: Sequence[tuple[int, list[str]]], are_numbers: bool
) -> list[float | str | None]:
    """Read the fields at one position of every row."""
    read = number_or_text if are_numbers else str
    texts = (row[position].strip(_BLANKS) for _, row in rows)
    return [read(text) if text else None for text in texts]


def _repeated(name: str, line: int) -> Problem:
    message = f"two columns are called {repr_short(name)}"
    return Problem("repeated_column", message, line=line, column=name)


def _wrong_length(line: int, row: list[str], header: list[str]) -> Problem:
    expected, received = f"{len(header)}, as in the header", str(len(row))
    hint = _COMMA_HINT if len(row) > len(header) else ""
    message = f"the row has {received} fields; expected {expected}{hint}"
    return Problem("wrong_length", message, line=line, expected=expected, received=received)


_COMMA_HINT = " (write decimals with a point, and quote text that contains a comma)"


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
