"""Quantities: a float of one planet or an array of many, and what differs between the two.

A formula is written once and takes either: numpy needs a microsecond for what Python does with a
float in a thirtieth of it, and most requests ask for one planet.

The trap: both must give the same bits. Sums, products, quotients and square roots do by IEEE 754;
all else goes through numpy's own loops, whatever the length. `math.log` and `**` of floats are the
C library's, and differ from numpy's in the last bit here and there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

import numpy as np

from science.arrays import FloatArray

Quantity = TypeVar("Quantity", float, FloatArray)


def choose(condition: Any, yes: Any, no: Any) -> Any:
    """Take one or the other, planet by planet."""
    if isinstance(condition, np.ndarray):
        return np.where(condition, yes, no)
    return yes if condition else no


def is_unknown(values: Any) -> Any:
    """Whether values are NaN, which alone does not equal itself."""
    return values != values  # noqa: PLR0124


def first_known(preferred: Quantity, otherwise: Quantity | float) -> Quantity:
    """Take of each planet the first value that is known."""
    found: Quantity = choose(is_unknown(preferred), otherwise, preferred)
    return found


def clip(values: Quantity, low: float, high: float) -> Quantity:
    """Keep values within two ends; NaN stays NaN."""
    if isinstance(values, np.ndarray):
        return np.clip(values, low, high)
    return min(max(values, low), high)


def log(values: Quantity) -> Quantity:
    """Return the natural logarithm."""
    return _as_given(np.log(values))


def cube_root(values: Quantity) -> Quantity:
    """Return the cube root."""
    return _as_given(np.cbrt(values))


def power(values: Quantity, exponent: Quantity | float) -> Quantity:
    """Raise to a power."""
    return _as_given(np.power(values, exponent))


def square(values: Quantity) -> Quantity:
    """Raise to the second power."""
    return values * values


def square_root(values: Quantity) -> Quantity:
    """Return the square root."""
    return _as_given(np.sqrt(values))


def interpolate(x: Quantity, known_x: FloatArray, known_y: FloatArray) -> Quantity:
    """Interpolate linearly in a rising table; the ends go on, NaN stays NaN."""
    return _as_given(np.interp(x, known_x, known_y))


def remembered(formula: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Have a formula of stars remember what it gave floats: a few temperatures make up most stars.

    The archive's have some two thousand. What is derived of arrays is not kept.
    """
    of_one = lru_cache(maxsize=2048)(formula)

    @wraps(formula)
    def look_up(values: Any) -> Any:
        return formula(values) if isinstance(values, np.ndarray) else of_one(values)

    return look_up


def indices(where: Any) -> list[int]:
    """Return the planets of which something holds."""
    if isinstance(where, np.ndarray):
        return np.flatnonzero(where).tolist()
    return [0] if where else []


def count(where: Any) -> int:
    """Return of how many planets something holds."""
    return int(np.count_nonzero(where)) if isinstance(where, np.ndarray) else int(where)


def of_planet(values: Any, index: int) -> Any:
    """Return the value of one planet."""
    return values[index] if isinstance(values, np.ndarray) else values


def _as_given(result: Any) -> Any:
    """Return a number as a plain float, with which Python goes on faster than with numpy's."""
    return result if isinstance(result, np.ndarray) else float(result)
