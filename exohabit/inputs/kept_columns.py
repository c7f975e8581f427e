"""Kept columns: columns of the input that the answer repeats unchanged, by ?keep=."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from typing import Any

from exohabit.inputs.limits import MAX_KEPT
from exohabit.inputs.near_misses import near_miss
from exohabit.inputs.problems import InvalidInput, Problem, repr_short
from exohabit.inputs.query_parameters import EVERY_COLUMN

Kept = Mapping[str, Sequence[Any]]
"""Values by column, one for each planet; None where a planet lacks the column."""


def keep_columns(planets: Sequence[dict[str, Any]], keep: Collection[str]) -> Kept:
    """Return the columns that `keep` names, from planets as they were read.

    Raises:
        InvalidInput: no planet has a column, there are too many, or a value is not a number, text,
            true, false or null.
    """
    names = choose_columns(dict.fromkeys(chain.from_iterable(planets)), keep)
    kept = {name: [planet.get(name) for planet in planets] for name in names}
    problems = [
        _not_plain(name, value)
        for name, values in kept.items()
        for value in values
        if not _is_plain(value)
    ]
    if problems:
        raise InvalidInput.of(problems)
    return kept


def choose_columns(names: Collection[str], keep: Collection[str]) -> list[str]:
    """Return which of the input's columns to keep.

    Raises:
        InvalidInput: the input lacks a column, or there are more than `MAX_KEPT`.
    """
    if EVERY_COLUMN not in keep:
        unknown = [_unknown(name, names) for name in keep if name not in names]
        if unknown:
            raise InvalidInput.of(unknown)
        return [*keep]
    if len(names) > MAX_KEPT:
        expected = f"at most {MAX_KEPT} columns"
        message = f"keep={EVERY_COLUMN} asks for {len(names):,} columns; expected {expected}"
        raise InvalidInput.of([_problem("too_many_columns", message, expected)])
    return [*names]


def _unknown(name: str, names: Collection[str]) -> Problem:
    near = near_miss(name, tuple(names)[:MAX_KEPT])
    hint = f": did you mean {near}?" if near else ""
    message = f"keep contains {repr_short(name)}, but the input has no such column{hint}"
    return _problem("unknown_column", message, "columns of the input", name)


def _not_plain(name: str, value: Any) -> Problem:
    expected = "numbers, text, true, false or null"
    message = f"keep contains {repr_short(name)}, but a value is {repr_short(value)}"
    return _problem("wrong_type", f"{message}; expected {expected}", expected, value)


def _problem(code: str, message: str, expected: str, received: Any = None) -> Problem:
    shown = None if received is None else repr_short(received)
    return Problem(code, message, parameter="keep", expected=expected, received=shown)


def _is_plain(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, str | int | bool)
