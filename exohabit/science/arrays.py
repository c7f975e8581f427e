"""Array types used wherever physics is computed, or planets are scored."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
SingleArray = npt.NDArray[np.float32]
"""What models work on."""
BoolArray = npt.NDArray[np.bool_]
