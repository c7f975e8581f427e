"""Problems: what can be wrong with a request, described so that a client can correct it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from exohabit.inputs.limits import MAX_PROBLEMS
from exohabit.science.columns import Column

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
    "unknown_column",
    "other_unit",
    "wrong_length",
    "invalid_cursor",
    "invalid_json",
    "invalid_csv",
    "not_enough_data",
    "too_many_planets",
    "unknown_planet",
    "ambiguous_name",
    "stale_cursor",
    "not_ready",
)
"""Codes of problems; those from `invalid_json` on are also codes of errors."""

ProblemCode = Annotated[
    str, Meta(title="ProblemCode", extra_json_schema={"enum": list(PROBLEM_CODES)})
]
_MAX_SHOWN = 60
"""Characters of a value that a message repeats."""
_LARGE = 1e16
"""Numbers from here on are shown with an exponent, as in 5.97e+24."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One problem of a request: what is wrong and where, what was expected and what was received.

    The location is a pointer (RFC 6901) in JSON, a line and a column in a table, and a parameter in
    a query.
    """

    code: ProblemCode
    message: str
    pointer: str | None = None
    line: int | None = None
    column: str | None = None
    parameter: str | None = None
    expected: str | None = None
    received: str | None = None
    choices: Annotated[
        list[str] | None, Meta(description="names of known planets that may be meant")
    ] = None


class RequestError(Exception):
    """A request that cannot be answered, and why, without HTTP."""

    code = "invalid_input"
    pointer: str | None = ""
    """Location of a problem with the whole body."""
    retry_after: int | None = None
    """Seconds after which the same request may be answered; None if it must be changed."""

    def __init__(
        self,
        message: str,
        problems: list[Problem] | None = None,
        count: int | None = None,
        *,
        file_message: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file_message = file_message or message
        """The message where the input is a file of this machine."""
        self.problems = problems or [Problem(self.code, message, pointer=self.pointer)]
        self.problem_count = len(self.problems) if count is None else count


class InvalidInput(RequestError):
    """The request has problems, and they are listed."""

    @classmethod
    def of(
        cls, problems: Iterable[Problem | Callable[[], Problem]], hint: str = ""
    ) -> InvalidInput:
        """Count all problems; make and keep the first `MAX_PROBLEMS`. A hint ends the message."""
        kept, count = [], 0
        for problem in problems:
            count += 1
            if count <= MAX_PROBLEMS:
                kept.append(problem if isinstance(problem, Problem) else problem())
        first = f"{kept[0].message}{_location(kept[0])}" if kept else "it cannot be read"
        noun = "1 problem" if count == 1 else f"{count:,} problems"
        more = ", …" if count > 1 else ""
        return cls(f"{noun}: {first}{more}{hint}", kept, count)


class InvalidJSON(RequestError):
    """The body is not valid JSON."""

    code = "invalid_json"


class InvalidCSV(RequestError):
    """The body is not valid CSV."""

    code = "invalid_csv"
    pointer = None


class NotEnoughData(RequestError):
    """Too little is known about the planet to score it."""

    code = "not_enough_data"


class TooManyPlanets(RequestError):
    """The request has more planets than allowed."""

    code = "too_many_planets"


def _location(problem: Problem) -> str:
    """Return the location of a problem, unless its message says it."""
    if problem.line is not None:
        return f" (line {problem.line})"
    if problem.pointer is not None and problem.pointer.count("/") > 1:
        return f" (at {problem.pointer})"
    return ""


def expected_of(column: Column, unknown: str = "null") -> str:
    """Describe the values of a column; `unknown` is how the format writes a missing one."""
    if column.range is None:
        return f'a spectral type such as "G", "G2 V" or "M5.5 V", or {unknown}'
    low, high = column.range
    return f"a number from {low:g} to {high:g} {column.unit}, or {unknown}"


def repr_short(value: Any) -> str:
    """Return any value as a short text of printable characters; all others are escaped."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGE:
        value = int(value)
    text = json.dumps(value, ensure_ascii=False)
    text = "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in text)
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 1]}…"
