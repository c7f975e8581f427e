"""Problems: every fault of a request that did not pass, each with where, what and what instead.

The fast way in (`utils`) only says that something is wrong. Then the request is read again here,
slowly and completely, so that people can mend all faults at once.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import msgspec

from science.columns import ARCHIVE_NAMES, BY_NAME, COLUMNS, Column
from science.stars import read_spectral_type

MAX_PROBLEMS = 100
"""Problems listed in one answer; all are counted."""
MAX_NAME = 200
"""Characters in a planet's name."""
NAME_KEYS = ("name", "pl_name")

_LONGEST_KEY = 40
_SHOWN = 60


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One fault: where it is (JSON pointer or query parameter), what was expected, what came."""

    code: str
    message: str
    pointer: str | None = None
    parameter: str | None = None
    expected: str | None = None
    received: str | None = None


class RequestError(Exception):
    """A request that cannot be answered, and why; knows no HTTP."""

    code = "invalid_input"

    def __init__(
        self, message: str, problems: list[Problem] | None = None, count: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.problems = problems or [Problem(self.code, message, pointer="")]
        self.problem_count = len(self.problems) if count is None else count


class InvalidInput(RequestError):
    """The request holds faults, all of which are listed."""

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> InvalidInput:
        """Gather problems: the first hundred kept, all counted."""
        kept, count = [], 0
        for problem in problems:
            count += 1
            if count <= MAX_PROBLEMS:
                kept.append(problem)
        first = kept[0].message if kept else "it cannot be read"
        noun = "1 problem" if count == 1 else f"{count} problems"
        return cls(f"{noun} in the request: {first}{', …' if count > 1 else ''}", kept, count)


class InvalidJSON(RequestError):
    """The body is no JSON."""

    code = "invalid_json"


class NotEnoughData(RequestError):
    """Too little is known of the planet to judge it."""

    code = "not_enough_data"


class TooManyPlanets(RequestError):
    """More planets than one request may carry."""

    code = "too_many_planets"


def expected_of(column: Column) -> str:
    """Say what a column accepts."""
    if column.range is None:
        return 'a spectral type such as "G", "G2 V" or "M5.5 V", or null'
    low, high = column.range
    return f"a number from {low:g} to {high:g} {column.unit}, or null"


def in_document(document: Any, *, one_allowed: bool) -> Iterator[Problem]:
    """Find every problem of a JSON document that was sent as planets."""
    if isinstance(document, dict) and ("planets" in document or not one_allowed):
        yield from _in_envelope(document)
    elif isinstance(document, dict):
        yield from _in_planet(document, "")
    elif isinstance(document, list):
        yield from _in_list(document, "")
    else:
        wanted = 'an object {"planets": […]}'
        yield _wrong_type("", "a planet (an object)" if one_allowed else wanted, document)


def _in_envelope(document: dict[str, Any]) -> Iterator[Problem]:
    if "planets" not in document:
        yield Problem(
            code="missing_key",
            pointer="/planets",
            message='planets is missing: send {"planets": […]}' + _hint(document, ("planets",)),
            expected="a list of planets",
        )
    elif isinstance(document["planets"], dict):
        yield from _in_planet(document["planets"], "/planets")
    elif isinstance(document["planets"], list):
        yield from _in_list(document["planets"], "/planets")
    else:
        yield _wrong_type("/planets", "a list of planets", document["planets"])


def _in_list(planets: list[Any], pointer: str) -> Iterator[Problem]:
    if not planets:
        yield Problem(
            code="empty_list",
            pointer=pointer,
            message="the list of planets is empty",
            expected="at least one planet",
        )
    for index, planet in enumerate(planets):
        yield from _in_planet(planet, f"{pointer}/{index}")


def _in_planet(planet: Any, pointer: str) -> Iterator[Problem]:
    if not isinstance(planet, dict):
        yield _wrong_type(pointer, "a planet (an object)", planet)
        return
    for column in COLUMNS:
        place = f"{pointer}/{column.name}"
        if column.name in planet:
            yield from _in_value(planet[column.name], column, place)
        elif column.required:
            yield _missing(column, planet, place)
        flag = planet.get(column.limit_flag)
        if column.range and flag is not None and not _is_number(flag):
            yield _wrong_type(f"{place}lim", "0, 1, -1 or null", flag)
    for key in NAME_KEYS:
        yield from _in_name(planet.get(key), f"{pointer}/{key}")


def _in_value(value: Any, column: Column, pointer: str) -> Iterator[Problem]:
    if value is None:
        return
    if column.range is None:
        yield from _in_spectral_type(value, column, pointer)
    elif not _is_number(value):
        yield _wrong_type(pointer, expected_of(column), value)
    elif not column.range[0] <= value <= column.range[1]:
        yield Problem(
            code="out_of_range",
            pointer=pointer,
            message=f"{column.name} ({column.meaning}) is {shown(value)}; expected "
            f"{expected_of(column)}",
            expected=expected_of(column),
            received=shown(value),
        )


def _in_spectral_type(value: Any, column: Column, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield _wrong_type(pointer, expected_of(column), value)
        return
    try:
        read_spectral_type(value)
    except ValueError:
        yield Problem(
            code="unknown_spectral_type",
            pointer=pointer,
            message=f"{column.name} {shown(value)} is no spectral type; expected "
            f"{expected_of(column)}",
            expected=expected_of(column),
            received=shown(value),
        )


def _in_name(value: Any, pointer: str) -> Iterator[Problem]:
    expected = f"text of at most {MAX_NAME} characters, or null"
    if value is None:
        return
    if not isinstance(value, str):
        yield _wrong_type(pointer, expected, value)
    elif len(value) > MAX_NAME:
        yield Problem(
            code="too_long",
            pointer=pointer,
            message=f"the name has {len(value)} characters; expected {expected}",
            expected=expected,
            received=shown(value),
        )


def _missing(column: Column, planet: dict[str, Any], pointer: str) -> Problem:
    return Problem(
        code="missing_key",
        pointer=pointer,
        message=f"{column.name} ({column.meaning}) is missing; send null if it is not known"
        + _hint(planet, (column.name,)),
        expected=expected_of(column),
    )


def _wrong_type(pointer: str, expected: str, value: Any) -> Problem:
    what = pointer.rpartition("/")[2] or "the body"
    if what.isdigit():
        what = f"planet {what}"
    return Problem(
        code="wrong_type",
        pointer=pointer,
        message=f"{what} is {shown(value)}; expected {expected}",
        expected=expected,
        received=shown(value),
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _hint(sent: dict[str, Any], names: tuple[str, ...]) -> str:
    for key in sent:
        near = near_miss(key, names)
        if near:
            return f' (you sent "{key}": did you mean {near}?)'
    return ""


@lru_cache(maxsize=4096)
def near_miss(key: str, names: tuple[str, ...] = tuple(BY_NAME)) -> str | None:
    """Return the name that an unknown key was probably meant to be, if any."""
    if key in ARCHIVE_NAMES or key in names or len(key) > _LONGEST_KEY or not key.isprintable():
        return None
    plain = {name.replace("_", ""): name for name in names}
    close = difflib.get_close_matches(_plain(key), plain, n=1, cutoff=0.8)
    return plain[close[0]] if close else None


def _plain(key: str) -> str:
    return key.lower().replace("_", "").replace("-", "").replace(" ", "")


def shown(value: Any) -> str:
    """Show what came as short plain ASCII, whatever it was."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
