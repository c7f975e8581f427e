"""Ways in: one row of `READERS` for each format that a body may have.

A reader turns what was sent into planets as plain objects, and can say of each value where it
stood. Whether the values are right is not its concern: every format is checked in the same way.

The trap: numbers that come as text. `float()` also takes nan, 1_000 and Arabic digits, so a text is
a number only where JSON would have it so; any other text stays text, and is refused for it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

import msgspec

from messages.planets import MAX_PLANETS, NUMBER_KEYS, PLANET_KEYS
from messages.problems import InvalidCSV, InvalidJSON, Problem, TooManyPlanets, hint, shown
from science.columns import ARCHIVE_NAMES, BY_NAME, REQUIRED

JSON = "application/json"
CSV = "text/csv"
NDJSON = "application/x-ndjson"

Where = Callable[[int | None, str], dict[str, Any]]
"""Where a key (or all, "") of a planet (or of the header, None) stood: fields of a `Problem`."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent: planets as plain objects, and where they stood."""

    planets: list[Any]
    where: Where
    faults: list[Problem] = field(default_factory=list)
    """What is wrong with the whole rather than with a planet."""
    is_one: bool = False
    """Whether it was one bare planet rather than a list."""
    header: Collection[str] | None = None
    """The columns of a table; None where each planet has keys of its own."""
    labels: Sequence[str] | None = None
    """Labels of the rows of a DataFrame."""
    unknown: str = "null"
    """How to say in this format that a value is not known."""


def read_json(body: bytes, *, one_allowed: bool = False) -> Sent:
    """Read a list, {"planets": …}, a DataFrame as pandas writes it, or one bare planet.

    Raises:
        InvalidJSON: it is no JSON.
    """
    document, at = _decode_json(body), ""
    if _is_envelope(document, one_allowed):
        if "planets" not in document:
            return _misfit(_no_planets(document))
        document, at = document["planets"], "/planets"
    if _is_frame(document):
        return _read_frame(document, at)
    if isinstance(document, list):
        return Sent(document, lambda i, key: {"pointer": at + _below(i) + _below(key)})
    if isinstance(document, dict):
        return Sent([document], lambda _, key: {"pointer": at + _below(key)}, is_one=not at)
    expected = "a list of planets" if at else _EXPECTED[one_allowed]
    return _misfit(_no_shape(document, at, expected))


def read_ndjson(body: bytes, **_: bool) -> Sent:
    """Read planets as one JSON object a line; blank lines are skipped."""
    sent = [(i, line) for i, line in enumerate(io.BytesIO(body), 1) if line.strip()]
    planets, lines, faults = [], [], []
    for line, text in _bounded(sent):
        try:
            planets.append(_decode_json(text))
            lines.append(line)
        except InvalidJSON as error:
            faults.append(Problem(error.code, f"line {line}: {error.message}", line=line))

    def where(index: int | None, key: str) -> dict[str, Any]:
        return {"pointer": _below(key), "line": None if index is None else lines[index]}

    return Sent(planets, where, faults)


def read_csv(body: bytes, **_: bool) -> Sent:
    """Read a table, one planet a row under a header, after `#` lines if there are any.

    Raises:
        InvalidCSV: it is none, or has no header.
    """
    (top, header), *rows = _csv_rows(body)
    names = [name.strip() for name in header]
    kept = [(i, name) for i, name in enumerate(names) if _is_kept(name)]
    faults = [_twice(name, top) for name, count in Counter(names).items() if name and count > 1]
    faults += [_ragged(line, row, names) for line, row in rows if len(row) != len(names)]
    sound = [(line, row) for line, row in rows if len(row) == len(names)]

    def where(index: int | None, key: str) -> dict[str, Any]:
        return {"line": top if index is None else sound[index][0], "column": key or None}

    planets = [{name: _value(name, row[i].strip()) for i, name in kept} for _, row in sound]
    return Sent(planets, where, faults, header=names, unknown="an empty field")


def read_pairs(pairs: Iterable[tuple[str, str]]) -> Sent:
    """Read one planet from the names and texts behind the ? of an address."""
    planet = {name: _value(name, text) for name, text in pairs if name in PLANET_KEYS}
    return Sent(
        [planet], lambda _, key: {"parameter": key or None}, is_one=True, unknown="an empty value"
    )


READERS: dict[str, Callable[..., Sent]] = {
    JSON: read_json,
    CSV: read_csv,
    NDJSON: read_ndjson,
    "text/json": read_json,
    "application/csv": read_csv,
    "application/ndjson": read_ndjson,
    "application/jsonl": read_ndjson,
}
"""What reads a body, by its media type."""


# JSON


def _decode_json(body: bytes) -> Any:
    try:
        try:
            return _DECODER.decode(body)
        except msgspec.ValidationError:  # an integer of thousands of digits
            document = json.loads(body.decode(), parse_int=float, parse_constant=_refuse)
            msgspec.json.encode(document)  # raises for half a surrogate pair
            return document
    except (ValueError, RecursionError) as error:
        raise invalid_json(body, error) from error


# A number too large for a float becomes infinity, which no range holds.
_DECODER = msgspec.json.Decoder(float_hook=float)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def invalid_json(body: bytes, error: Exception) -> InvalidJSON:
    """Say why a body is no JSON."""
    if not body.strip():
        return InvalidJSON("The body is empty; send JSON.")
    if isinstance(error, RecursionError):
        return InvalidJSON("The body is nested too deeply.")
    if isinstance(error, UnicodeDecodeError):
        return InvalidJSON("The body is not UTF-8 text.")
    return InvalidJSON(f"The body is not valid JSON: {error}")


_EXPECTED = {True: "a planet (an object)", False: 'an object {"planets": […]}'}
_REQUIRED_KEYS = {column.name for column in REQUIRED}


def _is_envelope(document: Any, one_allowed: bool) -> bool:
    if not isinstance(document, dict) or _is_frame(document):
        return False
    return not one_allowed or ("planets" in document and not document.keys() >= _REQUIRED_KEYS)


def _no_planets(document: dict[str, Any]) -> Problem:
    return Problem(
        code="missing_key",
        pointer="/planets",
        message='planets is missing: send {"planets": […]}' + hint(document, ("planets",)),
        expected="a list of planets",
    )


def _no_shape(document: Any, at: str, expected: str) -> Problem:
    message = f"{at[1:] or 'the body'} is {shown(document)}; expected {expected}"
    return Problem("wrong_type", message, at, expected=expected, received=shown(document))


def _misfit(problem: Problem) -> Sent:
    return Sent([], lambda _, __: {}, [problem])


def _is_frame(document: Any) -> bool:
    """Whether all its values are objects, as in {"pl_rade": {"0": 1.1, "1": null}, …}."""
    return (
        isinstance(document, dict)
        and not BY_NAME.keys().isdisjoint(document)
        and all(isinstance(cells, dict) for cells in document.values())
    )


def _read_frame(document: dict[str, dict[str, Any]], at: str) -> Sent:
    columns = {name: cells for name, cells in document.items() if _is_kept(name)}
    labels = list(dict.fromkeys(label for cells in columns.values() for label in cells))
    planets = [
        {name: cells[label] for name, cells in columns.items() if label in cells}
        for label in labels
    ]

    def where(index: int | None, key: str) -> dict[str, Any]:
        return {"pointer": at + _below(key) + _below(None if index is None else labels[index])}

    return Sent(planets, where, header=columns.keys(), labels=labels)


def _below(key: str | int | None) -> str:
    """Write a key or index as a token of a JSON pointer (RFC 6901, section 3)."""
    if key is None or key == "":
        return ""
    return "/" + str(key).replace("~", "~0").replace("/", "~1")


# Tables and text

_LONGEST_LINE = 2**16
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def _value(name: str, text: str) -> float | str | None:
    if not text:
        return None
    return float(text) if name in NUMBER_KEYS and _NUMBER.fullmatch(text) else text


def _is_kept(name: str) -> bool:
    """Whether a column is ours, or unknown and perhaps a misspelling, but not the archive's."""
    return bool(name) and (name in PLANET_KEYS or name not in ARCHIVE_NAMES)


def _csv_rows(body: bytes) -> list[tuple[int, list[str]]]:
    """Split a table into rows with the number of the line that each ends in."""
    try:
        lines = io.StringIO(body.decode(), newline="")
        reader = csv.reader(_without_comments(lines), strict=True)
        rows = list(_bounded(((reader.line_num, row) for row in reader if row), more=1))
    except UnicodeDecodeError as error:
        raise InvalidCSV("The body is not UTF-8 text.") from error
    except csv.Error as error:
        raise InvalidCSV(f"The body is not valid CSV: line {reader.line_num}: {error}.") from error
    if not rows:
        raise InvalidCSV("The body is empty; send a header and a row for each planet.")
    return rows


def _without_comments(lines: Iterator[str]) -> Iterator[str]:
    """Blank the `#` lines above the header, so that the numbers of the lines hold."""
    above = True
    for number, line in enumerate(lines, 1):
        if len(line) > _LONGEST_LINE:
            raise InvalidCSV(f"Line {number} is longer than {_LONGEST_LINE:,} characters.")
        above = above and (line.startswith("#") or not line.strip())
        yield "\n" if above else line


def _bounded(rows: Iterable[T], more: int = 0) -> Iterator[T]:
    for count, row in enumerate(rows):
        if count >= MAX_PLANETS + more:
            raise TooManyPlanets(
                f"more than {MAX_PLANETS:,} planets in one request; at most {MAX_PLANETS:,}: "
                "send several"
            )
        yield row


def _twice(name: str, line: int) -> Problem:
    return Problem("repeated_column", f"{shown(name)} heads two columns", line=line, column=name)


def _ragged(line: int, row: list[str], header: list[str]) -> Problem:
    expected, received = f"{len(header)} fields, as in the header", f"{len(row)}"
    message = f"the row has {received} fields; expected {expected}"
    return Problem("wrong_length", message, line=line, expected=expected, received=received)
