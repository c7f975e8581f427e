"""Other units: how units are written, in brackets or in a row of units. Nothing is converted.

A message names the column, its unit and the factor, so that the client can convert it.
"""

from __future__ import annotations

import re

from exohabit.inputs.limits import MAX_NAME
from exohabit.inputs.problems import repr_short
from exohabit.science import units
from exohabit.science.columns import BY_NAME
from exohabit.science.units import Unit

UNITS: dict[str, frozenset[str]] = {
    "pl_rade": frozenset(
        "earthradii earthradius earthsradii earthsradius earthrad rearth re r⊕ rade rgeo earth eu "
        "reartheq".split()
    ),
    "pl_bmasse": frozenset(
        "earthmasses earthmass earthsmasses earthsmass mearth me m⊕ masse mgeo geomass earth "
        "eu".split()
    ),
    "pl_orbper": frozenset("days day d".split()),
    "pl_eqt": frozenset("k kelvin kelvins".split()),
    "st_spectype": frozenset(("text", "string", "str")),
    "pl_insol": frozenset(
        "earthflux earthsflux earthinsolation earthsinsolation searth s⊕ f⊕ earth se".split()
    ),
    "pl_orbsmax": frozenset("au".split()),
    "pl_orbeccen": frozenset(("none", "nounit", "unitless", "dimensionless", "1", "-", "")),
    "st_teff": frozenset("k kelvin kelvins".split()),
    "st_rad": frozenset("solarradii solarradius solrad rsun rsol r☉ r⊙ sun solar rs".split()),
    "st_mass": frozenset("solarmasses solarmass solmass msun msol m☉ m⊙ sun solar ms".split()),
}
"""Spellings of the unit of each column, after `_normalize`; `eu` is PHL's "Earth units"."""

_OTHER_UNITS: tuple[tuple[str, Unit], ...] = (
    (
        "jupiterradii jupiterradius jupiterrad rjup rj rjupiter jupiter jovianradii",
        units.JUPITER_RADII,
    ),
    ("solarradii solarradius solrad rsun rsol r☉ r⊙", units.SOLAR_RADII),
    ("km kilometres kilometers", Unit("pl_rade", "kilometres", 1.0 / 6378.1)),
    ("m metres meters", Unit("pl_rade", "metres", 1.0 / 6_378_100.0)),
    (
        "jupitermass jupitermasses jupmass jovmass mjup mj mjupiter jupiter jovianmasses",
        units.JUPITER_MASSES,
    ),
    ("solarmass solarmasses solmass msun msol m☉ m⊙", units.SOLAR_MASSES),
    ("kg kilograms", Unit("pl_bmasse", "kilograms", 1.0 / 5.9722e24)),
    ("years year yr yrs a", units.YEARS),
    ("hours hour hrs hr h", units.HOURS),
    ("minutes minute min mins", units.MINUTES),
    ("seconds s sec", units.SECONDS),
    ("c °c degc celsius", units.CELSIUS),
    ("f °f degf fahrenheit", units.FAHRENHEIT),
    ("w/m2 w/m² w/m^2 wm-2 w/m**2", units.WATTS),
    ("km kilometres kilometers", Unit("pl_orbsmax", "kilometres", 1.0 / 149_597_870.7)),
    ("c °c degc celsius", units.CELSIUS._replace(column="st_teff")),
    ("km kilometres kilometers", Unit("st_rad", "kilometres", 1.0 / 695_700.0)),
    ("kg kilograms", Unit("st_mass", "kilograms", 1.0 / 1.9884e30)),
    ("jupitermass jupitermasses mjup mj", Unit("st_mass", "Jupiter masses", 1.0 / 1047.6)),
)
"""Spellings of other units of a column, after `_normalize`."""
_UNIT_OF = {(unit.column, text): unit for texts, unit in _OTHER_UNITS for text in texts.split()}

_BRACKETED = re.compile(
    r"(.*)[\[({]([^\[\](){}]*+)[\])}]++(|\s(?:upper|lower) unc\.?|\s+limit flag)\s*+",
    re.DOTALL | re.IGNORECASE,
)
"""The archive's label has "Planet Mass or Mass*sin(i) [Earth Mass] Upper Unc."."""
_IN_SQUARE_BRACKETS = re.compile(r"\s*+\[[^\[\]0-9][^\[\]]*+\]\s*+")
_IGNORED_CHARACTERS = str.maketrans("", "", " \t_.'’[](){}$\\")


def split_unit(name: str) -> tuple[str, str] | None:
    """Split a column's name with a unit in brackets into name and unit; None for another name."""
    found = _BRACKETED.fullmatch(name) if len(name) <= MAX_NAME else None
    return (found[1].strip() + found[3], found[2].strip()) if found else None


def is_own_unit(column: str, unit: str) -> bool:
    """Whether a text is the unit of one of our columns."""
    return _normalize(unit) in UNITS[column]


def is_unit(column: str, text: str) -> bool:
    """Whether a text is a unit in which a column's values may be given, ours or another.

    A text in square brackets is one, even if we do not know it.
    """
    if _IN_SQUARE_BRACKETS.fullmatch(text):
        return True
    normalized = _normalize(text)
    return normalized in UNITS[column] or (column, normalized) in _UNIT_OF


def advise_on_unit(name: str, column: str, unit: str) -> str:
    """Say how to convert a column with a unit in brackets into ours."""
    other = _UNIT_OF.get((column, _normalize(unit)))
    if other is None:
        return f"{repr_short(name)} is not in {BY_NAME[column].unit}"
    return advise_conversion(name, other)


def advise_conversion(name: str, unit: Unit) -> str:
    """Say how to convert a column in a known unit into ours."""
    return f"{repr_short(name)} is in {unit.name}: {unit.how} and name it {unit.column}"


def _normalize(unit: str) -> str:
    """Return a unit without brackets, blanks and signs, also if it is written for LaTeX."""
    plain = unit[:MAX_NAME].lower().translate(_IGNORED_CHARACTERS)
    return plain.replace("oplus", "⊕").replace("odot", "⊙")
