"""Random draws that truth and observation share: a log-uniform value and a relative scatter.

The trap: their order is part of a seed's meaning. A draw put between others changes every planet
that comes after it.
"""

from __future__ import annotations

import numpy as np

from exohabit.science.arrays import FloatArray


def log_uniform(rng: np.random.Generator, bounds: tuple[float, float], count: int) -> FloatArray:
    """Draw values of which every factor between the bounds is as likely as any other."""
    return np.exp(rng.uniform(np.log(bounds[0]), np.log(bounds[1]), count))


def scatter(rng: np.random.Generator, relative: float, count: int) -> FloatArray:
    """Draw factors around 1 with a relative spread."""
    return np.exp(rng.normal(0.0, relative, count))
