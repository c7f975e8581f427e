"""Column positions: finds the column of each of our keys in a table, by its name and unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from exohabit.inputs.other_units import (
    UNITS,
    advise_on_unit,
    is_own_unit,
    is_unit,
    split_unit,
)
from exohabit.inputs.schemas import DETAILED_SCHEMA, NAME_KEYS, PlanetSchema
from exohabit.inputs.synonyms import (
    BASES,
    FALLBACKS,
    SYNONYMS,
    find_synonym,
    fold,
    is_read_without_unit,
)
from exohabit.inputs.unit_advice import find_other_units
from exohabit.science.columns import BY_NAME, NUMERIC

DEFAULT_FLAG = "default_flag"
"""The archive's column that is 1 in one row of each planet; it has several rows for a planet."""
COLUMN_OF = {
    key: column.name
    for column in NUMERIC
    for key in (column.name, column.upper_error, column.lower_error)
}
"""Our numeric column by its key and those of its errors, which have the same unit."""
VALUE_OF = COLUMN_OF | {column.limit_flag: column.name for column in NUMERIC}
"""The same, by the key of its limit flag too."""
_OUR_KEYS = frozenset(DETAILED_SCHEMA.keys)
_ORDER = {name: number for number, name in enumerate(SYNONYMS)}


@dataclass(slots=True)
class ColumnPositions:
    """The positions of the columns with our keys."""

    names: Sequence[str]
    """The names of the table's columns."""
    positions: dict[str, int] = field(default_factory=dict)
    """The position of each column that is read, by our key."""
    fallback_positions: dict[str, int] = field(default_factory=dict)
    """The position of the column that is read where the first has no value, by our key."""
    name_positions: list[int] = field(default_factory=list)
    """The positions of the columns with the planet's name; the first that is not empty counts."""
    synonyms: dict[str, str] = field(default_factory=dict)
    """Our key by the other name under which it is read."""
    advice: dict[str, str] = field(default_factory=dict)
    """What to do about columns that are not in our unit, by the column of ours."""

    def add_name(self, position: int, key: str | None) -> None:
        """Add a column with names; `key` is given if it has another name."""
        self.name_positions.append(position)
        if key:
            self.synonyms[self.names[position]] = key

    def add_synonym(self, position: int, key: str) -> None:
        """Add a column with another name, unless its key is read from a better one."""
        name = self.names[position]
        if not self._has_own_unit(name, key):
            return
        column, base = VALUE_OF.get(key, key), _base_of(name)
        for chosen, is_of_values in (
            (self.positions, self._is_read_from(self.positions, column, base)),
            (self.fallback_positions, self._may_be_fallback(column, base)),
        ):
            if key not in chosen and is_of_values:
                chosen[key] = position
                self.synonyms[name] = key
                return

    def _is_read_from(self, chosen: dict[str, int], column: str, base: str) -> bool:
        """Whether a column's values are read from this name, or not yet read.

        Errors and limit flags are only read from columns that belong to the same values.
        """
        return column not in chosen or _base_of(self.names[chosen[column]]) == base

    def _may_be_fallback(self, column: str, base: str) -> bool:
        first = FALLBACKS.get(base)
        return (
            first is not None
            and column in self.positions
            and self._is_read_from(self.positions, column, first)
            and self._is_read_from(self.fallback_positions, column, base)
        )

    def _has_own_unit(self, name: str, key: str) -> bool:
        bracketed, column = split_unit(name), VALUE_OF.get(key)
        if bracketed is None or column is None or is_own_unit(column, bracketed[1]):
            return True
        if key not in COLUMN_OF:
            return not is_unit(column, bracketed[1])
        self.advice.setdefault(column, advise_on_unit(name, column, bracketed[1]))
        return False


def find_positions(names: Sequence[str], schema: PlanetSchema) -> ColumnPositions:
    """Find the keys of a schema among the names of a table's columns; our own names come first."""
    positions = ColumnPositions(names)
    keys = frozenset(schema.keys)
    others: list[tuple[int, str]] = []
    for position, name in enumerate(names):
        key = name if name in keys else _key_of(name)
        if key not in keys:
            continue
        if key != name:
            others.append((position, key))
        elif key in NAME_KEYS:
            positions.add_name(position, None)
        else:
            positions.positions.setdefault(key, position)
    has_name = bool(positions.name_positions)
    for position, key in sorted(others, key=lambda other: _order_of(names[other[0]])):
        if key not in NAME_KEYS:
            positions.add_synonym(position, key)
        elif not has_name:
            positions.add_name(position, key)
    return positions


def is_known_name(text: str) -> bool:
    """Whether a text is the name of a column that is read, under any of its names."""
    name = text.strip()
    return _key_of(name) is not None or is_default_flag(name)


def is_default_flag(name: str) -> bool:
    """Whether a column is the archive's `default_flag`, also by its label."""
    return name.lower() == DEFAULT_FLAG or fold(name) == "defaultparameterset"


def advise_on_column(name: str) -> tuple[str, str] | None:
    """Return our column that a name means in another unit, and what to do about it."""
    if advice := find_other_units((name,), BY_NAME):
        return next(iter(advice.items()))
    bracketed, column = split_unit(name), _key_of(name)
    if bracketed is None or column not in UNITS or is_own_unit(column, bracketed[1]):
        return None
    return column, advise_on_unit(name, column, bracketed[1])


def _key_of(name: str) -> str | None:
    """Return the key that a column holds by its name, without looking at its unit."""
    if name.lower() in _OUR_KEYS:
        return name.lower()
    if is_read_without_unit(name):
        return SYNONYMS[find_synonym(name)]
    bracketed = split_unit(name)
    if bracketed is None:
        return None
    key = bracketed[0].lower()
    return key if key in _OUR_KEYS else SYNONYMS.get(find_synonym(key))


def _without_unit(name: str) -> str:
    bracketed = split_unit(name)
    return find_synonym(bracketed[0] if bracketed else name)


def _base_of(name: str) -> str:
    """Return the other name of the values that a column belongs to; empty for our own names."""
    return BASES.get(_without_unit(name), "")


def _order_of(name: str) -> int:
    """Return the rank of a name: our own names with a unit or in capitals come first."""
    return _ORDER.get(_without_unit(name), -1)
