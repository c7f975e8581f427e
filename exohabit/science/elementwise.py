"""Elementwise formulas: they take the float of one planet or an array of many planets.

Each formula is written once and takes both, because most requests have one planet, and Python
computes with a float about thirty times faster than numpy. Everything that is not a float, also an
int, counts as an array.

Warning: both must give the same bits. IEEE 754 guarantees that for sums, products, quotients and
square roots. All other functions must use numpy for floats as well: `math.log` and `**` use the C
library, whose last bit sometimes differs from numpy's.
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
    """Return `yes` where the condition holds, else `no`."""
    if isinstance(condition, bool):
        return yes if condition else no
    return np.where(condition, yes, no)


def is_unknown(values: Any) -> Any:
    """Whether values are NaN, the only value that does not equal itself."""
    return values != values  # noqa: PLR0124


def first_known(preferred: Quantity, otherwise: Quantity | float) -> Quantity:
    """Return the preferred value where it is known, else the other one."""
    if isinstance(preferred, float):
        return otherwise if preferred != preferred else preferred  # noqa: PLR0124 - NaN
    return np.where(is_unknown(preferred), otherwise, preferred)


def clip(values: Quantity, low: float, high: float) -> Quantity:
    """Limit values to the range from low to high; NaN stays NaN."""
    if isinstance(values, float):
        return min(max(values, low), high)
    return np.clip(values, low, high)


def square(values: Quantity) -> Quantity:
    """Return the square."""
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
    """Return values to the power of an exponent."""
    return _plain(np.power(values, exponent))


def interpolate(x: Quantity, known_x: FloatArray, known_y: FloatArray) -> Quantity:
    """Interpolate linearly in a table of rising x; constant beyond its ends; NaN stays NaN."""
    return _plain(np.interp(x, known_x, known_y))


def memoize(formula: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Cache a formula's results for floats, but not for arrays.

    It is meant for formulas of a star's temperature: the archive has about two thousand of them.
    """
    cached = lru_cache(maxsize=2048)(formula)

    @wraps(formula)
    def look_up(values: Any) -> Any:
        return cached(values) if isinstance(values, float) else formula(values)

    return look_up


def _plain(value: Any) -> Any:
    """Turn a scalar of numpy into a plain float, with which Python computes faster."""
    return float(value) if isinstance(value, float) else value
