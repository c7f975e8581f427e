"""Details: how well planets are known, read only where an answer needs it."""

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


@dataclass(frozen=True, slots=True)
class MeasurementErrors:
    """How well planets are known."""

    errors: Errors
    computed: dict[str, BoolArray]
    """By `pl_rade` and `pl_bmasse`, (planets,): whether that value was computed from the other."""
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
        """Of which values, by column, only one of the two errors was sent, (planets,)."""
        return {
            name: np.isnan(upper) != np.isnan(lower) for name, (upper, lower) in self.errors.items()
        }


def read_measurement_errors(
    planets: Sequence[Any], table: Mapping[str, FloatArray]
) -> MeasurementErrors:
    """Order how well planets are known, limits dropped.

    As the archive marks it, a mass says that it was computed from the radius, and a radius that
    was computed from the mass has no error, and is the one that goes with that mass.
    """
    radius, mass = table["pl_rade"], table["pl_bmasse"]
    from_radius = np.array([getattr(planet, PROVENANCE) == FROM_RADIUS for planet in planets])
    no_error = np.array(
        [
            planet.pl_radeerr1 is None and planet.pl_radeerr2 in (None, msgspec.UNSET)
            for planet in planets
        ]
    )
    goes_with_mass = np.abs(radius / typical_radius(mass) - 1.0) < _COMPUTED_WITHIN
    return MeasurementErrors(
        errors={
            column.name: (
                _stated(planets, column.upper_error),
                -_stated(planets, column.lower_error),
            )
            for column in NUMERIC
        },
        computed={
            "pl_bmasse": from_radius & ~np.isnan(mass),
            "pl_rade": no_error & ~from_radius & goes_with_mass,
        },
        like_dwarf=np.array(
            [
                planet.st_spectype is None or read_spectral_type(planet.st_spectype).is_like_dwarf
                for planet in planets
            ]
        ),
    )


_COMPUTED_WITHIN = 0.1
"""How far, as a share, a computed radius is at most from what the archive computes now."""


def _stated(planets: Sequence[Any], key: str) -> FloatArray:
    values = (getattr(planet, key) for planet in planets)
    return np.array([None if value is msgspec.UNSET else value for value in values], dtype=float)
