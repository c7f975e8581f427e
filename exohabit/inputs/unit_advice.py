"""Unit advice: columns and keys in another unit than ours, or without one, and how to name them.

They are not read. A message says what to do about each of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from exohabit.inputs.limits import MAX_COLUMNS
from exohabit.inputs.other_units import advise_conversion, split_unit
from exohabit.inputs.problems import repr_short
from exohabit.inputs.synonyms import NEEDS_UNIT, SYNONYMS, find_synonym, fold, is_read_without_unit
from exohabit.science import units
from exohabit.science.columns import BY_NAME

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
_MEANT = (
    {name: SYNONYMS[name] for name in NEEDS_UNIT if SYNONYMS[name] in BY_NAME}
    | {name: unit.column for name, unit in _IN_OTHER_UNITS.items()}
    | {name: column for name, (column, _) in _UNSURE.items()}
)
"""Our column by each folded name that is not read."""
_CLOSING = (")", "]", "}")
MAX_ADVISED = 1_000
"""Planets of a list whose reasons say which columns are in another unit."""
_MAX_NAMED = 3
"""Columns that one message names."""


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
        return advise_conversion(name, other)
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
