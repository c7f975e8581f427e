"""Probabilities: of the zones and of the right size, with the errors that were sent.

The formulas are those of `posterior`. An error that was sent replaces the typical one, even if it
is smaller than the differences between catalogues. All arrays have shape (planets,).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from exohabit.science import posterior
from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.context import Context
from exohabit.science.elementwise import first_known
from exohabit.science.features import TYPICAL_TEFF, Table, lacks_zone
from exohabit.science.habitability import (
    black_planet_insolation,
    typical_radius,
    zone_positions,
)
from exohabit.science.uncertainty import Errors
from exohabit.science.zones import zone_limits

_COLUMNS = (
    *("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "pl_insol", "pl_orbsmax"),
    *("st_teff", "st_rad", "st_mass"),
)
"""Columns whose errors are used. The eccentricity is left out: its error hardly matters, and a
value of 0 has no relative error."""
_SMALLEST_ERROR = 1e-3
"""Smallest relative error: an error of 0 means that the value is known to better than this."""


class Probabilities(NamedTuple):
    """Probabilities of planets, 0 to 1; NaN where too little is known."""

    zone: FloatArray
    """That the planet is in the optimistic zone of its star."""
    conservative_zone: FloatArray
    size: FloatArray
    """That it has the right size."""
    has_error: Mapping[str, BoolArray]
    """Whether an error was sent and used, for `pl_insol`, `orbit`, `pl_eqt`, `pl_rade` and
    `pl_bmasse`. If the radius has one, it was measured, so the mass is not used."""


def compute_probabilities(table: Table, context: Context, errors: Errors) -> Probabilities:
    """Compute the probabilities of planets from their known values, context and errors."""
    light = context.light
    relative = {name: _relative_error(table[name], *errors[name]) for name in _COLUMNS}
    relative["orbit"] = _orbit_error(table, relative)
    teff = first_known(light.teff, TYPICAL_TEFF)
    limits = zone_limits(teff, context.planet_mass)
    width = np.log(limits["optimistic"][1] / limits["optimistic"][0])
    stated, orbit, eqt, outer, inner = zone_positions(
        teff,
        table["pl_insol"] * light.gain,
        light.insol * light.gain,
        black_planet_insolation(table["pl_eqt"]) * light.gain,
        *limits["conservative"],
    )
    of_position = posterior.PositionErrors(
        stated=first_known(relative["pl_insol"] / width, posterior.POSITION_ERROR),
        orbit=first_known(relative["orbit"] / width, posterior.POSITION_ERROR),
        eqt=first_known(4.0 * relative["pl_eqt"] / width, posterior.EQT_ERROR),
    )
    zone, conservative = (
        # If the insolation is unknown, so is the probability.
        np.where(lacks_zone(table) & ~np.isnan(chance), 0.0, chance)
        for chance in (
            posterior.zone_probability(stated, orbit, eqt, None, of_position),
            posterior.zone_probability(stated, orbit, eqt, (outer, inner), of_position),
        )
    )
    has_error = {
        name: ~np.isnan(relative[name])
        for name in ("pl_insol", "orbit", "pl_eqt", "pl_rade", "pl_bmasse")
    }
    return Probabilities(zone, conservative, _size(table, relative), has_error)


def _relative_error(values: FloatArray, upper: FloatArray, lower: FloatArray) -> FloatArray:
    """Return the mean of both errors as a share of the value; NaN if one is not known.

    It is scaled so that 68 % of Student's t lie within the stated error.
    """
    share = (upper + lower) / 2.0 / values
    return np.maximum(share / posterior.SIGMA, _SMALLEST_ERROR)


def _orbit_error(table: Table, relative: Mapping[str, FloatArray]) -> FloatArray:
    """Return the relative error of the insolation of orbit and star, by error propagation.

    S = R^2 T^4 / a^2, and by Kepler's third law a^2 = (M P^2)^(2/3). It is NaN if one of these
    has no error, except for the period.
    """
    has_kepler = ~np.isnan(table["pl_orbper"] * table["st_mass"])
    period = np.nan_to_num(relative["pl_orbper"])
    kepler = np.hypot(relative["st_mass"] * 2.0 / 3.0, period * 4.0 / 3.0)
    of_axis = np.where(has_kepler, kepler, 2.0 * relative["pl_orbsmax"])
    of_star = np.hypot(2.0 * relative["st_rad"], 4.0 * relative["st_teff"])
    return np.hypot(of_star, of_axis)


def _size(table: Table, relative: Mapping[str, FloatArray]) -> FloatArray:
    radius = table["pl_rade"]
    of_radius, of_mass = relative["pl_rade"], relative["pl_bmasse"]
    mass = np.where(np.isnan(of_radius), table["pl_bmasse"], np.nan)
    ratio = radius / typical_radius(mass)
    errors = (
        first_known(of_radius, posterior.RADIUS_ERROR),
        first_known(of_mass, posterior.MASS_ERROR),
    )
    chance: FloatArray = posterior.size_probability(radius, mass, ratio, errors)
    return chance
