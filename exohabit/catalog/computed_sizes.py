"""Computed sizes: which radii and masses of the catalogue were computed rather than measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from exohabit.inputs.columnar import Columns
from exohabit.inputs.measurement_errors import find_computed

COLUMNS = ("pl_rade", "pl_bmasse", "pl_radeerr1", "pl_radeerr2", "pl_bmassprov")
"""The columns that tell whether a size was computed; a size that is only a limit is not known."""


def name_computed_sizes(rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    """Return the sizes of each planet that were computed from another, from values of `COLUMNS`."""
    if not rows:
        return []
    *numbers, provenance = zip(*rows, strict=True)
    radius, mass, upper, lower = (np.array(values, dtype=float) for values in numbers)
    no_error = np.isnan(upper) & np.isnan(lower)
    columns = Columns([], [], {}, [*provenance], no_error)
    computed = find_computed(columns, {"pl_rade": radius, "pl_bmasse": mass})
    is_both = ~np.isnan(radius + mass)
    return [
        [name for name, is_computed in computed.items() if is_computed[i] and is_both[i]]
        for i in range(len(rows))
    ]
