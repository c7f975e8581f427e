"""Unscored reasons: why a planet cannot be scored."""

from __future__ import annotations

INVALID = "invalid"
"""Why a planet is not scored that could not be read."""
_NO_SIZE = "neither radius nor mass is known"
_NO_LIGHT = (
    "its irradiation is not known (send pl_eqt, pl_insol, or an orbit and a star: pl_orbper or "
    "pl_orbsmax with st_spectype or st_teff)"
)


def why_unscored(no_size: bool, no_light: bool) -> str:
    """Return why a planet cannot be scored if its size, its light or both are not known."""
    lacking = ((no_size, _NO_SIZE), (no_light, _NO_LIGHT))
    return " and ".join(text for lacks, text in lacking if lacks)
