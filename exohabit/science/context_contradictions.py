"""Context contradictions: warnings with `?context=true` about values that contradict each other.

A composite table takes each value from a different publication, so the values of a row may
disagree. Nothing is corrected and no score changes. Every request gets the warnings of
`default_contradictions`, which has wider limits.

Measurements scatter, so each limit lies where the physics ends, or beyond that by more than the
error of most measurements.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from exohabit.science import dwarfs, habitability, physical_limits, unit_guesses
from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.columns import SIZE
from exohabit.science.domain_warnings import PlanetWarning, PlanetWarnings, merge
from exohabit.science.elementwise import first_known
from exohabit.science.features import Light, Table, implied_light
from exohabit.science.physical_limits import (
    LOWEST_RELATIVE_DENSITY,
    Check,
    describe_density,
    describe_eqt,
    describe_iron,
    iron_radius,
    possible_eqt,
)
from exohabit.science.uncertainty import Errors

TEFF_TOLERANCE = 1.25
"""Largest factor between the star's temperature and that of its spectral type."""
IRON_TOLERANCE = 0.9
"""Smallest possible radius, divided by that of a ball of iron."""

TEFF = Check("st_teff", "inconsistent_star", "K", TEFF_TOLERANCE, "a star of its spectral type has")


def find_contradictions(
    table: Table,
    like_dwarf: BoolArray,
    errors: Errors,
) -> PlanetWarnings:
    """Find values that disagree, and return the warnings.

    Args:
        table: the known values of planets, shape (planets,).
        like_dwarf: whether the star may be taken as a dwarf (`implied_light`), shape (planets,).
        errors: upper and lower errors by column; radius and mass may be wrong by twice theirs.
    """
    light = implied_light(table, like_dwarf)
    return merge(
        _check_star(table, like_dwarf),
        _check_eqt(table, light),
        _check_insol(table, light),
        _check_axis(table, like_dwarf, light),
        _check_size(table, errors),
    )


def _check_star(table: Table, like_dwarf: BoolArray) -> PlanetWarnings:
    type_teff = np.where(like_dwarf, table["spectype_teff"], np.nan)
    return _compare(TEFF, table["st_teff"], type_teff)


def _check_eqt(table: Table, light: Light) -> PlanetWarnings:
    """Compare T_eq with the temperatures that any albedo and spread of heat can give."""
    eqt = table["pl_eqt"]
    insol = first_known(table["pl_insol"], light.insol)
    coldest, hottest = possible_eqt(insol)
    is_odd = (eqt > hottest) | (eqt < coldest)
    return _warn(is_odd, "inconsistent_light", "pl_eqt", lambda i: describe_eqt(eqt[i], insol[i]))


def _check_insol(table: Table, light: Light) -> PlanetWarnings:
    return _compare(physical_limits.INSOL, table["pl_insol"], light.insol)


def _check_axis(table: Table, like_dwarf: BoolArray, light: Light) -> PlanetWarnings:
    dwarf_mass = dwarfs.dwarf_mass(np.where(like_dwarf, light.teff, np.nan))
    mass = first_known(table["st_mass"], dwarf_mass)
    kepler = habitability.semi_major_axis(table["pl_orbper"], mass)
    return _compare(physical_limits.AXIS, table["pl_orbsmax"], kepler)


def _check_size(table: Table, errors: Errors) -> PlanetWarnings:
    radius, mass = table["pl_rade"], table["pl_bmasse"]
    smallest, largest = _possible_range(radius, errors["pl_rade"])
    lightest, heaviest = _possible_range(mass, errors["pl_bmasse"])
    is_too_dense = largest < iron_radius(lightest) * IRON_TOLERANCE
    is_too_light = heaviest < LOWEST_RELATIVE_DENSITY * smallest**3
    return merge(
        *(
            _warn(is_odd, "inconsistent_size", "pl_rade", partial(_describe_size, describe, table))
            for is_odd, describe in (
                (is_too_dense, describe_iron),
                (is_too_light, describe_density),
            )
        )
    )


def _describe_size(describe: Callable[[float, float], str], table: Table, i: int) -> str:
    return describe(table["pl_rade"][i], table["pl_bmasse"][i])


def _possible_range(values: FloatArray, errors: tuple[FloatArray, FloatArray]) -> FloatArray:
    """Return the values minus and plus twice their errors, shape (2, planets)."""
    upper, lower = (np.nan_to_num(each) for each in errors)
    return np.stack([np.maximum(values - 2.0 * lower, 0.0), values + 2.0 * upper])


def _compare(check: Check, stated: FloatArray, implied: FloatArray) -> PlanetWarnings:
    """Warn of stated values that differ from the implied ones by more than the tolerance."""
    differs = np.maximum(stated, implied) > np.minimum(stated, implied) * check.tolerance
    indices = np.flatnonzero(differs).tolist()
    return {i: [check.warn(stated[i], implied[i])] for i in indices}


def _warn(
    condition: BoolArray, code: str, column: str, message: Callable[[int], str]
) -> PlanetWarnings:
    indices = np.flatnonzero(condition).tolist()
    return {i: [PlanetWarning(code, column, message(i))] for i in indices}


def without_repeats(context: PlanetWarnings, default: PlanetWarnings) -> PlanetWarnings:
    """Leave out the warnings of a context whose subject has a default warning."""
    kept = {}
    for i, warnings in context.items():
        reported = {_subject(warning) for warning in default.get(i, [])}
        kept[i] = [warning for warning in warnings if _subject(warning) not in reported]
    return {i: warnings for i, warnings in kept.items() if warnings}


def _subject(warning: PlanetWarning) -> str:
    if warning.code != unit_guesses.CODE:
        return warning.code
    is_size = warning.column in SIZE
    return "inconsistent_size" if is_size else "inconsistent_light"
