"""Measurement errors: how well the values of planets are known, read only where it is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from exohabit.inputs.schemas import FROM_RADIUS, PROVENANCE
from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.columns import NUMERIC
from exohabit.science.habitability import typical_radius
from exohabit.science.spectral_types import read_spectral_type
from exohabit.science.uncertainty import Errors

_COMPUTED_WITHIN = 0.1
"""Largest relative difference between a computed radius and what the archive computes today."""


@dataclass(frozen=True, slots=True)
class MeasurementErrors:
    """How well the values of planets are known."""

    errors: Errors
    computed: dict[str, BoolArray]
    """For `pl_rade` and `pl_bmasse`, (planets,): whether that value was computed from the other."""
    like_dwarf: BoolArray
    """Whether the star is a dwarf, as far as its type says, (planets,)."""

    def take(self, indices: list[int]) -> MeasurementErrors:
        """Return those of some planets, in that order."""
        return MeasurementErrors(
            {
                name: (upper[indices], lower[indices])
                for name, (upper, lower) in self.errors.items()
            },
            {name: values[indices] for name, values in self.computed.items()},
            self.like_dwarf[indices],
        )

    @property
    def one_sided(self) -> dict[str, BoolArray]:
        """For each column, whether only one of the two errors was sent, (planets,)."""
        return {
            name: np.isnan(upper) != np.isnan(lower) for name, (upper, lower) in self.errors.items()
        }


def read_measurement_errors(
    planets: Sequence[Any], table: Mapping[str, FloatArray]
) -> MeasurementErrors:
    """Read the errors of planets; `table` has their values, without limits.

    As in the archive, `PROVENANCE` tells that a mass was computed from the radius. A radius was
    computed from the mass if it has no error and agrees with that mass.
    """
    radius, mass = table["pl_rade"], table["pl_bmasse"]
    from_radius = np.array([getattr(planet, PROVENANCE) == FROM_RADIUS for planet in planets])
    agrees_with_mass = np.abs(radius / typical_radius(mass) - 1.0) < _COMPUTED_WITHIN
    no_error = np.array([_has_no_radius_error(planet) for planet in planets])
    return MeasurementErrors(
        errors={
            column.name: (
                _error_values(planets, column.upper_error),
                -_error_values(planets, column.lower_error),
            )
            for column in NUMERIC
        },
        computed={
            "pl_bmasse": from_radius & ~np.isnan(mass),
            "pl_rade": no_error & ~from_radius & agrees_with_mass,
        },
        like_dwarf=np.array([_is_like_dwarf(planet.st_spectype) for planet in planets]),
    )


def _has_no_radius_error(planet: Any) -> bool:
    return planet.pl_radeerr1 is None and planet.pl_radeerr2 in (None, msgspec.UNSET)


def _is_like_dwarf(spectral_type: str | None) -> bool:
    return spectral_type is None or read_spectral_type(spectral_type).is_like_dwarf


def _error_values(planets: Sequence[Any], key: str) -> FloatArray:
    values = (getattr(planet, key) for planet in planets)
    return np.array([None if value is msgspec.UNSET else value for value in values], dtype=float)
