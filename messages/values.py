"""Values: what is known of many planets, taken out of their objects, a column for each name."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from math import nan
from typing import Any

import numpy as np

from science.arrays import FloatArray
from science.columns import NUMERIC_NAMES

Lists = Callable[[Sequence[Any]], tuple[list[Any], ...]]


def names(planets: Sequence[Any]) -> list[str | None]:
    """Return the name of each planet; `pl_name` is one, too."""
    return [planet.pl_name if planet.name is None else planet.name for planet in planets]


def types(planets: Sequence[Any]) -> list[str | None]:
    """Return the spectral type of each planet's star."""
    return [planet.st_spectype for planet in planets]


def numbers(planets: Sequence[Any]) -> dict[str, FloatArray]:
    """Return the numeric columns, each of shape (planets,); NaN where a value is not known."""
    return dict(zip(NUMERIC_NAMES, map(_column, _NUMBERS(planets)), strict=True))


def _column(values: Sequence[float | None]) -> FloatArray:
    column = np.empty(len(values))
    layout = f"{len(values)}d"
    try:
        struct.pack_into(layout, column.data, 0, *values)  # half the time of numpy's own conversion
    except struct.error:  # there is a None
        known = [nan if value is None else value for value in values]
        struct.pack_into(layout, column.data, 0, *known)
    return column


def _lists_of(attributes: Sequence[str]) -> Lists:
    """Return what makes a list of each of some attributes.

    Its code names them, as if it were written by hand: Python comes by an attribute that stands in
    its code in half the time of one whose name it is handed (PEP 659).
    """
    lists = ", ".join(f"[planet.{name} for planet in planets]" for name in attributes)
    made: Lists = eval(f"lambda planets: ({lists},)")  # noqa: S307 - of our own columns' names
    return made


_NUMBERS = _lists_of(NUMERIC_NAMES)
