"""Physical limits: the sizes and temperatures that are possible, and the messages beyond them.

`default_contradictions` and `context_contradictions` share them, with tolerances of their own.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from exohabit.science import habitability
from exohabit.science.domain_warnings import PlanetWarning
from exohabit.science.elementwise import Quantity, clip, cube_root, log, square_root
from exohabit.science.units import with_unit
from exohabit.science.zones import HIGHEST_ALBEDO

HOTTEST_RATIO = (8.0 / 3.0) ** 0.25
"""Temperature of a hemisphere that faces its star and keeps all heat, divided by that of a planet
of even temperature (Cowan & Agol 2011, ApJ 729, 54)."""
COLDEST_FACTOR = 1.0 / 1.1
"""Tolerance below the temperature at `HIGHEST_ALBEDO`, as a factor."""
LOWEST_DENSITY = 0.03
"""g/cm³; every planet of measured radius and mass is denser (archive of 2025-12-30)."""
EARTH_DENSITY = 5.514
"""g/cm³."""
LOWEST_RELATIVE_DENSITY = LOWEST_DENSITY / EARTH_DENSITY
"""The same as a mass over a radius cubed, both Earth's."""
INSOL_TOLERANCE = 1.5
"""Largest factor between the stated insolation and that of orbit and star."""
AXIS_TOLERANCE = 1.25
"""Largest factor between the stated semi-major axis and that of Kepler's third law."""


def describe_eqt(eqt: float, insol: float) -> str:
    """Say that an equilibrium temperature [K] does not fit an insolation [Earth's]."""
    coldest, hottest = possible_eqt(insol)
    text = f"{insol:.3g}"
    light = "Earth's insolation" if text == "1" else f"an insolation of {text} times Earth's"
    return (
        f"{eqt:.4g} K does not fit {light}: any albedo and any spread of heat give "
        f"{coldest:.0f} to {hottest:.0f} K"
    )


def possible_eqt(insol: Quantity) -> tuple[Quantity, Quantity]:
    """Return the lowest and highest equilibrium temperature [K] at an insolation [Earth's]."""
    black = habitability.EARTH_EQT * square_root(square_root(insol))
    return black * ((1.0 - HIGHEST_ALBEDO) ** 0.25 * COLDEST_FACTOR), black * HOTTEST_RATIO


def iron_radius(mass: Quantity) -> Quantity:
    """Return the radius [Earth's] of a ball of iron of a mass [Earth's], the smallest possible.

    Fortney, Marley & Barnes 2007 (ApJ 659, 1661), eq. 8 without rock, as corrected in ApJ 668,
    1267, for 0.01 to 100 Earth masses. A lower mass counts as equally dense. Planets above are
    gas giants and far larger.
    """
    smallest = 0.01
    log_mass = log(clip(mass, smallest, math.inf)) / math.log(10.0)
    radius = 0.7932 + log_mass * (0.4938 + log_mass * 0.0975)
    return radius * cube_root(clip(mass / smallest, 0.0, 1.0))


def describe_iron(radius: float, mass: float) -> str:
    """Say that a planet of this radius and mass [Earth's] is denser than iron."""
    smallest = with_unit(f"{iron_radius(float(mass)):.3g}", "Earth radii")
    return (
        f"{_sizes(radius, mass)} cannot both be right: a ball of iron of that mass has {smallest} "
        "(if the mass is only an upper limit, send pl_bmasselim 1)"
    )


def describe_density(radius: float, mass: float) -> str:
    """Say that a planet of this radius and mass [Earth's] is less dense than hydrogen planets."""
    return (
        f"{_sizes(radius, mass)} give {EARTH_DENSITY * mass / radius**3:.2g} g/cm³: less dense "
        "than any known planet"
    )


def _sizes(radius: float, mass: float) -> str:
    texts = with_unit(f"{radius:.3g}", "Earth radii"), with_unit(f"{mass:.3g}", "Earth masses")
    return " and ".join(texts)


class Check(NamedTuple):
    """A comparison of a stated value with an implied one."""

    column: str
    code: str
    unit: str
    tolerance: float
    """Largest factor between the two."""
    words: str
    """What implies the other value."""

    def warn(self, stated: float, implied: float) -> PlanetWarning:
        """Return the warning about two values that differ."""
        value = with_unit(f"{stated:.4g}", self.unit)
        message = (
            f"{value} is stated, but {self.words} {implied:.4g}: they differ by "
            f"more than a factor of {self.tolerance:g}"
        )
        return PlanetWarning(self.code, self.column, message)


INSOL = Check(
    "pl_insol", "inconsistent_light", "times Earth's", INSOL_TOLERANCE, "orbit and star imply"
)
AXIS = Check(
    "pl_orbsmax",
    "inconsistent_orbit",
    "au",
    AXIS_TOLERANCE,
    "Kepler's third law with the period and the star's mass gives",
)
