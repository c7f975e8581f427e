"""Units: other units that people use for a column, and how to convert them.

Radii and masses are those of IAU 2015 Resolution B3: 1 Jupiter radius (equatorial) is 11.209 Earth
radii, 1 solar radius 109.08; 1 Jupiter mass is 317.83 Earth masses, 1 solar mass 332,946. The solar
constant is that of Kopp & Lean 2011.
"""

from __future__ import annotations

from typing import NamedTuple


class Unit(NamedTuple):
    """A unit of a column's values that is not the column's unit."""

    column: str
    name: str
    factor: float
    offset: float = 0.0

    def convert(self, value: float) -> float:
        """Return a value of this unit in the column's unit."""
        return value * self.factor + self.offset

    @property
    def how(self) -> str:
        """How to convert a value, in words."""
        steps = []
        if self.factor > 1.0:
            steps.append(f"multiply by {self.factor:,.10g}")
        elif self.factor < 1.0:
            steps.append(f"divide by {1.0 / self.factor:,.10g}")
        if self.offset:
            steps.append(f"add {self.offset:.2f}")
        return " and ".join(steps)


_ONE = {
    "Earth radii": "1 Earth radius",
    "Earth masses": "1 Earth mass",
    "solar radii": "1 solar radius",
    "times Earth's": "Earth's insolation",
    "times Earth's insolation": "Earth's insolation",
}


def with_unit(text: str, unit: str) -> str:
    """Return a number with its unit, which is singular for 1."""
    return _ONE.get(unit, f"1 {unit}") if text == "1" else f"{text} {unit}"


def compared_with_earth(text: str) -> str:
    """Return an insolation [Earth's] as what follows its name and a comma."""
    return "equal to Earth's" if text == "1" else f"{text} times Earth's"


JUPITER_RADII = Unit("pl_rade", "Jupiter radii", 11.209)
SOLAR_RADII = Unit("pl_rade", "solar radii", 109.08)
JUPITER_MASSES = Unit("pl_bmasse", "Jupiter masses", 317.83)
SOLAR_MASSES = Unit("pl_bmasse", "solar masses", 332_946.0)
CELSIUS = Unit("pl_eqt", "°C", 1.0, 273.15)
FAHRENHEIT = Unit("pl_eqt", "°F", 5.0 / 9.0, 273.15 - 32.0 * 5.0 / 9.0)
YEARS = Unit("pl_orbper", "years", 365.25)
HOURS = Unit("pl_orbper", "hours", 1.0 / 24.0)
MINUTES = Unit("pl_orbper", "minutes", 1.0 / 1440.0)
SECONDS = Unit("pl_orbper", "seconds", 1.0 / 86_400.0)
WATTS = Unit("pl_insol", "W/m²", 1.0 / 1361.0)
MILLIONS_OF_KM = Unit("pl_orbsmax", "millions of km", 1.0 / 149.6)
