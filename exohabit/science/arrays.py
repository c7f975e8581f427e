"""Array types of the physics and of the model."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
SingleArray = npt.NDArray[np.float32]
"""Single precision, in which the model computes."""
BoolArray = npt.NDArray[np.bool_]
