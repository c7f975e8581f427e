"""Quantities: a float of one planet or an array of many, and what differs between the two.

A formula is written once and takes either: numpy needs a microsecond for what Python does with a
float in a thirtieth of it, and most requests ask for one planet. What is no float, be it an int, is
taken for an array.

The trap: both must give the same bits. Sums, products, quotients and square roots do by IEEE 754;
all else goes through numpy's own loops, whatever the length. `math.log` and `**` of floats are the
C library's, and differ from numpy's in the last bit here and there.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

import numpy as np

from exohabit.science.arrays import FloatArray

Quantity = TypeVar("Quantity", float, FloatArray)


def choose(condition: Any, yes: Any, no: Any) -> Any:
    """Take one or the other, planet by planet."""
    if isinstance(condition, bool):
        return yes if condition else no
    return np.where(condition, yes, no)


def is_unknown(values: Any) -> Any:
    """Whether values are NaN, which alone does not equal itself."""
    return values != values  # noqa: PLR0124


def first_known(preferred: Quantity, otherwise: Quantity | float) -> Quantity:
    """Take of each planet the first value that is known."""
    if isinstance(preferred, float):
        return otherwise if preferred != preferred else preferred  # noqa: PLR0124 - NaN
    return np.where(is_unknown(preferred), otherwise, preferred)


def clip(values: Quantity, low: float, high: float) -> Quantity:
    """Keep values within two ends; NaN stays NaN."""
    if isinstance(values, float):
        return min(max(values, low), high)
    return np.clip(values, low, high)


def square(values: Quantity) -> Quantity:
    """Raise to the second power."""
    return values * values


def square_root(values: Quantity) -> Quantity:
    """Return the square root."""
    return math.sqrt(values) if isinstance(values, float) else np.sqrt(values)


def log(values: Quantity) -> Quantity:
    """Return the natural logarithm."""
    return _plain(np.log(values))


def cube_root(values: Quantity) -> Quantity:
    """Return the cube root."""
    return _plain(np.cbrt(values))


def power(values: Quantity, exponent: Quantity | float) -> Quantity:
    """Raise to a power."""
    return _plain(np.power(values, exponent))


def interpolate(x: Quantity, known_x: FloatArray, known_y: FloatArray) -> Quantity:
    """Interpolate linearly in a rising table; the ends go on, NaN stays NaN."""
    return _plain(np.interp(x, known_x, known_y))


def memoize(formula: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Have a formula of stars remember what it gave floats: a few temperatures make up most stars.

    The archive's have some two thousand. What is derived of arrays is not kept.
    """
    of_one = lru_cache(maxsize=2048)(formula)

    @wraps(formula)
    def look_up(values: Any) -> Any:
        return of_one(values) if isinstance(values, float) else formula(values)

    return look_up


def _plain(found: Any) -> Any:
    """Make a number of numpy's a plain float, with which Python goes on faster."""
    return float(found) if isinstance(found, float) else found
