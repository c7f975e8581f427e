"""Consistency: values of a planet that contradict each other, or that add no information.

A composite table takes each value from a different publication, so the values of a row may
disagree. Nothing is corrected and no score changes. Only requests for the context get these
warnings.

Measurements scatter, so each limit lies where the physics ends, or beyond that by more than the
error of most measurements.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from exohabit.science import dwarfs, habitability
from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.domain_warnings import PlanetWarning, PlanetWarnings, merge
from exohabit.science.elementwise import first_known
from exohabit.science.features import Light, Table, implied_light
from exohabit.science.uncertainty import Errors
from exohabit.science.zones import HIGHEST_ALBEDO

HOTTEST = (8.0 / 3.0) ** 0.25
"""Temperature of a hemisphere that faces its star and keeps all heat, divided by that of a planet
of even temperature (Cowan & Agol 2011, ApJ 729, 54)."""
COLDEST = 1.0 / 1.1
"""Tolerance below the temperature at `HIGHEST_ALBEDO`, as a factor."""
INSOL_TOLERANCE = 1.5
"""Largest factor between the stated insolation and that of orbit and star."""
AXIS_TOLERANCE = 1.25
"""Largest factor between the stated semi-major axis and that of Kepler's third law."""
TEFF_TOLERANCE = 1.25
"""Largest factor between the star's temperature and that of its spectral type."""
IRON_TOLERANCE = 0.9
"""Smallest possible radius, divided by that of a ball of iron."""
LOWEST_DENSITY = 0.03
"""g/cm³; every planet of measured radius and mass is denser (archive of 2025-12-30)."""
EARTH_DENSITY = 5.514
"""g/cm³."""


def inconsistencies(
    table: Table,
    like_dwarf: BoolArray,
    errors: Errors,
) -> PlanetWarnings:
    """Return warnings about values that disagree.

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
    check = _Check("st_teff", "inconsistent_star", "K", TEFF_TOLERANCE)
    return _compare(check, table["st_teff"], type_teff, "a star of its spectral type has")


def _check_eqt(table: Table, light: Light) -> PlanetWarnings:
    """Compare T_eq with the temperatures that any albedo and spread of heat can give."""
    eqt = table["pl_eqt"]
    insol = first_known(table["pl_insol"], light.insol)
    black = habitability.equilibrium_temperature(insol, np.zeros_like(insol))
    hottest, coldest = black * HOTTEST, black * (1.0 - HIGHEST_ALBEDO) ** 0.25 * COLDEST

    def message(i: int) -> str:
        return (
            f"{eqt[i]:.4g} K does not fit an insolation of {insol[i]:.3g} times Earth's: any "
            f"albedo and any spread of heat give {coldest[i]:.0f} to {hottest[i]:.0f} K"
        )

    return _warn((eqt > hottest) | (eqt < coldest), "inconsistent_light", "pl_eqt", message)


def _check_insol(table: Table, light: Light) -> PlanetWarnings:
    check = _Check("pl_insol", "inconsistent_light", "times Earth's", INSOL_TOLERANCE)
    return _compare(check, table["pl_insol"], light.insol, "orbit and star imply")


def _check_axis(table: Table, like_dwarf: BoolArray, light: Light) -> PlanetWarnings:
    dwarf_mass = dwarfs.dwarf_mass(np.where(like_dwarf, light.teff, np.nan))
    mass = first_known(table["st_mass"], dwarf_mass)
    kepler = habitability.semi_major_axis(table["pl_orbper"], mass)
    check = _Check("pl_orbsmax", "inconsistent_orbit", "au", AXIS_TOLERANCE)
    words = "Kepler's third law with the period and the star's mass gives"
    return _compare(check, table["pl_orbsmax"], kepler, words)


def _check_size(table: Table, errors: Errors) -> PlanetWarnings:
    radius, mass = table["pl_rade"], table["pl_bmasse"]
    smallest, largest = _possible_range(radius, errors["pl_rade"])
    lightest, heaviest = _possible_range(mass, errors["pl_bmasse"])
    iron = iron_radius(mass)
    density = EARTH_DENSITY * mass / radius**3

    def too_dense(i: int) -> str:
        return (
            f"{radius[i]:.3g} Earth radii and {mass[i]:.3g} Earth masses cannot both be right: "
            f"a ball of iron of that mass has {iron[i]:.3g} Earth radii"
        )

    def too_light(i: int) -> str:
        return (
            f"{radius[i]:.3g} Earth radii and {mass[i]:.3g} Earth masses give "
            f"{density[i]:.2g} g/cm³: less dense than any known planet"
        )

    is_too_dense = largest < iron_radius(lightest) * IRON_TOLERANCE
    is_too_light = EARTH_DENSITY * heaviest < LOWEST_DENSITY * smallest**3
    return merge(
        _warn(is_too_dense, "inconsistent_size", "pl_rade", too_dense),
        _warn(is_too_light, "inconsistent_size", "pl_rade", too_light),
    )


def _possible_range(values: FloatArray, errors: tuple[FloatArray, FloatArray]) -> FloatArray:
    """Return the values minus and plus twice their errors, shape (2, planets)."""
    upper, lower = (np.nan_to_num(each) for each in errors)
    return np.stack([np.maximum(values - 2.0 * lower, 0.0), values + 2.0 * upper])


def iron_radius(mass: FloatArray) -> FloatArray:
    """Return the radius [Earth's] of a ball of iron of a mass [Earth's], the smallest possible.

    Fortney, Marley & Barnes 2007 (ApJ 659, 1661), eq. 8 without rock, as corrected in ApJ 668,
    1267, for 0.01 to 100 Earth masses. A lower mass counts as equally dense. Planets above are
    gas giants and far larger.
    """
    smallest = 0.01
    log_mass = np.log10(np.maximum(mass, smallest))
    radius = 0.7932 + log_mass * (0.4938 + log_mass * 0.0975)
    return radius * np.cbrt(np.minimum(mass / smallest, 1.0))


class _Check(NamedTuple):
    """A comparison of a stated value with an implied one."""

    column: str
    code: str
    unit: str
    tolerance: float
    """Largest factor between the two."""


def _compare(check: _Check, stated: FloatArray, implied: FloatArray, words: str) -> PlanetWarnings:
    """Warn of stated values that differ from the implied ones by more than the tolerance."""
    differs = np.maximum(stated, implied) > np.minimum(stated, implied) * check.tolerance

    def message(i: int) -> str:
        return (
            f"{stated[i]:.4g} {check.unit} is stated, but {words} {implied[i]:.4g}: they differ by "
            f"more than a factor of {check.tolerance:g}"
        )

    return _warn(differs, check.code, check.column, message)


def _warn(
    condition: BoolArray, code: str, column: str, message: Callable[[int], str]
) -> PlanetWarnings:
    indices = np.flatnonzero(condition).tolist()
    return {i: [PlanetWarning(code, column, message(i))] for i in indices}
