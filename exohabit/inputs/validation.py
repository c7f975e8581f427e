"""Inspection: everything that is wrong with what was sent, wherever it stood.

The fast way in only says that something is wrong. Then the planets are gone through here, slowly
and completely, so that people can mend all faults at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

from msgspec.structs import replace

from exohabit.inputs.limits import MAX_NAME
from exohabit.inputs.problems import Problem, expected_of, hint, repr_short
from exohabit.inputs.raw_planets import RawPlanets
from exohabit.inputs.schemas import DETAILED, NAME_KEYS, PLAIN, PROVENANCE, Shape
from exohabit.science.columns import COLUMNS, NUMERIC, REQUIRED, Column
from exohabit.science.spectral_types import read_spectral_type

_COLUMNS_AND_FLAGS = [(column, column.limit_flag) for column in COLUMNS]
Found = Iterator[tuple[str | None, Callable[[], Problem]]]
"""What makes each problem, with the key that it is about: most are counted, and never made."""


def problems_of(
    sent: RawPlanets, shape: Shape = PLAIN
) -> Iterator[Problem | Callable[[], Problem]]:
    """Find every problem of what was sent: of the whole first, then planet by planet."""
    yield from sent.problems
    for key, make in _in_whole(sent):
        yield partial(_placed, make, sent, None, key)
    for index, planet in enumerate(sent.planets):
        for key, make in _in_planet(planet, index, sent, shape):
            yield partial(_placed, make, sent, index, key)


def _placed(
    make: Callable[[], Problem], sent: RawPlanets, index: int | None, key: str | None
) -> Problem:
    return replace(make(), **sent.where(index, key))


def _in_whole(sent: RawPlanets) -> Found:
    if sent.header is not None:
        for column in REQUIRED:
            if column.name not in sent.header:
                yield column.name, partial(_missing, column, sent.header, sent.unknown)
    if not sent.planets and not sent.problems:
        yield None, partial(Problem, "empty_list", _EMPTY, expected="at least one planet")


_EMPTY = "the list of planets is empty"


def _in_planet(planet: Any, index: int, sent: RawPlanets, shape: Shape) -> Found:
    if not isinstance(planet, dict):
        what = "the body" if sent.is_one else f"planet {index}"
        is_cut = isinstance(planet, str) and planet.startswith("@{")
        depth = "; in PowerShell: ConvertTo-Json -Depth 4" if is_cut else ""
        yield None, partial(_wrong_type, what, planet, f"a planet (an object){depth}")
        return
    for column, flag_name in _COLUMNS_AND_FLAGS:
        if column.name in planet:
            yield from _in_value(planet[column.name], column, sent.unknown)
        elif column.required and (sent.header is None or column.name in sent.header):
            yield column.name, partial(_missing, column, planet, sent.unknown)
        flag = planet.get(flag_name)
        if column.range and flag is not None and not (_is_number(flag) and -1 <= flag <= 1):
            expected = f"0, 1, -1 or {sent.unknown}"
            yield flag_name, partial(_wrong_type, flag_name, flag, expected)
    if shape is DETAILED:
        yield from _in_details(planet, sent.unknown)
    for key in NAME_KEYS:
        yield from _in_name(planet.get(key), key, sent.unknown)


def _in_details(planet: dict[str, Any], unknown: str) -> Found:
    for column in NUMERIC:
        highest = column.bounds[1]
        for key, low, high in (
            (column.upper_error, 0.0, highest),
            (column.lower_error, -highest, 0.0),
        ):
            value = planet.get(key)
            expected = f"a number from {low:g} to {high:g} {column.unit}, or {unknown}"
            if value is None or (_is_number(value) and low <= value <= high):
                continue
            about = f"{key} (error of {column.name})"
            make = _out_of_range if _is_number(value) else _wrong_type
            yield key, partial(make, about, value, expected)
    provenance = planet.get(PROVENANCE)
    if provenance is not None and not isinstance(provenance, str):
        yield PROVENANCE, partial(_wrong_type, PROVENANCE, provenance, f"text, or {unknown}")


def _in_value(value: Any, column: Column, unknown: str) -> Found:
    if value is None:
        return
    if column.range is None:
        yield from _in_spectral_type(value, column, unknown)
    elif not _is_number(value):
        yield column.name, partial(_wrong_type, column.name, value, expected_of(column, unknown))
    elif not column.range[0] <= value <= column.range[1]:
        about = f"{column.name} ({column.meaning})"
        yield column.name, partial(_out_of_range, about, value, expected_of(column, unknown))


def _in_spectral_type(value: Any, column: Column, unknown: str) -> Found:
    expected = expected_of(column, unknown)
    if not isinstance(value, str):
        yield column.name, partial(_wrong_type, column.name, value, expected)
        return
    try:
        read_spectral_type(value)
    except ValueError:
        yield column.name, partial(_no_spectral_type, value, column, expected)


def _in_name(value: Any, key: str, unknown: str) -> Found:
    expected = f"text of at most {MAX_NAME} characters, or {unknown}"
    if value is None:
        return
    if not isinstance(value, str):
        yield key, partial(_wrong_type, key, value, expected)
    elif len(value) > MAX_NAME:
        yield key, partial(_too_long, value, expected)


def _out_of_range(what: str, value: float, expected: str) -> Problem:
    message = f"{what} is {repr_short(value)}; expected {expected}"
    return _refused("out_of_range", message, value, expected)


def _no_spectral_type(value: str, column: Column, expected: str) -> Problem:
    message = f"{column.name} {repr_short(value)} is no spectral type; expected {expected}"
    return _refused("unknown_spectral_type", message, value, expected)


def _too_long(value: str, expected: str) -> Problem:
    message = f"the name has {len(value)} characters; expected {expected}"
    return _refused("too_long", message, value, expected)


def _missing(column: Column, sent: Collection[str], unknown: str) -> Problem:
    message = f"{column.name} ({column.meaning}) is missing; send {unknown} if it is not known"
    expected = expected_of(column, unknown)
    return Problem("missing_key", message + hint(sent, (column.name,)), expected=expected)


def _wrong_type(what: str, value: Any, expected: str) -> Problem:
    message = f"{what} is {repr_short(value)}; expected {expected}"
    return _refused("wrong_type", message, value, expected)


def _refused(code: str, message: str, value: Any, expected: str) -> Problem:
    return Problem(code, message, expected=expected, received=repr_short(value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
