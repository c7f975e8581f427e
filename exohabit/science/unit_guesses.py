"""Unit guesses: the units in which contradicting values were probably sent.

A unit is only named if all values agree after its conversion. One wrong unit is tried before two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import combinations
from typing import NamedTuple

from exohabit.science.columns import BY_NAME, SIZE
from exohabit.science.domain_warnings import PlanetWarning
from exohabit.science.elementwise import is_unknown
from exohabit.science.units import (
    CELSIUS,
    FAHRENHEIT,
    HOURS,
    JUPITER_MASSES,
    JUPITER_RADII,
    MILLIONS_OF_KM,
    MINUTES,
    SECONDS,
    WATTS,
    YEARS,
    Unit,
)

CODE = "wrong_unit"
"""Code of the warnings that name a unit."""


Units = tuple[Unit, ...]
UNITS_OF_SIZE = (JUPITER_MASSES, JUPITER_RADII)
UNITS_OF_LIGHT = (CELSIUS, YEARS, HOURS, MINUTES, SECONDS, WATTS, MILLIONS_OF_KM, FAHRENHEIT)
"""Units of light and orbit, the most common ones first."""

_LIGHT = ("pl_eqt", "pl_insol", "pl_orbper", "pl_orbsmax")
_AS_SENT = Unit("", "", 1.0)


def _one_or_two(units: Iterable[Unit]) -> Iterator[Units]:
    """Return each unit alone, and then each two units of different columns."""
    several = tuple(units)
    yield from ((unit,) for unit in several)
    yield from (pair for pair in combinations(several, 2) if pair[0].column != pair[1].column)


_OF_SIZE = tuple(_one_or_two(UNITS_OF_SIZE))


def guess_units_of_size(radius: float, mass: float, fits: Callable[[float, float], bool]) -> Units:
    """Return the units in which radius and mass fit; empty if there are none."""
    for units in _OF_SIZE:
        converted = {unit.column: unit for unit in units}
        of_radius, of_mass = (converted.get(name, _AS_SENT) for name in SIZE)
        if fits(of_radius.convert(radius), of_mass.convert(mass)):
            return units
    return ()


class _Conversion(NamedTuple):
    """What changes if values of light and orbit are in some units."""

    units: Units
    eqt: Unit
    stated: float
    """Factor of the stated insolation."""
    orbit: float
    """Factor of the insolation of orbit and star."""
    axis_cubed: float
    """Factor of the axis cubed, divided by that of Kepler's third law."""


def guess_units_of_light(
    known: Mapping[str, float],
    orbit: float,
    axis_cubed: float,
    fits: Callable[[float, float, float, float], bool],
) -> Units:
    """Return the units in which light and orbit fit; empty if there are none.

    Args:
        known: the planet's values by column.
        orbit: the insolation of orbit and star.
        axis_cubed: the cube of the semi-major axis, divided by that of Kepler's third law.
        fits: whether temperature, stated insolation and the two above fit together.
    """
    eqt, stated = known["pl_eqt"], known["pl_insol"]
    columns = tuple(name for name in _LIGHT if not is_unknown(known[name]))
    for units, of_eqt, by_stated, by_orbit, by_cubed in _conversions(
        columns, is_unknown(known["st_mass"])
    ):
        if fits(of_eqt.convert(eqt), stated * by_stated, orbit * by_orbit, axis_cubed * by_cubed):
            return units
    return ()


@cache
def _conversions(columns: tuple[str, ...], no_mass: bool) -> tuple[_Conversion, ...]:
    """Return the conversions for a planet with these known columns.

    As in `implied_light`, a stated axis gives the insolation if there is no period or no mass.
    """
    is_by_axis = "pl_orbsmax" in columns and (no_mass or "pl_orbper" not in columns)
    units = [unit for unit in UNITS_OF_LIGHT if unit.column in columns]
    return tuple(_conversion(several, is_by_axis=is_by_axis) for several in _one_or_two(units))


def _conversion(units: Units, *, is_by_axis: bool) -> _Conversion:
    of_column = {unit.column: unit for unit in units}
    eqt, stated, period, axis = (of_column.get(name, _AS_SENT) for name in _LIGHT)
    orbit = axis.factor**-2.0 if is_by_axis else period.factor ** (-4.0 / 3.0)
    return _Conversion(units, eqt, stated.factor, orbit, axis.factor**3.0 / period.factor**2.0)


def warn(units: Units, known: Mapping[str, float], fact: str) -> PlanetWarning:
    """Return the warning that asks whether values were sent in other units, and why."""
    sent = " and ".join(f"{unit.column} {known[unit.column]:g}" for unit in units)
    names = " and ".join(unit.name for unit in units)
    would_fit = " and ".join(
        f"{unit.convert(known[unit.column]):.5g} {BY_NAME[unit.column].unit}" for unit in units
    )
    question = "is it in" if len(units) == 1 else "are they in"
    message = f"{sent}: {question} {names}? {would_fit} would fit; as sent, {fact}"
    return PlanetWarning(CODE, units[0].column, message)
