"""Random draws for true systems and their observation.

Warning: the order of draws is part of the meaning of a seed. A new draw between others changes
every planet that is drawn after it.
"""

from __future__ import annotations

import numpy as np

from exohabit.science.arrays import FloatArray


def log_uniform(rng: np.random.Generator, bounds: tuple[float, float], count: int) -> FloatArray:
    """Draw values whose logarithm is uniform between the bounds, shape (count,)."""
    return np.exp(rng.uniform(np.log(bounds[0]), np.log(bounds[1]), count))


def scatter(rng: np.random.Generator, relative: FloatArray | float, count: int) -> FloatArray:
    """Draw log-normal factors with median 1 and a relative spread, shape (count,)."""
    return np.exp(rng.normal(0.0, relative, count))
