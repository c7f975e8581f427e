"""Ways in: one row of `INPUT_FORMATS` for each format that a body may have.

A reader turns what was sent into planets as plain objects, and can say of each value where it
stood. Whether the values are right is not its concern: every format is checked in the same way.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from exohabit.inputs.decoding import check_nesting, decode_csv, decode_json, number_or_text
from exohabit.inputs.json_documents import read_json
from exohabit.inputs.limits import MAX_PLANETS
from exohabit.inputs.problems import InvalidJSON, Problem, repr_short
from exohabit.inputs.raw_planets import RawPlanets, json_pointer
from exohabit.inputs.schemas import PLAIN, Shape, kept_keys

JSON = "application/json"
CSV = "text/csv"
NDJSON = "application/x-ndjson"

Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Reader:
    """A way in: a format, what reads it, and what shows in it how to ask."""

    media_type: str
    read: Callable[..., RawPlanets]
    """(body, shape, one_allowed=whether one bare planet is) -> Sent"""
    write: Callable[[Rows], Any]
    """Write planets as an example; one is written bare where the format can."""
    other_names: tuple[str, ...] = ()


def read_ndjson(body: bytes, _: Shape = PLAIN, **__: bool) -> RawPlanets:
    """Read planets as one JSON object a line; blank lines are skipped.

    Raises:
        InvalidJSON: it holds more objects and lists than any request needs.
    """
    check_nesting(body)
    written = ((i, line) for i, line in enumerate(io.BytesIO(body), 1) if line.strip())
    planets, lines, problems = [], [], []
    for line, text in islice(written, MAX_PLANETS + 1):
        try:
            planets.append(decode_json(text))
            lines.append(line)
        except InvalidJSON as error:
            problems.append(Problem(error.code, error.message, line=line))

    def where(index: int | None, key: str | None) -> dict[str, Any]:
        return {"pointer": json_pointer(key), "line": None if index is None else lines[index]}

    return RawPlanets(planets, where, problems)


def read_csv(body: bytes, shape: Shape = PLAIN, **_: bool) -> RawPlanets:
    """Read a table, one planet a row under a header, after `#` lines if there are any.

    Raises:
        InvalidCSV: it is none, or less than a header and a row.
    """
    (top, header), *rows = decode_csv(body, most=MAX_PLANETS + 1)
    names = [name.strip(_BLANKS) for name in header]
    counts = Counter(name for name in names if name in shape.keys)
    problems = [_twice(name, top) for name, count in counts.items() if count > 1]
    problems += [_ragged(line, row, names) for line, row in rows if len(row) != len(names)]
    sound = [(line, row) for line, row in rows if len(row) == len(names)]

    def where(index: int | None, key: str | None) -> dict[str, Any]:
        return {"line": top if index is None else sound[index][0], "column": key}

    kept = kept_keys(names, shape)
    columns = [_values(names.index(name), sound, name in shape.numbers) for name in kept]
    rows_of_values = zip(*columns, strict=True) if kept else ((),) * len(sound)
    planets = [dict(zip(kept, values, strict=True)) for values in rows_of_values]
    return RawPlanets(planets, where, problems, header=names, unknown="an empty field")


def read_pairs(pairs: Iterable[tuple[str, str]], shape: Shape = PLAIN) -> RawPlanets:
    """Read one planet from the names and texts behind the ? of an address."""
    known = ((name, text or None) for name, text in pairs if name in shape.keys)
    planet = {k: number_or_text(text) if text and k in shape.numbers else text for k, text in known}
    return RawPlanets(
        [planet], lambda _, key: {"parameter": key}, is_one=True, unknown="an empty value"
    )


_BLANKS = " \t"


def _values(
    at: int, rows: Sequence[tuple[int, list[str]]], are_numbers: bool
) -> list[float | str | None]:
    """Read the fields at one place of every row."""
    read = number_or_text if are_numbers else str
    texts = (row[at].strip(_BLANKS) for _, row in rows)
    return [read(text) if text else None for text in texts]


def _twice(name: str, line: int) -> Problem:
    return Problem(
        "repeated_column", f"{repr_short(name)} heads two columns", line=line, column=name
    )


def _ragged(line: int, row: list[str], header: list[str]) -> Problem:
    expected, received = f"{len(header)}, as in the header", str(len(row))
    message = f"the number of fields is {received}; expected {expected}"
    return Problem("wrong_length", message, line=line, expected=expected, received=received)


def _as_document(planets: Rows) -> Any:
    return planets[0] if len(planets) == 1 else {"planets": planets}


def _as_table(planets: Rows) -> str:
    table = io.StringIO()
    rows = csv.DictWriter(table, planets[0])
    rows.writeheader()
    rows.writerows(planets)
    return table.getvalue()


def _as_lines(planets: Rows) -> str:
    return msgspec.json.Encoder().encode_lines(planets).decode()


INPUT_FORMATS = (
    Reader(JSON, read_json, _as_document, ("text/json",)),
    Reader(CSV, read_csv, _as_table, ("application/csv",)),
    Reader(NDJSON, read_ndjson, _as_lines, ("application/ndjson", "application/jsonl")),
)
READERS = {name: way for way in INPUT_FORMATS for name in (way.media_type, *way.other_names)}
"""The ways in by every media type under which they are known."""
