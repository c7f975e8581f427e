"""Other units: columns with our quantities in other units. They are never converted.

A message names the column, its unit and the factor, so that the client can convert it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from exohabit.inputs.limits import MAX_COLUMNS, MAX_NAME
from exohabit.inputs.problems import repr_short
from exohabit.inputs.synonyms import NEEDS_UNIT, SYNONYMS, find_synonym, fold, is_read_without_unit
from exohabit.science import units
from exohabit.science.columns import BY_NAME
from exohabit.science.units import Unit

_IN_OTHER_UNITS = {
    "plradj": units.JUPITER_RADII,
    "plrads": units.SOLAR_RADII,
    "plbmassj": units.JUPITER_MASSES,
    "plmassj": units.JUPITER_MASSES,
    "plmsinij": units.JUPITER_MASSES,
}
"""The unit of the archive's columns that are in another unit than ours, by their folded names."""
_EXOPLANET_EU = {
    "radius": units.JUPITER_RADII,
    "mass": units.JUPITER_MASSES,
    "masssini": units.JUPITER_MASSES,
}
"""The unit that exoplanet.eu's catalogue has for a name; others write the same for Earth's."""
_UNSURE = {
    "temperature": ("pl_eqt", "the equilibrium temperature in K"),
    "temp": ("pl_eqt", "the equilibrium temperature in K"),
    "planettemperature": ("pl_eqt", "the equilibrium temperature in K"),
    "startype": ("st_spectype", "the spectral type"),
    "stellartype": ("st_spectype", "the spectral type"),
}
"""Folded names that may mean our column, or something else."""

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
_MEANT = (
    {name: SYNONYMS[name] for name in NEEDS_UNIT if SYNONYMS[name] in BY_NAME}
    | {name: unit.column for name, unit in _IN_OTHER_UNITS.items()}
    | {name: column for name, (column, _) in _UNSURE.items()}
)
"""Our column by each folded name that is not read."""
_UNIT_OF = {(unit.column, text): unit for texts, unit in _OTHER_UNITS for text in texts.split()}

_BRACKETED = re.compile(
    r"(.*)[\[({]([^\[\](){}]*+)[\])}]++(|\s(?:upper|lower) unc\.?|\s+limit flag)\s*+",
    re.DOTALL | re.IGNORECASE,
)
"""The archive's label has "Planet Mass or Mass*sin(i) [Earth Mass] Upper Unc."."""
_IN_SQUARE_BRACKETS = re.compile(r"\s*+\[[^\[\]0-9][^\[\]]*+\]\s*+")
_CLOSING = (")", "]", "}")
_IGNORED_CHARACTERS = str.maketrans("", "", " \t_.'’[](){}$\\")
MAX_ADVISED = 1_000
"""Planets of a list whose reasons say which columns are in another unit."""
_MAX_NAMED = 3
"""Columns that one message names."""


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
    return _advice(name, other)


def column_meant(name: str) -> str | None:
    """Return our column that a name means in another unit, without a unit, or perhaps."""
    column = _MEANT.get(fold(name))
    if column is None and name[-1:] in _CLOSING:
        base = split_unit(name)
        return _UNSURE.get(fold(base[0]), (None,))[0] if base else None
    return None if is_read_without_unit(name) else column


def columns_meant(names: Iterable[str], columns: Collection[str]) -> dict[str, str]:
    """Return which of our columns the first `MAX_COLUMNS` names mean, where those are asked for."""
    meant = ((name, column_meant(name)) for name in islice(names, MAX_COLUMNS))
    return {name: column for name, column in meant if column is not None and column in columns}


def find_other_units(names: Iterable[str], columns: Collection[str]) -> dict[str, str]:
    """Say, by our column, which of the names mean the same in another unit or without one.

    Args:
        names: of the input's columns or keys.
        columns: those of ours that the input lacks.
    """
    found: dict[str, list[str]] = {}
    for name, column in columns_meant(names, columns).items():
        found.setdefault(column, []).append(_advise(name, column))
    return {column: "; ".join(texts[:_MAX_NAMED]) for column, texts in found.items()}


def advise_planets(
    planets: Sequence[Mapping[str, Any]],
    keys: Iterable[str],
    columns: Collection[str],
    most: int | None = MAX_ADVISED,
) -> dict[int, str]:
    """Say, by index, which planets were sent with values of a column in another unit.

    Args:
        planets: as they were sent.
        keys: all their keys.
        columns: ours, which the values stand for.
        most: how many of them are named; None for all.
    """
    others = columns_meant(keys, columns)
    found = {}
    for i, planet in enumerate(planets if others else ()):
        stated = [key for key, value in planet.items() if value is not None and key in others]
        if advice := find_other_units(stated, columns):
            found[i] = "; ".join(advice.values())
        if len(found) == most:
            break
    return found


def _advise(name: str, column: str) -> str:
    """Say how a column without a unit in brackets becomes ours."""
    if other := _IN_OTHER_UNITS.get(fold(name)):
        return _advice(name, other)
    if (word := find_synonym(name)) not in NEEDS_UNIT:
        return f"{repr_short(name)} is not read: {name_it(name, column)}"
    text = f"{repr_short(name)} has no unit: {name_it(name, column)}"
    if word not in _EXOPLANET_EU:
        return text
    other = _EXOPLANET_EU[word]
    return f"{text}; if in {other.name}, as in exoplanet.eu's tables, {other.how} first"


def name_it(name: str, column: str) -> str:
    """Say how a column or key is to be named, and on which condition."""
    if find_synonym(name) in NEEDS_UNIT:
        return f"if it is in {BY_NAME[column].unit}, name it {column}"
    meaning = _meaning_of(name)
    return f"if it is {meaning}, name it {column}" if meaning else f"name it {column}"


def is_unsure(name: str) -> bool:
    """Whether a name may mean one of our columns, or something else."""
    return _meaning_of(name) is not None


def _meaning_of(name: str) -> str | None:
    base = split_unit(name)
    return _UNSURE.get(fold(base[0] if base else name), (None, None))[1]


def _advice(name: str, unit: Unit) -> str:
    return f"{repr_short(name)} is in {unit.name}: {unit.how} and name it {unit.column}"


def _normalize(unit: str) -> str:
    """Return a unit without brackets, blanks and signs, also if it is written for LaTeX."""
    plain = unit[:MAX_NAME].lower().translate(_IGNORED_CHARACTERS)
    return plain.replace("oplus", "⊕").replace("odot", "⊙")
