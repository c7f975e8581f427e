"""Values: what is known of many planets, taken out of their objects, a column for each name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from science.arrays import FloatArray
from science.columns import NUMERIC_NAMES

_NUMBERS = {name: attrgetter(name) for name in NUMERIC_NAMES}


def name_of(planet: Any) -> str | None:
    """Return the name of a planet; `pl_name` is one, too."""
    name: str | None = planet.pl_name if planet.name is None else planet.name
    return name


def names_of(planets: Sequence[Any]) -> list[str | None]:
    """Return the name of each planet."""
    # Not by a call for each, which takes three times as long.
    return [planet.pl_name if planet.name is None else planet.name for planet in planets]


def types_of(planets: Sequence[Any]) -> list[str | None]:
    """Return the spectral type of each planet's star."""
    return [planet.st_spectype for planet in planets]


def numbers_of(planets: Sequence[Any]) -> dict[str, FloatArray]:
    """Return the numeric columns, each of shape (planets,); NaN where a value is not known."""
    return {name: _column(planets, value_of) for name, value_of in _NUMBERS.items()}


def _column(planets: Sequence[Any], value_of: Callable[[Any], float | None]) -> FloatArray:
    try:
        return np.fromiter(map(value_of, planets), float, len(planets))
    except TypeError:  # there is a None, which only a cast from objects takes for NaN
        return np.fromiter(map(value_of, planets), object, len(planets)).astype(float)
