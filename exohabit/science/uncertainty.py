"""Uncertainty: what planets may be, their values varied within the errors that were stated.

A value with its errors is taken as the archive states them: the median of what it may be, and the
distances to the 84th and the 16th percentile. So half of the draws lie above it, scattered by the
upper error, and half below, by the lower one: two halves of normal distributions.

The trap: draws of their own for each planet would make its interval depend on its neighbours in
the request. All planets share one table of draws, and a planet has the same interval anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from exohabit.science import habitability
from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.columns import BY_NAME, NUMERIC
from exohabit.science.features import Table

DRAWS = 512
SEED = 20140923

Errors = Mapping[str, tuple[FloatArray, FloatArray]]
"""Upper and lower error of each numeric column, both 0 or more, (planets,); NaN if not stated."""


def draw_within_errors(table: Table, errors: Errors, computed: Mapping[str, BoolArray]) -> Table:
    """Draw each planet `DRAWS` times: columns of shape (planets * DRAWS,), planet by planet.

    Errors are independent of each other, but a radius or mass that was `computed` from the other
    one follows it. A value without both of its errors stays as it is, and a draw stops at the ends
    of its column's range.
    """
    drawn = {name: np.repeat(values, DRAWS) for name, values in table.items()}
    for column, normal in zip(NUMERIC, _normal(), strict=True):
        upper, lower = errors[column.name]
        spread = np.where(normal > 0.0, upper[:, None], lower[:, None]) * normal
        values = table[column.name][:, None] + np.where(stated(upper, lower)[:, None], spread, 0.0)
        drawn[column.name] = np.clip(values, *column.bounds).ravel()
    for name, other, relation in (
        ("pl_rade", "pl_bmasse", habitability.typical_radius),
        ("pl_bmasse", "pl_rade", habitability.typical_mass),
    ):
        follows = np.repeat(computed[name], DRAWS)
        factor = relation(drawn[other]) / np.repeat(relation(table[other]), DRAWS)
        followed = drawn[name] * np.where(np.isnan(factor), 1.0, factor)
        drawn[name] = np.where(follows, np.clip(followed, *BY_NAME[name].bounds), drawn[name])
    return drawn


def stated(upper: FloatArray, lower: FloatArray) -> FloatArray:
    """Whether both errors of a value are."""
    return ~np.isnan(upper + lower)


@cache
def _normal() -> FloatArray:
    """Return the draws that all planets share: standard normal, shape (columns, DRAWS)."""
    normal = np.random.default_rng(SEED).standard_normal((len(NUMERIC), DRAWS))
    normal.setflags(write=False)
    return normal
