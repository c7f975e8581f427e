"""Validation: find every problem of planets, whatever format they came in.

The typed decode only says that something is wrong. Then every value is checked here, slowly and
completely, so that a client can correct all problems at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

from msgspec.structs import replace

from exohabit.inputs.hints import hint_list, hint_number, hint_unit, is_powershell_text
from exohabit.inputs.limits import MAX_NAME
from exohabit.inputs.near_misses import hint
from exohabit.inputs.planet_names import is_number_for_name
from exohabit.inputs.problems import Problem, expected_of, repr_short
from exohabit.inputs.raw_planets import RawPlanets
from exohabit.inputs.schemas import (
    DETAILED_SCHEMA,
    FLAGS,
    NAME_KEYS,
    PLAIN_SCHEMA,
    PROVENANCE,
    PlanetSchema,
)
from exohabit.science.columns import COLUMNS, NUMERIC, REQUIRED, Column
from exohabit.science.spectral_types import read_spectral_type

_COLUMNS_AND_FLAGS = [(column, column.limit_flag) for column in COLUMNS]
Found = Iterator[tuple[str | None, Callable[[], Problem]]]
"""The key of each problem and a function that makes it: most problems are only counted."""
EMPTY_LIST = Problem("empty_list", "the list of planets is empty", expected="at least one planet")


def problems_of(
    raw: RawPlanets, schema: PlanetSchema = PLAIN_SCHEMA
) -> Iterator[tuple[int | None, Callable[[], Problem]]]:
    """Find every problem: first those of the whole input, then planet by planet.

    Yields the index of the planet (None: the whole input) and a function that makes the problem.
    """
    for problem in raw.problems:
        yield None, partial(replace, problem)
    for key, make in _check_whole(raw):
        yield None, partial(_located, make, raw, None, key)
    for index, planet in enumerate(raw.planets):
        if index in raw.unreadable:
            yield index, partial(replace, raw.unreadable[index])
            continue
        for key, make in _check_planet(planet, index, raw, schema):
            yield index, partial(_located, make, raw, index, key)


def _located(
    make: Callable[[], Problem], raw: RawPlanets, index: int | None, key: str | None
) -> Problem:
    return replace(make(), **raw.where(index, key))


def _check_whole(raw: RawPlanets) -> Found:
    if raw.header is not None:
        for column in REQUIRED:
            if column.name not in raw.header:
                yield column.name, partial(_missing, column, raw.header, raw.unknown)
    if not raw.planets and not raw.problems:
        yield None, lambda: EMPTY_LIST


def _check_planet(planet: Any, index: int, raw: RawPlanets, schema: PlanetSchema) -> Found:
    if not isinstance(planet, dict):
        what = "the body" if raw.is_one else f"planet {index:,}"
        is_cut = isinstance(planet, str) and is_powershell_text(planet)
        depth = "; in PowerShell: ConvertTo-Json -Depth 4" if is_cut else ""
        yield None, partial(_wrong_type, what, planet, f"a planet (an object){depth}")
        return
    for column, flag_name in _COLUMNS_AND_FLAGS:
        if column.name in planet:
            yield from _check_value(planet[column.name], column, raw.unknown)
        elif column.required and (raw.header is None or column.name in raw.header):
            yield column.name, partial(_missing, column, planet, raw.unknown)
        flag = planet.get(flag_name)
        if column.range and flag is not None and not (is_number(flag) and -1 <= flag <= 1):
            expected = f"0, 1, -1 or {raw.unknown}"
            yield flag_name, partial(_wrong_type, flag_name, flag, expected)
    if schema is DETAILED_SCHEMA:
        yield from _check_errors(planet, raw.unknown)
    for key in NAME_KEYS:
        yield from _check_name(planet.get(key), key, raw.unknown)


def _check_errors(planet: dict[str, Any], unknown: str) -> Found:
    for column in NUMERIC:
        highest = column.bounds[1]
        for key, low, high in (
            (column.upper_error, 0.0, highest),
            (column.lower_error, -highest, 0.0),
        ):
            value = planet.get(key)
            expected = f"a number from {low:g} to {high:g} {column.unit}, or {unknown}"
            if value is None or (is_number(value) and low <= value <= high):
                continue
            what = f"{key} (error of {column.name})"
            make = _out_of_range if is_number(value) else _wrong_type
            yield key, partial(make, what, value, expected)
    for key in FLAGS:
        flag = planet.get(key)
        if flag is not None and not (is_number(flag) and 0 <= flag <= 1):
            yield key, partial(_wrong_type, key, flag, f"0, 1 or {unknown}")
    provenance = planet.get(PROVENANCE)
    if provenance is not None and not isinstance(provenance, str):
        yield PROVENANCE, partial(_wrong_type, PROVENANCE, provenance, f"text, or {unknown}")


def _check_value(value: Any, column: Column, unknown: str) -> Found:
    if value is None:
        return
    if column.range is None:
        yield from _check_spectral_type(value, column, unknown)
    elif not is_number(value):
        yield column.name, partial(_not_the_type, column, value, unknown)
    elif not column.range[0] <= value <= column.range[1]:
        yield column.name, partial(_outside, column, value, unknown)


def _check_spectral_type(value: Any, column: Column, unknown: str) -> Found:
    if not isinstance(value, str):
        yield column.name, partial(_not_the_type, column, value, unknown)
        return
    try:
        read_spectral_type(value)
    except ValueError:
        yield column.name, partial(_not_a_spectral_type, value, column, unknown)


def _check_name(value: Any, key: str, unknown: str) -> Found:
    expected = f"text of at most {MAX_NAME} characters, or {unknown}"
    if value is None or is_number_for_name(value):
        return
    if not isinstance(value, str):
        yield key, partial(_not_a_name, key, value, expected)
    elif len(value) > MAX_NAME:
        yield key, partial(_too_long, value, expected)


def _not_a_name(key: str, value: Any, expected: str) -> Problem:
    problem = _wrong_type(key, value, expected)
    advice = " (send a number of more than 15 digits in quotes)" if is_number(value) else ""
    return replace(problem, message=problem.message + advice)


def _missing(column: Column, keys: Collection[str], unknown: str) -> Problem:
    message = f"{column.name} ({column.meaning}) is missing; send {unknown} if it is not known"
    expected = expected_of(column, unknown)
    return Problem("missing_key", message + hint(keys, (column.name,)), expected=expected)


def _outside(column: Column, value: float, unknown: str) -> Problem:
    what = f"{column.name} ({column.meaning})"
    problem = _out_of_range(what, value, expected_of(column, unknown))
    how = "send null" if unknown == "null" else "leave it empty"
    advice = hint_unit(column.name, value) if value else f" (if it is not known, {how})"
    return replace(problem, message=problem.message + advice)


def _not_the_type(column: Column, value: Any, unknown: str) -> Problem:
    problem = _wrong_type(column.name, value, expected_of(column, unknown))
    return replace(problem, message=problem.message + _hint(value, column.name))


def _hint(value: Any, key: str) -> str:
    if isinstance(value, list):
        return hint_list(value)
    return hint_number(value, key) if isinstance(value, str) else ""


def _not_a_spectral_type(value: str, column: Column, unknown: str) -> Problem:
    how = "send null" if unknown == "null" else "leave it empty"
    if value.strip():
        how = f"write only the primary's type, or {how}"
    statement = f"{column.name} {repr_short(value)} is not a spectral type"
    problem = _problem("unknown_spectral_type", statement, value, expected_of(column, unknown))
    return replace(problem, message=f"{problem.message} ({how})")


def _too_long(value: str, expected: str) -> Problem:
    return _problem("too_long", f"the name has {len(value):,} characters", value, expected)


def _wrong_value(code: str, what: str, value: Any, expected: str) -> Problem:
    return _problem(code, f"{what} is {repr_short(value)}", value, expected)


_wrong_type = partial(_wrong_value, "wrong_type")
_out_of_range = partial(_wrong_value, "out_of_range")


def _problem(code: str, statement: str, value: Any, expected: str) -> Problem:
    message = f"{statement}; expected {expected}"
    return Problem(code, message, expected=expected, received=repr_short(value))


def is_number(value: Any) -> bool:
    """Whether a value is a number; true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)
