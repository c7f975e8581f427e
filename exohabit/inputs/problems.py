"""Problems: what can be wrong with a request, in words that help to mend it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import islice
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from exohabit.inputs.limits import MAX_COMPARED_KEYS, MAX_PROBLEMS
from exohabit.science.columns import ARCHIVE_NAMES, BY_NAME, Column

PROBLEM_CODES = (
    "missing_key",
    "wrong_type",
    "out_of_range",
    "unknown_spectral_type",
    "too_long",
    "empty_list",
    "too_many_parameters",
    "unknown_parameter",
    "repeated_parameter",
    "not_asked",
    "repeated_column",
    "wrong_length",
    "invalid_json",
    "invalid_csv",
    "not_enough_data",
    "too_many_planets",
)
"""What a problem may be; the last four can also be the whole error."""

_LONGEST_KEY = 40
_SHOWN = 60


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One fault of a request: what is wrong, where it stands, what was expected, what came.

    In JSON it stands at a pointer (RFC 6901), in a table in a line and a column, in an address at
    a parameter.
    """

    code: Annotated[str, Meta(description="one of " + ", ".join(PROBLEM_CODES))]
    message: str
    pointer: str | None = None
    line: int | None = None
    column: str | None = None
    parameter: str | None = None
    expected: str | None = None
    received: str | None = None


class RequestError(Exception):
    """A request that cannot be answered, and why; knows no HTTP."""

    code = "invalid_input"
    pointer: str | None = ""
    """Where in the body it is, if it is about the whole of it."""

    def __init__(
        self, message: str, problems: list[Problem] | None = None, count: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.problems = problems or [Problem(self.code, message, pointer=self.pointer)]
        self.problem_count = len(self.problems) if count is None else count


class InvalidInput(RequestError):
    """The request holds faults, all of which are listed."""

    @classmethod
    def of(cls, problems: Iterable[Problem | Callable[[], Problem]]) -> InvalidInput:
        """Gather problems, or what makes them: the first hundred kept, all counted."""
        kept, count = [], 0
        for problem in problems:
            count += 1
            if count <= MAX_PROBLEMS:
                kept.append(problem if isinstance(problem, Problem) else problem())
        first = f"{kept[0].message}{_place(kept[0])}" if kept else "it cannot be read"
        noun = "1 problem" if count == 1 else f"{count} problems"
        return cls(f"{noun} in the request: {first}{', …' if count > 1 else ''}", kept, count)


class InvalidJSON(RequestError):
    """The body is no JSON."""

    code = "invalid_json"


class InvalidCSV(RequestError):
    """The body is no CSV."""

    code = "invalid_csv"
    pointer = None


class NotEnoughData(RequestError):
    """Too little is known of the planet to judge it."""

    code = "not_enough_data"


class TooManyPlanets(RequestError):
    """More planets than one request may carry."""

    code = "too_many_planets"


def _place(problem: Problem) -> str:
    """Say where a problem stood, if its message does not."""
    if problem.line is not None:
        return f" (line {problem.line})"
    if problem.pointer is not None and problem.pointer.count("/") > 1:
        return f" (at {problem.pointer})"
    return ""


def expected_of(column: Column, unknown: str = "null") -> str:
    """Say what a column accepts, and how to say there that it is not known."""
    if column.range is None:
        return f'a spectral type such as "G", "G2 V" or "M5.5 V", or {unknown}'
    low, high = column.range
    return f"a number from {low:g} to {high:g} {column.unit}, or {unknown}"


def hint(sent: Iterable[str], names: tuple[str, ...]) -> str:
    """Name the key among those sent that was probably meant to be one of the names."""
    unknown = (key for key in sent if key not in ARCHIVE_NAMES)
    for key in islice(unknown, MAX_COMPARED_KEYS):
        near = near_miss(key, names)
        if near:
            return f' (you sent "{key}": did you mean {near}?)'
    return ""


def near_miss(key: str, names: tuple[str, ...] = tuple(BY_NAME)) -> str | None:
    """Return the name that an unknown key was probably meant to be, if any."""
    # Checked before the cached call: a cache bounds its entries, not their bytes.
    return _near_miss(key, names) if len(key) <= _LONGEST_KEY else None


@lru_cache(maxsize=4096)
def _near_miss(key: str, names: tuple[str, ...]) -> str | None:
    if key in ARCHIVE_NAMES or key in names or not key.isprintable():
        return None
    plain = {name.replace("_", ""): name for name in names}
    close = difflib.get_close_matches(_plain(key), plain, n=1, cutoff=0.8)
    return plain[close[0]] if close else None


def _plain(key: str) -> str:
    return key.lower().replace("_", "").replace("-", "").replace(" ", "")


def repr_short(value: Any) -> str:
    """Show what came as short plain ASCII, whatever it was."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
