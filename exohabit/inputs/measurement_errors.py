"""Measurement errors: how well the values of planets are known, and which were computed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from exohabit.inputs.schemas import FROM_RADIUS, MINIMUM, PROVENANCE
from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.columns import NUMERIC
from exohabit.science.domain_warnings import PlanetWarning, PlanetWarnings, report_flags
from exohabit.science.habitability import typical_radius
from exohabit.science.spectral_types import read_spectral_type
from exohabit.science.uncertainty import Errors

_COMPUTED_WITHIN = 0.1
"""Largest relative difference between a computed radius and what the archive computes today."""


_COMPUTED = {
    "pl_bmasse": PlanetWarning(
        "computed", "pl_bmasse", "computed from the radius, so it adds nothing; not used"
    ),
    "pl_rade": PlanetWarning(
        "computed",
        "pl_rade",
        "computed from the mass, so it adds nothing; not used (it has no error, and is the typical "
        "radius of that mass)",
    ),
}
_CIRCUMBINARY = PlanetWarning(
    "circumbinary",
    "cb_flag",
    "the planet orbits two stars, but score and context know only one, so its insolation may be "
    "another",
)
_CONTROVERSIAL = PlanetWarning(
    "controversial", "pl_controv_flag", "it is controversial whether this planet exists"
)
_MINIMUM_MASS = PlanetWarning(
    "minimum_mass",
    "pl_bmasse",
    "only the minimum m sin i: of planets seen from random directions, half have more than 1.15 "
    "times that mass",
)

Computed = dict[str, BoolArray]
"""For `pl_rade` and `pl_bmasse`, whether that value was computed from the other, (planets,)."""


@dataclass(frozen=True, slots=True)
class MeasurementErrors:
    """How well the values of planets are known."""

    errors: Errors
    computed: Computed
    flags: dict[PlanetWarning, BoolArray]
    """By what a flag warns of: whether it is set, (planets,)."""
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
            {warning: values[indices] for warning, values in self.flags.items()},
            self.like_dwarf[indices],
        )

    @property
    def one_sided(self) -> dict[str, BoolArray]:
        """For each column, whether only one of the two errors was sent, (planets,)."""
        return {
            name: np.isnan(upper) != np.isnan(lower) for name, (upper, lower) in self.errors.items()
        }


def tells_computed(keys: Collection[str]) -> bool:
    """Whether planets have a key that may tell that a size was computed."""
    return PROVENANCE in keys or "pl_radeerr1" in keys


def find_computed(planets: Sequence[Any], table: Mapping[str, FloatArray]) -> Computed:
    """Find the sizes that were computed from another; `table` has the values, without limits.

    As in the archive, `PROVENANCE` tells that a mass was computed from the radius. A radius was
    computed from the mass if it has no error and agrees with that mass.
    """
    radius, mass = table["pl_rade"], table["pl_bmasse"]
    from_radius = _has(planets, PROVENANCE, FROM_RADIUS)
    agrees_with_mass = np.abs(radius / typical_radius(mass) - 1.0) < _COMPUTED_WITHIN
    no_error = np.array([_has_no_radius_error(planet) for planet in planets])
    return {
        "pl_bmasse": from_radius & ~np.isnan(mass),
        "pl_rade": no_error & ~from_radius & agrees_with_mass,
    }


def drop_computed(table: Mapping[str, FloatArray], computed: Computed) -> PlanetWarnings:
    """Treat computed sizes as not known, and warn of it.

    A mass that was computed from a radius which was not sent is all that is known of the size, so
    it stays.
    """
    is_both = ~np.isnan(table["pl_rade"] + table["pl_bmasse"])
    hidden = {name: is_computed & is_both for name, is_computed in computed.items()}
    for name, is_hidden in hidden.items():
        table[name][is_hidden] = np.nan
    return report_flags({_COMPUTED[name]: is_hidden for name, is_hidden in hidden.items()})


def read_measurement_errors(
    planets: Sequence[Any], mass: FloatArray, computed: Computed
) -> MeasurementErrors:
    """Read the errors and flags of planets; `mass` is without limits."""
    return MeasurementErrors(
        errors={
            column.name: (
                _error_values(planets, column.upper_error),
                -_error_values(planets, column.lower_error),
            )
            for column in NUMERIC
        },
        computed=computed,
        flags={
            _CIRCUMBINARY: _has(planets, "cb_flag", 1),
            _CONTROVERSIAL: _has(planets, "pl_controv_flag", 1),
            _MINIMUM_MASS: _has(planets, PROVENANCE, MINIMUM) & ~np.isnan(mass),
        },
        like_dwarf=np.array([_is_like_dwarf(planet.st_spectype) for planet in planets]),
    )


def _has(planets: Sequence[Any], key: str, value: object) -> BoolArray:
    return np.array([getattr(planet, key) == value for planet in planets])


def _has_no_radius_error(planet: Any) -> bool:
    return planet.pl_radeerr1 is None and planet.pl_radeerr2 in (None, msgspec.UNSET)


def _is_like_dwarf(spectral_type: str | None) -> bool:
    return spectral_type is None or read_spectral_type(spectral_type).is_like_dwarf


def _error_values(planets: Sequence[Any], key: str) -> FloatArray:
    values = (getattr(planet, key) for planet in planets)
    return np.array([None if value is msgspec.UNSET else value for value in values], dtype=float)
