"""Kept columns: columns of the input that the answer repeats, as `?keep=` asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, islice
from typing import Any

from exohabit.inputs.limits import MAX_KEPT_COLUMNS, MAX_KEPT_VALUES
from exohabit.inputs.problems import InvalidInput, Problem
from exohabit.inputs.raw_planets import RawPlanets

ALL = "*"
"""Asks for every column."""


def choose_kept(names: Sequence[str], keep: Sequence[str], planets: int) -> list[str]:
    """Return the columns to keep, in the order asked for.

    Args:
        names: all columns of the input.
        keep: those asked for; `ALL` stands for the first `MAX_KEPT_COLUMNS`.
        planets: the number of planets.

    Raises:
        InvalidInput: these are more than `MAX_KEPT_VALUES` values.
    """
    unique = dict.fromkeys(chain.from_iterable(names if k == ALL else [k] for k in keep))
    chosen = list(islice(unique, MAX_KEPT_COLUMNS))
    if len(chosen) * planets > MAX_KEPT_VALUES:
        expected = f"at most {MAX_KEPT_VALUES:,} values"
        message = f"keep asks for {len(chosen)} columns of {planets:,} planets; expected {expected}"
        raise InvalidInput.of([Problem("too_long", message, parameter="keep", expected=expected)])
    return chosen


def keep_of_rows(raw: RawPlanets, keep: Sequence[str] | None) -> Mapping[str, Sequence[Any]] | None:
    """Return the kept columns of planets that were sent as objects; absent values are None."""
    if keep is None or raw.kept is not None:
        return raw.kept
    planets = [planet if isinstance(planet, dict) else {} for planet in raw.planets]
    keys = list(dict.fromkeys(chain.from_iterable(planets))) if ALL in keep else []
    chosen = choose_kept(keys, keep, len(planets))
    return {name: [planet.get(name) for planet in planets] for name in chosen}
