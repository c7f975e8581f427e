"""Values: what is known of planets, taken out of their objects: of many, a column for each name."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from exohabit.science.arrays import FloatArray
from exohabit.science.columns import NUMERIC_NAMES


class Values(NamedTuple):
    """What is known of some planets, in their order."""

    names: list[str | None]
    types: list[str | None]
    """Spectral types of their stars, as they were written."""
    numbers: dict[str, FloatArray]
    """The numeric columns, each of shape (planets,); NaN where a value is not known."""

    @classmethod
    def of(cls, planets: Sequence[Any]) -> Values:
        """Take out what is known of planets."""
        # Names not by a call of `name_of` for each, which takes twice as long.
        names = [planet.pl_name if planet.name is None else planet.name for planet in planets]
        types = [planet.st_spectype for planet in planets]
        columns = map(_column, _take_numbers(planets))
        return cls(names, types, dict(zip(NUMERIC_NAMES, columns, strict=True)))

    @classmethod
    def joined(cls, several: Sequence[Values]) -> Values:
        """Put planets one behind the other."""
        if len(several) == 1:
            return several[0]
        names, types, numbers = zip(*several, strict=True)
        columns = {name: np.concatenate([each[name] for each in numbers]) for name in NUMERIC_NAMES}
        return cls([*chain.from_iterable(names)], [*chain.from_iterable(types)], columns)


def name_of(planet: Any) -> str | None:
    """Return the name of a planet; `pl_name` is one, too."""
    name: str | None = planet.pl_name if planet.name is None else planet.name
    return name


def _column(values: Sequence[float | None]) -> FloatArray:
    try:
        return np.fromiter(values, float, len(values))
    except TypeError:  # there is a None
        return np.array(values, dtype=float)


def _compiled(of_column: str, within: str) -> Callable[[Any], Any]:
    """Write code for each numeric column, NAME being its name, within other code; return the whole.

    Python comes by an attribute that stands in its code in half the time of one whose name it is
    handed (PEP 659).
    """
    of_all = ", ".join(of_column.replace("NAME", name) for name in NUMERIC_NAMES)
    function: Callable[[Any], Any]
    function = eval(within.replace("ALL", of_all), {"nan": math.nan})  # noqa: S307 - all ours
    return function


_take_numbers: Callable[[Sequence[Any]], tuple[list[Any], ...]]
_take_numbers = _compiled("[planet.NAME for planet in planets]", within="lambda planets: (ALL,)")

numbers_of: Callable[[Any], dict[str, float]]
numbers_of = _compiled(
    "'NAME': nan if planet.NAME is None else planet.NAME", within="lambda planet: {ALL}"
)
"""Take the numeric columns out of one planet; NaN where a value is not known."""
