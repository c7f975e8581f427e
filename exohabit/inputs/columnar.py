"""Columnar values: take the values of planets out of their objects, into one array per column."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from exohabit.science.arrays import FloatArray
from exohabit.science.columns import NUMERIC_NAMES

_numeric_values = attrgetter(*NUMERIC_NAMES)


class ColumnarValues(NamedTuple):
    """The values of some planets, in their order."""

    names: list[str | None]
    types: list[str | None]
    """Spectral types of the stars, as they were written."""
    numbers: dict[str, FloatArray]
    """The numeric columns, each of shape (planets,); NaN where a value is not known."""

    @classmethod
    def of(cls, planets: Sequence[Any]) -> ColumnarValues:
        """Take the values out of planets."""
        return cls(
            [*map(name_of, planets)],
            [planet.st_spectype for planet in planets],
            {  # None becomes NaN
                name: np.array([*map(attrgetter(name), planets)], dtype=float)
                for name in NUMERIC_NAMES
            },
        )


def name_of(planet: Any) -> str | None:
    """Return the name of a planet, which can be in `name` or `pl_name`."""
    name: str | None = planet.pl_name if planet.name is None else planet.name
    return name


def numbers_of(planet: Any) -> dict[str, float]:
    """Return the numeric columns of one planet; NaN where a value is not known."""
    values = zip(NUMERIC_NAMES, _numeric_values(planet), strict=True)
    return {name: math.nan if value is None else value for name, value in values}
