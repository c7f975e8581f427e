"""Row checks: convert plain objects to typed planets, or find their problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

import msgspec

from exohabit.inputs.limits import MAX_PROBLEMS
from exohabit.inputs.planet_names import is_name
from exohabit.inputs.problems import InvalidInput, Problem
from exohabit.inputs.raw_planets import RawPlanets, check_planet_count
from exohabit.inputs.schemas import NAME_KEYS, PlanetSchema, list_of
from exohabit.inputs.validation import is_number, problems_of
from exohabit.science.columns import NUMERIC, REQUIRED
from exohabit.science.spectral_columns import spectral_values

_NOTHING: dict[str, Any] = {column.name: None for column in REQUIRED}
"""Stands for a planet that is skipped."""
_LIMIT_FLAGS = frozenset(column.limit_flag for column in NUMERIC)
_SKIP_HINT = " (?on_invalid=skip leaves such planets out and answers about the others)"


class CheckedRows(NamedTuple):
    """Planets without problems."""

    planets: Sequence[dict[str, Any]]
    rows: Sequence[Any]
    """The same as types."""
    invalid: dict[int, list[Problem]]
    """Problems of the planets that are skipped, by index; at most `MAX_PROBLEMS` in all."""


def check_rows(
    raw: RawPlanets,
    problems: Sequence[Problem],
    schema: PlanetSchema,
    *,
    skip_invalid: bool,
    uses_flagged: bool = False,
) -> CheckedRows:
    """Check planets.

    Args:
        raw: the planets, and where each of them was found in the input.
        problems: problems found elsewhere in the request, to be listed with those of the planets.
        schema: which keys of a planet are read.
        skip_invalid: whether planets with problems are skipped, if others have none.
        uses_flagged: whether limits are used as values; otherwise they may be out of range.

    Raises:
        InvalidInput: there are problems that cannot be skipped; all of them are listed.
        TooManyPlanets: there are more than `MAX_PLANETS`.
    """
    check_planet_count(len(raw.planets))
    is_whole_valid = not (problems or raw.problems)
    if is_whole_valid and not raw.unreadable:
        try:
            return CheckedRows(raw.planets, _convert(raw.planets, schema), {})
        except ValueError:  # msgspec.ValidationError is one
            if not uses_flagged:
                raw = raw.with_planets([*map(without_limits, raw.planets)])
    found = problems_of(raw, schema)
    invalid = _list_by_planet(found) if is_whole_valid and skip_invalid else None
    if invalid is not None and len(invalid) < len(raw.planets):
        planets = [_NOTHING | _name_of(p) if i in invalid else p for i, p in enumerate(raw.planets)]
        return CheckedRows(planets, _convert(planets, schema), invalid)
    hint = _SKIP_HINT if is_whole_valid and len(raw.planets) > 1 and not skip_invalid else ""
    makers = (make for _, make in problems_of(raw, schema))
    all_problems: Iterator[Problem | Callable[[], Problem]] = chain(problems, makers)
    first = next(all_problems, None)
    if first is not None:
        raise InvalidInput.of(chain([first], all_problems), hint)
    return CheckedRows(raw.planets, _convert(raw.planets, schema), {})


def _convert(planets: Sequence[Any], schema: PlanetSchema) -> Sequence[Any]:
    """Turn planets into types; raise ValueError if one of them has a problem."""
    rows: Sequence[Any] = msgspec.convert(planets, list_of(schema.planet))
    for text in {row.st_spectype for row in rows}:
        spectral_values(text)
    return rows


def _list_by_planet(
    problems: Iterable[tuple[int | None, Callable[[], Problem]]],
) -> dict[int, list[Problem]] | None:
    """List problems by the index of their planet; None if one concerns the whole input."""
    invalid: dict[int, list[Problem]] = {}
    listed = 0
    for index, make in problems:
        if index is None:
            return None
        of_planet = invalid.setdefault(index, [])
        if listed < MAX_PROBLEMS:
            of_planet.append(make())
            listed += 1
    return invalid


def _name_of(planet: Any) -> dict[str, Any]:
    """Return the names of a planet that is skipped, as far as they are valid."""
    if not isinstance(planet, dict):
        return {}
    return {key: planet[key] for key in NAME_KEYS if is_name(planet.get(key))}


def without_limits(planet: Any) -> Any:
    """Replace values that are out of range, but only limits, by others: limits are not used."""
    if not isinstance(planet, dict) or _LIMIT_FLAGS.isdisjoint(planet):
        return planet
    replaced = {}
    for column in NUMERIC:
        flag, value = planet.get(column.limit_flag), planet.get(column.name)
        is_limit = is_number(flag) and flag != 0 and is_number(value)
        low, high = column.bounds
        if is_limit and value is not None and not low <= value <= high:
            replaced[column.name] = low
    return planet | replaced if replaced else planet
