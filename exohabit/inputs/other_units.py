"""Other units: columns that mean the same as ours in another unit, which are never converted.

A message names the column, its unit and the factor, so that the client can convert it. Radii and
masses are those of IAU 2015 Resolution B3: 1 Jupiter radius (equatorial) is 11.209 Earth radii, 1
solar radius 109.08; 1 Jupiter mass is 317.83 Earth masses, 1 solar mass 332,946.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from exohabit.inputs.limits import MAX_NAME
from exohabit.inputs.problems import repr_short
from exohabit.science.columns import BY_NAME


class Conversion(NamedTuple):
    """A unit, and how its values become those of our column."""

    unit: str
    how: str


_JUPITER_RADII = Conversion("Jupiter radii", "multiply by 11.209")
_SOLAR_RADII = Conversion("solar radii", "multiply by 109.08")
_KILOMETRES = Conversion("kilometres", "divide by 6378.1")
_JUPITER_MASSES = Conversion("Jupiter masses", "multiply by 317.83")
_SOLAR_MASSES = Conversion("solar masses", "multiply by 332,946")
_KILOGRAMS = Conversion("kilograms", "divide by 5.9722e24")
_CELSIUS = Conversion("°C", "add 273.15")
_AU_KILOMETRES = Conversion("kilometres", "divide by 149,597,870.7")

COLUMNS_IN_OTHER_UNITS: dict[str, tuple[str, Conversion]] = {
    # NASA Exoplanet Archive, PS, PSCompPars and the older "Confirmed Planets"
    "pl_radj": ("pl_rade", _JUPITER_RADII),
    "pl_rads": ("pl_rade", _SOLAR_RADII),
    "pl_bmassj": ("pl_bmasse", _JUPITER_MASSES),
    "pl_massj": ("pl_bmasse", _JUPITER_MASSES),
    "pl_msinij": ("pl_bmasse", _JUPITER_MASSES),
    # exoplanet.eu, catalogue as CSV
    "radius": ("pl_rade", _JUPITER_RADII),
    "mass": ("pl_bmasse", _JUPITER_MASSES),
    "mass_sini": ("pl_bmasse", _JUPITER_MASSES),
}
"""Our column and the conversion, by the name of a column in another unit."""

UNITS: dict[str, frozenset[str]] = {
    "pl_rade": frozenset(
        "earthradii earthradius earthrad rearth re r⊕ rade earth eu reartheq".split()
    ),
    "pl_bmasse": frozenset("earthmasses earthmass mearth me m⊕ masse earth eu".split()),
    "pl_orbper": frozenset("days day d".split()),
    "pl_eqt": frozenset("k kelvin kelvins".split()),
    "st_spectype": frozenset(("text", "string", "str")),
    "pl_insol": frozenset("earthflux earthinsolation earthsinsolation searth s⊕ earth se".split()),
    "pl_orbsmax": frozenset("au".split()),
    "pl_orbeccen": frozenset(("none", "nounit", "unitless", "dimensionless", "1")),
    "st_teff": frozenset("k kelvin kelvins".split()),
    "st_rad": frozenset("solarradii solarradius solrad rsun rsol r☉ r⊙ sun solar rs".split()),
    "st_mass": frozenset("solarmasses solarmass solmass msun msol m☉ m⊙ sun solar ms".split()),
}
"""How the unit of a column may be written, by `_normalize`; `eu` is PHL's "Earth units"."""

_OTHERS: tuple[tuple[str, str, Conversion], ...] = (
    ("pl_rade", "jupiterradii jupiterradius jupiterrad rjup rj rjupiter jupiter", _JUPITER_RADII),
    ("pl_rade", "solarradii solarradius solrad rsun r☉ r⊙", _SOLAR_RADII),
    ("pl_rade", "km kilometres kilometers", _KILOMETRES),
    ("pl_rade", "m metres meters", Conversion("metres", "divide by 6,378,100")),
    ("pl_bmasse", "jupitermass jupitermasses mjup mj mjupiter jupiter", _JUPITER_MASSES),
    ("pl_bmasse", "solarmass solarmasses solmass msun m☉ m⊙", _SOLAR_MASSES),
    ("pl_bmasse", "kg kilograms", _KILOGRAMS),
    ("pl_orbper", "years year yr yrs a", Conversion("years", "multiply by 365.25")),
    ("pl_orbper", "hours hour hrs hr h", Conversion("hours", "divide by 24")),
    ("pl_orbper", "seconds s sec", Conversion("seconds", "divide by 86,400")),
    ("pl_eqt", "c °c degc celsius", _CELSIUS),
    ("pl_eqt", "f °f degf fahrenheit", Conversion("°F", "add 459.67 and multiply by 5/9")),
    ("pl_insol", "w/m2 w/m^2 wm-2 w/m**2", Conversion("W/m²", "divide by 1361")),
    ("pl_orbsmax", "km kilometres kilometers", _AU_KILOMETRES),
    ("st_teff", "c °c degc celsius", _CELSIUS),
    ("st_rad", "km kilometres kilometers", Conversion("kilometres", "divide by 695,700")),
    ("st_mass", "kg kilograms", Conversion("kilograms", "divide by 1.9884e30")),
    (
        "st_mass",
        "jupitermass jupitermasses mjup mj",
        Conversion("Jupiter masses", "divide by 1047.6"),
    ),
)
_CONVERSIONS = {(column, unit): how for column, units, how in _OTHERS for unit in units.split()}

_BRACKETED = re.compile(r"([^\[\](){}]*+)[\[({]([^\[\](){}]*+)[\])}]\s*+")
_IGNORED = str.maketrans("", "", " \t_.'’")
_MAX_NAMED = 3
"""Columns that one message names."""


def split_unit(name: str) -> tuple[str, str] | None:
    """Split a column's name with a unit in brackets into name and unit; None for another name."""
    found = _BRACKETED.fullmatch(name) if len(name) <= MAX_NAME else None
    return (found[1].strip(), found[2].strip()) if found else None


def is_own_unit(column: str, unit: str) -> bool:
    """Whether a text is the unit of one of our columns."""
    return _normalize(unit) in UNITS[column]


def is_unit(column: str, text: str) -> bool:
    """Whether a text is a unit in which a column's values may be given, ours or another."""
    normalized = _normalize(text)
    return normalized in UNITS[column] or (column, normalized) in _CONVERSIONS


def advise_on_unit(name: str, column: str, unit: str) -> str:
    """Say how a column with a unit in brackets becomes ours."""
    conversion = _CONVERSIONS.get((column, _normalize(unit)))
    if conversion is None:
        return f"{repr_short(name)} is not in {BY_NAME[column].unit}"
    return _advice(name, column, conversion)


def find_other_units(names: Iterable[str], columns: Collection[str]) -> dict[str, str]:
    """Say, by our column, which of the names mean the same in another unit.

    Args:
        names: of the input's columns or keys.
        columns: those of ours that the input lacks.
    """
    found: dict[str, list[str]] = {}
    for name in islice((n for n in names if n.lower() in COLUMNS_IN_OTHER_UNITS), MAX_NAME):
        column, conversion = COLUMNS_IN_OTHER_UNITS[name.lower()]
        if column in columns:
            found.setdefault(column, []).append(_advice(name, column, conversion))
    return {column: "; ".join(texts[:_MAX_NAMED]) for column, texts in found.items()}


def advise_planets(
    planets: Sequence[Mapping[str, Any]], keys: Iterable[str], columns: Collection[str]
) -> dict[int, str]:
    """Say, by index, which planets were sent with values of a column in another unit.

    Args:
        planets: as they were sent.
        keys: all their keys.
        columns: ours, which the values stand for.
    """
    if not find_other_units(keys, columns):
        return {}
    found = {}
    for i, planet in enumerate(planets):
        stated = (key for key, value in planet.items() if value is not None)
        if advice := find_other_units(stated, columns):
            found[i] = "; ".join(advice.values())
    return found


def _advice(name: str, column: str, conversion: Conversion) -> str:
    return f"{repr_short(name)} is in {conversion.unit}: {conversion.how} and name it {column}"


def _normalize(unit: str) -> str:
    return unit[:MAX_NAME].lower().translate(_IGNORED)
