"""Kept columns: columns of the input that `?keep=` repeats unchanged in the answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any

from exohabit.inputs.limits import MAX_KEPT_COLUMNS, MAX_KEPT_VALUES
from exohabit.inputs.near_misses import near_miss_of_client
from exohabit.inputs.problems import InvalidInput, Problem, repr_short
from exohabit.inputs.query_parameters import EVERY_COLUMN
from exohabit.inputs.raw_planets import RawPlanets

Kept = Mapping[str, Sequence[Any]]
"""Values by column, one for each planet; None where a planet lacks the column."""


def keep_of_rows(raw: RawPlanets, keep: Sequence[str] | None) -> Kept | None:
    """Return the columns that `keep` names, as the reader kept them or from planets as objects.

    Raises:
        InvalidInput: as `choose_kept` and `check_kept_values` do; or a value is not a number, text,
            true, false or null.
    """
    if keep is None:
        return None
    kept = _of_objects(raw.planets, keep) if raw.kept is None else raw.kept
    _refuse(
        partial(_not_plain, name, value)
        for name, values in kept.items()
        for value in values
        if not _is_plain(value)
    )
    return kept


def _refuse(makers: Iterator[Callable[[], Problem]]) -> None:
    """Raise InvalidInput if there is a problem; only the problems that it lists are made."""
    first = next(makers, None)
    if first is not None:
        raise InvalidInput.of(chain([first], makers))


def _of_objects(planets: Sequence[Any], keep: Sequence[str]) -> Kept:
    objects = [planet if isinstance(planet, dict) else {} for planet in planets]
    names = choose_kept(dict.fromkeys(chain.from_iterable(objects)), keep)
    check_kept_values(len(names), len(objects))
    return {name: [planet.get(name) for planet in objects] for name in names}


def choose_kept(names: Iterable[str], keep: Sequence[str]) -> dict[str, int]:
    """Return the positions of the columns to keep, in the order asked for.

    Args:
        names: all columns of the input; of those with the same name, the first is kept.
        keep: those asked for; `EVERY_COLUMN` stands for all.

    Raises:
        InvalidInput: the input lacks a column, or there are more columns than `MAX_KEPT_COLUMNS`.
    """
    positions: dict[str, int] = {}
    for position, name in enumerate(names):
        positions.setdefault(name, position)
    chosen = dict.fromkeys(
        chain.from_iterable(positions if each == EVERY_COLUMN else [each] for each in keep)
    )
    _check_count(len(chosen), MAX_KEPT_COLUMNS, "columns")
    _refuse(partial(_unknown, name, positions) for name in chosen if name not in positions)
    return {name: positions[name] for name in chosen}


def check_kept_values(columns: int, planets: int) -> None:
    """Refuse to keep more values than `MAX_KEPT_VALUES`.

    Raises:
        InvalidInput: there are more.
    """
    _check_count(columns * planets, MAX_KEPT_VALUES, "values")


def _check_count(count: int, limit: int, what: str) -> None:
    if count > limit:
        expected = f"at most {limit:,} {what}"
        message = f"keep asks for {count:,} {what}; expected {expected}"
        raise InvalidInput.of([_problem("too_long", message, expected)])


def _unknown(name: str, names: Iterable[str]) -> Problem:
    near = near_miss_of_client(name, names)
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
