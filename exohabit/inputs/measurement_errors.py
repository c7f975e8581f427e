"""Measurement errors: how well the values of planets are known, and which were computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from exohabit.inputs.columnar import Columns
from exohabit.inputs.schemas import FROM_RADIUS, MINIMUM
from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.columns import NUMERIC
from exohabit.science.domain_warnings import (
    USED_AS_SENT,
    PlanetWarning,
    PlanetWarnings,
    report_flags,
)
from exohabit.science.habitability import typical_radius
from exohabit.science.spectral_types import read_spectral_type
from exohabit.science.uncertainty import Errors

_COMPUTED_WITHIN = 0.1
"""Largest relative difference between a computed radius and what the archive computes today."""


_COMPUTED_WARNINGS = {
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
_COMPUTED_USED_WARNINGS = {
    "pl_bmasse": PlanetWarning(
        "computed", "pl_bmasse", f"computed from the radius, {USED_AS_SENT}"
    ),
    "pl_rade": PlanetWarning(
        "computed",
        "pl_rade",
        f"computed from the mass, {USED_AS_SENT} "
        "(it has no error, and is the typical radius of that mass)",
    ),
}
_CIRCUMBINARY_WARNING = PlanetWarning(
    "circumbinary",
    "cb_flag",
    "the planet orbits two stars, but score and context know only one, so its insolation may be "
    "another",
)
_CONTROVERSIAL_WARNING = PlanetWarning(
    "controversial", "pl_controv_flag", "it is controversial whether this planet exists"
)
_MINIMUM_MASS_WARNING = PlanetWarning(
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


def find_computed(columns: Columns, table: Mapping[str, FloatArray]) -> Computed:
    """Find the sizes that were computed from another; `table` has the values, without limits.

    As in the archive, `pl_bmassprov` tells that a mass was computed from the radius. A radius was
    computed from the mass if it has no error and agrees with that mass.
    """
    radius, mass = table["pl_rade"], table["pl_bmasse"]
    from_radius = columns.has_provenance(FROM_RADIUS)
    agrees_with_mass = np.abs(radius / typical_radius(mass) - 1.0) < _COMPUTED_WITHIN
    no_error = columns.no_radius_error
    is_alone = agrees_with_mass & ~from_radius
    return {
        "pl_bmasse": from_radius & ~np.isnan(mass),
        "pl_rade": np.zeros_like(is_alone) if no_error is None else no_error & is_alone,
    }


def drop_computed(
    table: Mapping[str, FloatArray], computed: Computed, *, are_used: bool = False
) -> PlanetWarnings:
    """Treat computed sizes as not known, and warn of them; `are_used` changes only the text.

    A mass that was computed from a radius which was not sent is all that is known of the size, so
    it stays.
    """
    is_both = ~np.isnan(table["pl_rade"] + table["pl_bmasse"])
    hidden = {name: is_computed & is_both for name, is_computed in computed.items()}
    for name, is_hidden in hidden.items():
        table[name][is_hidden] = np.nan
    warnings = _COMPUTED_USED_WARNINGS if are_used else _COMPUTED_WARNINGS
    return report_flags({warnings[name]: is_hidden for name, is_hidden in hidden.items()})


def read_measurement_errors(
    columns: Columns, mass: FloatArray, computed: Computed
) -> MeasurementErrors:
    """Read the errors and flags of planets; `mass` is without limits."""
    return MeasurementErrors(
        errors={
            column.name: (columns.number(column.upper_error), -columns.number(column.lower_error))
            for column in NUMERIC
        },
        computed=computed,
        flags=read_flags(columns, mass),
        like_dwarf=np.array([*map(_is_like_dwarf, columns.types)]),
    )


def read_flags(columns: Columns, mass: FloatArray) -> dict[PlanetWarning, BoolArray]:
    """Read what flags warn of, by warning, (planets,); `mass` is without limits."""
    return {
        _CIRCUMBINARY_WARNING: columns.number("cb_flag") == 1,
        _CONTROVERSIAL_WARNING: columns.number("pl_controv_flag") == 1,
        _MINIMUM_MASS_WARNING: columns.has_provenance(MINIMUM) & ~np.isnan(mass),
    }


def _is_like_dwarf(spectral_type: str | None) -> bool:
    return spectral_type is None or read_spectral_type(spectral_type).is_like_dwarf
