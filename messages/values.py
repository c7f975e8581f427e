"""Values: what is known of many planets, taken out of their objects, a column for each name."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from science.arrays import FloatArray
from science.columns import NUMERIC_NAMES


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


def _naming(code: str, each: str) -> Callable[[Any], Any]:
    """Return a function whose code names the numeric columns, as if it were written by hand.

    Python comes by an attribute that stands in its code in half the time of one whose name it is
    handed (PEP 659).
    """
    of_each = ", ".join(each.format(name) for name in NUMERIC_NAMES)
    named: Callable[[Any], Any]
    named = eval(code.format(of_each), {"nan": math.nan})  # noqa: S307 - of our own columns' names
    return named


_take_numbers: Callable[[Sequence[Any]], tuple[list[Any], ...]]
_take_numbers = _naming("lambda planets: ({},)", "[planet.{0} for planet in planets]")

numbers_of: Callable[[Any], dict[str, float]]
numbers_of = _naming("lambda planet: {{{}}}", "'{0}': nan if planet.{0} is None else planet.{0}")
"""Take the numeric columns out of one planet; NaN where a value is not known."""
