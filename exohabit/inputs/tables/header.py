"""Table header: which of our keys each column of a table holds, by its name and unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from exohabit.inputs.model_needs import OWN_NEEDS, ModelNeeds
from exohabit.inputs.near_misses import hint, near_miss_warnings
from exohabit.inputs.problems import Problem, repr_short
from exohabit.inputs.schemas import NAME_KEYS, PlanetSchema
from exohabit.inputs.tables.column_positions import (
    find_positions,
    is_default_flag,
    is_known_name,
)
from exohabit.inputs.unit_advice import column_meant, find_other_units
from exohabit.science.columns import ARCHIVE_NAMES, BY_NAME, COLUMNS, REQUIRED, SIZE, Column
from exohabit.science.domain_warnings import PlanetWarning

NAMES_ALONE = 'the service looks up names alone in JSON: ["Earth", "TRAPPIST-1 e"]'
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
    fallback_positions: dict[str, int] = field(default_factory=dict)
    """Of the fallback columns, by our key."""
    synonyms: dict[str, str] = field(default_factory=dict)
    """Our key by the other name under which it is read."""
    advice: dict[str, str] = field(default_factory=dict)
    """What to do about columns in another unit, by the column of ours that is absent."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def default_flag(self) -> int | None:
        """The position of the archive's `default_flag`."""
        return next((i for i, name in enumerate(self.names) if is_default_flag(name)), None)

    def has_any(self, *keys: str) -> bool:
        """Whether the table has one of our columns."""
        return any(key in self.positions for key in keys)


def match_header(
    names: Sequence[str], line: int, schema: PlanetSchema, needs: ModelNeeds = OWN_NEEDS
) -> TableHeader:
    """Find our keys among the columns of a table; our own names come before others."""
    names = [name.strip() for name in names]
    positions = find_positions(names, schema)
    header = TableHeader(
        names,
        line,
        positions.positions,
        positions.name_positions,
        positions.fallback_positions,
        positions.synonyms,
        positions.advice,
    )
    absent = [name for name in BY_NAME if name not in header.positions]
    header.advice.update(find_other_units(names, absent) | header.advice)
    header.problems.extend(_repeated(header))
    header.problems.extend(_absent(header, needs))
    return header


def _repeated(header: TableHeader) -> list[Problem]:
    used = {header.names[position].lower() for position in header.positions.values()}
    names = [n if n.lower() in NAME_KEYS else n.lower() for n in header.names]
    counts = Counter(name for name in names if name in used or name in NAME_KEYS)
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


def expected_columns(needs: ModelNeeds) -> list[Column]:
    """Return the columns that a table should have: those that are required, or that are read."""
    if needs.inputs is None:
        return [*REQUIRED]
    return [column for column in COLUMNS if column.name in needs.inputs]


def _absent(header: TableHeader, needs: ModelNeeds) -> list[Problem]:
    """Return the problems of absent columns.

    These are columns that are probably there under a wrong name, and those without which no planet
    can be scored.
    """
    problems = []
    for column in expected_columns(needs):
        near = hint(unread_names(header), (column.name,)) if not header.has_any(column.name) else ""
        if near:
            message = f"{column.name} ({column.meaning}) is missing{near}"
            problems.append(_missing(header, column.name, message))
    has = {*header.positions, *(str(problem.column) for problem in problems)}
    if needs.inputs is None:
        return problems + _without_size_or_light(header, has)
    return problems or _without_any(header, needs)


def _without_any(header: TableHeader, needs: ModelNeeds) -> list[Problem]:
    """Return the problem of a table that has none of the columns which an adopted model reads."""
    names = [column.name for column in expected_columns(needs)]
    if header.has_any(*names):
        return []
    message = f"the table has none of the columns that the model reads: {', '.join(names)}"
    message += advice_for(header, names) + _note_header(header)
    return [_missing(header, names[0], message)]


def _without_size_or_light(header: TableHeader, has: Collection[str]) -> list[Problem]:
    """Return the problems of a table that lacks the size or the irradiation.

    Args:
        header: its header.
        has: our columns that it has, also under a wrong name.
    """
    problems = []
    if not _has_any(has, *SIZE):
        message = "the table has no size: it needs pl_rade (planet radius) or pl_bmasse (mass)"
        if len(header.names) == 1:
            message += f"; {NAMES_ALONE}"
        message += advice_for(header, SIZE) + _note_header(header)
        problems.append(_missing(header, "pl_rade", message))
    is_lit = any(_has_any(has, *keys) for keys in _LIGHT[:2])
    if not is_lit and not (_has_any(has, *_LIGHT[2]) and _has_any(has, *_STAR)):
        message = (
            "the table has nothing that gives the irradiation: it needs pl_eqt, pl_insol, or an "
            "orbit and a star (pl_orbper or pl_orbsmax with st_spectype or st_teff)"
        )
        keys = ("pl_eqt", "pl_insol", *_LIGHT[2], *_STAR)
        problems.append(_missing(header, "pl_eqt", message + advice_for(header, keys)))
    return problems


def _has_any(names: Collection[str], *keys: str) -> bool:
    return any(key in names for key in keys)


def unread_names(header: TableHeader) -> list[str]:
    """Return the names of columns whose meaning we do not know."""
    return [
        name
        for name in header.names
        if name
        and not is_known_name(name)
        and not column_meant(name)
        and name.lower() not in ARCHIVE_NAMES
    ]


def advice_for(header: TableHeader, keys: Sequence[str]) -> str:
    """Say in brackets what to do about columns in other units than those of ours."""
    texts = [header.advice[key] for key in keys if key in header.advice]
    return f" ({'; '.join(texts)})" if texts else ""


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


def _note_header(header: TableHeader) -> str:
    """Say which line was read as the header, if that has none of our names."""
    is_like_one = header.positions or header.name_positions or header.advice
    return "" if is_like_one else f" (line {header.line} was read as the header)"


def _missing(header: TableHeader, column: str, message: str) -> Problem:
    return Problem("missing_key", message, line=header.line, column=column)
