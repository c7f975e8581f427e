"""Ways in: one row of `READERS` for each format that a body may have.

A reader turns what was sent into planets as plain objects, and can say of each value where it
stood. Whether the values are right is not its concern: every format is checked in the same way.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from messages.decoding import decode_csv, decode_json, number_or_text
from messages.problems import InvalidJSON, Problem, hint, shown
from messages.shapes import MAX_PLANETS, NUMBER_KEYS, PLANET_KEYS
from science.columns import ARCHIVE_NAMES, BY_NAME, REQUIRED

JSON = "application/json"
CSV = "text/csv"
NDJSON = "application/x-ndjson"

Where = Callable[[int | None, str], dict[str, Any]]
"""Where a key (or all, "") of a planet (or of the header, None) stood: fields of a `Problem`."""


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
    document, at = _unwrapped(decode_json(body), "")
    if _is_envelope(document, one_allowed):
        if "planets" not in document:
            return _misfit(_no_planets(document))
        document, at = _unwrapped(document["planets"], "/planets")
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
    written = ((i, line) for i, line in enumerate(io.BytesIO(body), 1) if line.strip())
    planets, lines, faults = [], [], []
    for line, text in islice(written, MAX_PLANETS + 1):
        try:
            planets.append(decode_json(text))
            lines.append(line)
        except InvalidJSON as error:
            faults.append(Problem(error.code, error.message, line=line))

    def where(index: int | None, key: str) -> dict[str, Any]:
        return {"pointer": _below(key), "line": None if index is None else lines[index]}

    return Sent(planets, where, faults)


def read_csv(body: bytes, **_: bool) -> Sent:
    """Read a table, one planet a row under a header, after `#` lines if there are any.

    Raises:
        InvalidCSV: it is none, or has no header.
    """
    (top, header), *rows = decode_csv(body, most=MAX_PLANETS + 1)
    names = [name.strip(" \t") for name in header]
    kept = [(i, name) for i, name in enumerate(names) if _is_kept(name)]
    faults = [
        _twice(name, top) for name, n in Counter(names).items() if name in PLANET_KEYS and n > 1
    ]
    faults += [_ragged(line, row, names) for line, row in rows if len(row) != len(names)]
    sound = [(line, row) for line, row in rows if len(row) == len(names)]

    def where(index: int | None, key: str) -> dict[str, Any]:
        return {"line": top if index is None else sound[index][0], "column": key or None}

    planets = [{name: _value(name, row[i].strip(" \t")) for i, name in kept} for _, row in sound]
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


_EXPECTED = {True: "a planet (an object)", False: 'an object {"planets": […]}'}
_REQUIRED_KEYS = {column.name for column in REQUIRED}


def _is_envelope(document: Any, one_allowed: bool) -> bool:
    if not isinstance(document, dict) or _is_frame(document):
        return False
    return not one_allowed or ("planets" in document and not document.keys() >= _REQUIRED_KEYS)


def _unwrapped(document: Any, at: str) -> tuple[Any, str]:
    """Take PowerShell 5.1's {"value": […], "Count": n} for the array, at its place."""
    if isinstance(document, dict) and document.keys() == {"value", "Count"}:
        return document["value"], f"{at}/value"
    return document, at


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
    """Write a key or index as a token of a JSON pointer (RFC 6901, section 3); none is no token."""
    if key is None or key == "":
        return ""
    return "/" + str(key).replace("~", "~0").replace("/", "~1")


def _value(name: str, text: str) -> float | str | None:
    if not text:
        return None
    return number_or_text(text) if name in NUMBER_KEYS else text


def _is_kept(name: str) -> bool:
    """Whether a column is ours, or unknown and perhaps a misspelling, but not the archive's."""
    return bool(name) and (name in PLANET_KEYS or name not in ARCHIVE_NAMES)


def _twice(name: str, line: int) -> Problem:
    return Problem("repeated_column", f"{shown(name)} heads two columns", line=line, column=name)


def _ragged(line: int, row: list[str], header: list[str]) -> Problem:
    expected, received = f"{len(header)}, as in the header", str(len(row))
    message = f"the number of fields is {received}; expected {expected}"
    return Problem("wrong_length", message, line=line, expected=expected, received=received)
