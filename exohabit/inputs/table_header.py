"""Table header: which of our keys each column of a table holds, by its name and unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from exohabit.inputs.near_misses import hint, near_miss_warnings
from exohabit.inputs.other_units import (
    COLUMNS_IN_OTHER_UNITS,
    advise_on_unit,
    find_other_units,
    is_own_unit,
    split_unit,
)
from exohabit.inputs.problems import Problem, repr_short
from exohabit.inputs.schemas import DETAILED, NAME_KEYS, PlanetSchema
from exohabit.inputs.synonyms import NEEDS_UNIT, SYNONYMS
from exohabit.science.columns import BY_NAME, NUMERIC, REQUIRED
from exohabit.science.domain_warnings import PlanetWarning

DEFAULT_FLAG = "default_flag"
"""The archive's column that is 1 in one row of each planet; it has several rows for a planet."""
COLUMN_OF = {
    key: column.name
    for column in NUMERIC
    for key in (column.name, column.upper_error, column.lower_error)
}
"""Our numeric column by its key and those of its errors, which have the same unit."""
_OUR_KEYS = frozenset(DETAILED.keys)
SIZE = ("pl_rade", "pl_bmasse")
_LIGHT = (("pl_eqt",), ("pl_insol",), ("pl_orbper", "pl_orbsmax"))
_STAR = ("st_spectype", "st_teff")


@dataclass(frozen=True, slots=True)
class TableHeader:
    """The columns of a table by our keys."""

    names: list[str]
    line: int
    positions: dict[str, int]
    """Of the columns that are read, by our key."""
    name_positions: list[int]
    """Of the columns with the planet's name; the first that is not empty counts."""
    synonyms: dict[str, str] = field(default_factory=dict)
    """Our key by the other name under which it is read."""
    advice: dict[str, str] = field(default_factory=dict)
    """What to do about columns in another unit, by the column of ours that is absent."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def default_flag(self) -> int | None:
        """The position of the archive's `default_flag`."""
        return self.names.index(DEFAULT_FLAG) if DEFAULT_FLAG in self.names else None

    def has_any(self, *keys: str) -> bool:
        """Whether the table has one of our columns."""
        return any(key in self.positions for key in keys)


def is_known_name(text: str) -> bool:
    """Whether a text is the name of a column that is read, under any of its names."""
    name = text.strip()
    return _key_of(name) is not None or name == DEFAULT_FLAG


def _key_of(name: str) -> str | None:
    """Return the key that a column holds by its name, without looking at its unit."""
    if name in _OUR_KEYS:
        return name
    plain = name.lower()
    if plain in SYNONYMS and plain not in NEEDS_UNIT:
        return SYNONYMS[plain]
    bracketed = split_unit(name)
    if bracketed is None:
        return None
    key = bracketed[0]
    return key if key in _OUR_KEYS else SYNONYMS.get(key.lower())


def match_header(names: Sequence[str], line: int, schema: PlanetSchema) -> TableHeader:
    """Find our keys among the columns of a table; our own names come before others."""
    names = [name.strip() for name in names]
    header = TableHeader(names, line, {}, [], {}, {})
    _place(header, schema, own=True)
    _place(header, schema, own=False)
    absent = [name for name in BY_NAME if name not in header.positions]
    header.advice.update(find_other_units(names, absent) | header.advice)
    header.problems.extend(_repeated(header))
    header.problems.extend(_absent(header))
    return header


def _place(header: TableHeader, schema: PlanetSchema, *, own: bool) -> None:
    keys, places = frozenset(schema.keys), list(enumerate(header.names))
    if not own:
        order = {name: number for number, name in enumerate(SYNONYMS)}
        places.sort(key=lambda place: order.get(place[1].lower(), len(order)))
    has_name = bool(header.name_positions)
    for position, name in places:
        if (name in keys) != own:
            continue
        key = name if own else _key_of(name)
        if key in NAME_KEYS:
            if not has_name or own:
                header.name_positions.append(position)
            if not has_name and not own:
                header.synonyms[name] = key
        elif key in keys and key not in header.positions and _has_own_unit(header, name, key):
            header.positions[key] = position
            if not own:
                header.synonyms[name] = key


def _has_own_unit(header: TableHeader, name: str, key: str) -> bool:
    bracketed, column = split_unit(name), COLUMN_OF.get(key)
    if bracketed is None or column is None or is_own_unit(column, bracketed[1]):
        return True
    header.advice.setdefault(column, advise_on_unit(name, column, bracketed[1]))
    return False


def _repeated(header: TableHeader) -> list[Problem]:
    used = {header.names[position] for position in header.positions.values()}
    used.update(name for name in header.names if name in NAME_KEYS)
    counts = Counter(name for name in header.names if name in used)
    return [
        Problem(
            "repeated_column",
            f"two columns are called {repr_short(name)}",
            line=header.line,
            column=name,
        )
        for name, count in counts.items()
        if count > 1
    ]


def _absent(header: TableHeader) -> list[Problem]:
    """Return the problems of absent columns.

    These are columns that are probably there under a wrong name, and those without which no planet
    can be scored.
    """
    problems = []
    for column in REQUIRED:
        near = hint(unread_names(header), (column.name,)) if not header.has_any(column.name) else ""
        if near:
            message = f"{column.name} ({column.meaning}) is missing{near}"
            problems.append(_missing(header, column.name, message))
    if problems:
        return problems
    if not header.has_any(*SIZE):
        message = "the table has no size: send pl_rade (planet radius) or pl_bmasse (mass)"
        problems.append(_missing(header, "pl_rade", message + advice_for(header, SIZE)))
    is_lit = any(header.has_any(*keys) for keys in _LIGHT[:2])
    if not is_lit and not (header.has_any(*_LIGHT[2]) and header.has_any(*_STAR)):
        message = (
            "the table has nothing that gives the irradiation: send pl_eqt, pl_insol, or an orbit "
            "and a star (pl_orbper or pl_orbsmax with st_spectype or st_teff)"
        )
        keys = ("pl_eqt", "pl_insol", *_LIGHT[2], *_STAR)
        problems.append(_missing(header, "pl_eqt", message + advice_for(header, keys)))
    return problems


def unread_names(header: TableHeader) -> list[str]:
    """Return the names of columns whose meaning we do not know."""
    return [
        name
        for name in header.names
        if name and not is_known_name(name) and name.lower() not in COLUMNS_IN_OTHER_UNITS
    ]


def advice_for(header: TableHeader, keys: Sequence[str]) -> str:
    """Say in brackets what to do about columns in other units than those of ours."""
    texts = [header.advice[key] for key in keys if key in header.advice]
    return f" ({'; '.join(texts)}; nothing is converted silently)" if texts else ""


def misspelt_columns(header: TableHeader, schema: PlanetSchema) -> dict[str, PlanetWarning]:
    """Return warnings of columns whose names were probably meant to be ours, by the name.

    A column that is read under its own name is not meant again.
    """
    found = near_miss_warnings(unread_names(header), schema)
    return {
        name: warning
        for name, warning in found.items()
        if not (
            header.has_any(warning.column)
            or (warning.column in NAME_KEYS and header.name_positions)
        )
    }


def _missing(header: TableHeader, column: str, message: str) -> Problem:
    return Problem("missing_key", message, line=header.line, column=column)
