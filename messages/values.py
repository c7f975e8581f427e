"""Values: what is known of many planets, taken out of their objects, a column for each name."""

from __future__ import annotations

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


def _taker(attributes: Sequence[str]) -> Callable[[Sequence[Any]], tuple[list[Any], ...]]:
    """Return what makes a list of each of some attributes of planets.

    Its code names them, as if it were written by hand: Python comes by an attribute that stands in
    its code in half the time of one whose name it is handed (PEP 659).
    """
    lists = ", ".join(f"[planet.{name} for planet in planets]" for name in attributes)
    take: Callable[[Sequence[Any]], tuple[list[Any], ...]]
    take = eval(f"lambda planets: ({lists},)")  # noqa: S307 - of our own columns' names
    return take


_take_numbers = _taker(NUMERIC_NAMES)
