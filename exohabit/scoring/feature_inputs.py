"""Feature inputs: the archive's columns that each feature is computed from."""

from __future__ import annotations

from collections.abc import Mapping

from exohabit.science.columns import NUMERIC_NAMES, SIZE
from exohabit.science.spectral_columns import SPECTRAL

_TYPE = "st_spectype"
_STAR = (_TYPE, "st_teff", "st_rad")
_ORBIT = (*_STAR, "st_mass", "pl_orbper", "pl_orbsmax")
_LIGHT = (*_ORBIT, "pl_insol", "pl_eqt")
_INPUTS: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in NUMERIC_NAMES},
    **dict.fromkeys(SPECTRAL, (_TYPE,)),
    "insol_orbit": _ORBIT,
    "zone": (*_ORBIT, "pl_insol"),
    "zone_orbit": _ORBIT,
    "zone_eqt": (*_STAR, "pl_eqt"),
    "size_ratio": SIZE,
    "p_zone": _LIGHT,
    "p_size": SIZE,
    "p_habitable": (*_LIGHT, *SIZE),
}
"""The inputs of each feature. Eccentricity is left out where it only corrects other inputs."""


def inputs_of(feature: str) -> tuple[str, ...]:
    """Return the archive's columns that a feature is computed from."""
    return _INPUTS[feature]
