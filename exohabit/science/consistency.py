"""Consistency: where what is stated of a planet cannot all be true, or says less than it seems.

A composite table takes each value from another publication, so that its rows need not agree with
themselves. Nothing is corrected and no score changes; who asks for the context is told.

The trap: measurements scatter. Each limit lies where physics ends, or beyond it by more than most
measurements err; what is within it need not agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from exohabit.science import habitability, spectral_types
from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.context import HIGHEST_ALBEDO
from exohabit.science.domain_warnings import PlanetWarning, PlanetWarnings, merge
from exohabit.science.elementwise import first_known
from exohabit.science.features import Light, Table, implied_light
from exohabit.science.uncertainty import Errors

HOTTEST = (8.0 / 3.0) ** 0.25
"""Factor by which a hemisphere that faces its star, and keeps all heat, is hotter than a planet
that is equally warm all over (Cowan & Agol 2011, ApJ 729, 54)."""
COLDEST = 1.0 / 1.1
"""Factor below the temperature at `HIGHEST_ALBEDO`, for errors."""
INSOL_TOLERANCE = 1.5
"""Factor by which a stated insolation and that of orbit and star may differ."""
AXIS_TOLERANCE = 1.25
"""Factor by which a stated semi-major axis and that of Kepler's third law may differ."""
TEFF_TOLERANCE = 1.25
"""Factor by which a star's temperature and that of its spectral type may differ."""
IRON_TOLERANCE = 0.9
"""Share of the radius of an iron ball below which a radius cannot be right."""
LOWEST_DENSITY = 0.03
"""g/cm³; no planet of measured radius and mass is less dense (archive of 2025-12-30)."""
EARTH_DENSITY = 5.514
"""g/cm³."""


def inconsistencies(
    table: Table,
    like_dwarf: BoolArray,
    errors: Errors,
    computed: Mapping[str, BoolArray],
) -> PlanetWarnings:
    """Point out what disagrees.

    Args:
        table: what is known of planets.
        like_dwarf: whether their star may be one (`implied_light`), (planets,).
        errors: of each column, (planets,); sizes may differ by twice theirs.
        computed: by `pl_rade` and `pl_bmasse`, (planets,): whether that value was computed from the
            other one.
    """
    light = implied_light(table, like_dwarf)
    return merge(
        _of_star(table, like_dwarf),
        _of_eqt(table, light),
        _of_insol(table, light),
        _of_axis(table, like_dwarf, light),
        _of_size(table, errors),
        _of_computed(table, computed),
    )


def _of_star(table: Table, like_dwarf: BoolArray) -> PlanetWarnings:
    of_type = np.where(like_dwarf, table["spectype_teff"], np.nan)
    stated = _Stated("st_teff", "inconsistent_star", "K", TEFF_TOLERANCE)
    return _apart(stated, table["st_teff"], of_type, "a star of its spectral type has")


def _of_eqt(table: Table, light: Light) -> PlanetWarnings:
    """Compare T_eq with that of a black planet, and of one as bright as there is none."""
    eqt = table["pl_eqt"]
    insol = first_known(table["pl_insol"], light.insol)
    black = habitability.equilibrium_temperature(insol, np.zeros_like(insol))
    hottest, coldest = black * HOTTEST, black * (1.0 - HIGHEST_ALBEDO) ** 0.25 * COLDEST

    def message(i: int) -> str:
        return (
            f"{eqt[i]:.4g} K does not belong to an insolation of {insol[i]:.3g} times Earth's, "
            f"whatever the albedo and the spread of heat: from {coldest[i]:.0f} to "
            f"{hottest[i]:.0f} K could"
        )

    return _each((eqt > hottest) | (eqt < coldest), "inconsistent_light", "pl_eqt", message)


def _of_insol(table: Table, light: Light) -> PlanetWarnings:
    stated = _Stated("pl_insol", "inconsistent_light", "times Earth's", INSOL_TOLERANCE)
    return _apart(stated, table["pl_insol"], light.insol, "orbit and star imply")


def _of_axis(table: Table, like_dwarf: BoolArray, light: Light) -> PlanetWarnings:
    of_dwarf = spectral_types.dwarf_mass(np.where(like_dwarf, light.teff, np.nan))
    mass = first_known(table["st_mass"], of_dwarf)
    kepler = habitability.semi_major_axis(table["pl_orbper"], mass)
    stated = _Stated("pl_orbsmax", "inconsistent_orbit", "au", AXIS_TOLERANCE)
    words = "by Kepler's third law period and star's mass imply"
    return _apart(stated, table["pl_orbsmax"], kepler, words)


def _of_size(table: Table, errors: Errors) -> PlanetWarnings:
    radius, mass = table["pl_rade"], table["pl_bmasse"]
    smallest, largest = _reach(radius, errors["pl_rade"])
    lightest, heaviest = _reach(mass, errors["pl_bmasse"])
    iron = iron_radius(mass)
    density = EARTH_DENSITY * mass / radius**3
    return merge(
        _each(
            largest < iron_radius(lightest) * IRON_TOLERANCE,
            "inconsistent_size",
            "pl_rade",
            lambda i: (
                f"{radius[i]:.3g} Earth radii and {mass[i]:.3g} Earth masses cannot belong "
                f"together: a ball of iron of that mass has {iron[i]:.3g} Earth radii"
            ),
        ),
        _each(
            EARTH_DENSITY * heaviest < LOWEST_DENSITY * smallest**3,
            "inconsistent_size",
            "pl_rade",
            lambda i: (
                f"{radius[i]:.3g} Earth radii and {mass[i]:.3g} Earth masses make "
                f"{density[i]:.2g} g/cm³: less dense than any planet known"
            ),
        ),
    )


def _of_computed(table: Table, computed: Mapping[str, BoolArray]) -> PlanetWarnings:
    return merge(
        _each(
            computed["pl_bmasse"] & ~np.isnan(table["pl_rade"]),
            "computed_mass",
            "pl_bmasse",
            lambda _: "this mass was computed from the radius, so it tells nothing more",
        ),
        _each(
            computed["pl_rade"],
            "computed_radius",
            "pl_rade",
            lambda _: (
                "this radius has no error and is what the mass implies: taken as computed from the "
                "mass, by which the definition then judges"
            ),
        ),
    )


def _reach(values: FloatArray, errors: tuple[FloatArray, FloatArray]) -> FloatArray:
    """Return the ends of what values may be, twice their errors off, shape (2, planets)."""
    upper, lower = (np.nan_to_num(each) for each in errors)
    return np.stack([np.maximum(values - 2.0 * lower, 0.0), values + 2.0 * upper])


def iron_radius(mass: FloatArray) -> FloatArray:
    """Radius [Earth's] of a ball of iron of a mass [Earth's], as small as planets get.

    Fortney, Marley & Barnes 2007 (ApJ 659, 1661), eq. 8 without rock, as corrected in ApJ 668,
    1267, for 0.01 to 100 Earth masses. Smaller ones are taken as equally dense; planets beyond are
    gas and far larger.
    """
    smallest = 0.01
    size = np.log10(np.maximum(mass, smallest))
    radius = 0.7932 + size * (0.4938 + size * 0.0975)
    return radius * np.cbrt(np.minimum(mass / smallest, 1.0))


class _Stated(NamedTuple):
    """A value that another one implies: its column, what disagreement is called, and from where."""

    column: str
    code: str
    unit: str
    tolerance: float


def _apart(stated: _Stated, values: FloatArray, implied: FloatArray, words: str) -> PlanetWarnings:
    """Point out values that are further from what is implied than a factor."""
    outside = np.maximum(values, implied) > np.minimum(values, implied) * stated.tolerance

    def message(i: int) -> str:
        return (
            f"{values[i]:.4g} {stated.unit} is stated, but {words} {implied[i]:.4g}: more than a "
            f"factor of {stated.tolerance:g} apart"
        )

    return _each(outside, stated.code, stated.column, message)


def _each(
    where: BoolArray, code: str, column: str, message: Callable[[int], str]
) -> PlanetWarnings:
    found = np.flatnonzero(where).tolist()
    return {i: [PlanetWarning(code, column, message(i))] for i in found}
