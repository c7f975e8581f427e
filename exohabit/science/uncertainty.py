"""Uncertainty: random draws of planets whose values vary within their stated errors.

The archive states a value as the median, with the distances to the 84th and 16th percentile as its
errors. So half of the draws lie above the value, as half of a normal distribution with the upper
error as its width, and half lie below, with the lower error.

All planets share one table of draws. With separate draws, the interval of a planet would depend on
the other planets of the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from exohabit.science.arrays import FloatArray
from exohabit.science.columns import NUMERIC
from exohabit.science.features import Table

DRAWS = 512
SEED = 20140923

Errors = Mapping[str, tuple[FloatArray, FloatArray]]
"""Upper and lower error of each numeric column, 0 or more, shape (planets,); NaN if unknown."""


def draw_within_errors(table: Table, errors: Errors) -> Table:
    """Draw each planet `DRAWS` times.

    Columns vary independently. A value without both of its errors does not vary. Draws are limited
    to the range of their column.

    Args:
        table: the known values of planets, shape (planets,).
        errors: their upper and lower errors.

    Returns:
        columns of shape (planets * DRAWS,), all draws of the first planet first.
    """
    drawn = {name: np.repeat(values, DRAWS) for name, values in table.items()}
    for column, normal in zip(NUMERIC, _normal(), strict=True):
        upper, lower = errors[column.name]
        spread = np.where(normal > 0.0, upper[:, None], lower[:, None]) * normal
        values = table[column.name][:, None] + np.where(stated(upper, lower)[:, None], spread, 0.0)
        drawn[column.name] = np.clip(values, *column.bounds).ravel()
    return drawn


def stated(upper: FloatArray, lower: FloatArray) -> FloatArray:
    """Whether both errors of a value are known."""
    return ~np.isnan(upper + lower)


@cache
def _normal() -> FloatArray:
    """Return the standard normal draws that all planets share, shape (columns, DRAWS)."""
    normal = np.random.default_rng(SEED).standard_normal((len(NUMERIC), DRAWS))
    normal.setflags(write=False)
    return normal
