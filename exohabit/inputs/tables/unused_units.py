"""Unused units: sizes given only in a unit that we do not convert, so that our column is empty.

Such a planet is scored as if the size were not known, and a warning says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from exohabit.inputs.missing_values import is_missing
from exohabit.inputs.problems import repr_short
from exohabit.inputs.tables.column_positions import advise_on_column
from exohabit.inputs.tables.header import TableHeader
from exohabit.inputs.unit_advice import MAX_ADVISED, columns_meant, find_other_units
from exohabit.science.columns import SIZE
from exohabit.science.domain_warnings import PlanetWarning, PlanetWarnings

_MAX_COLUMNS = 4
"""Columns of a table that are looked at; catalogues have two."""


class UnusedColumn(NamedTuple):
    """A table's column with a size in another unit; the table has our column too."""

    position: int
    column: str
    """Ours."""
    advice: str


Unused = dict[int, list[UnusedColumn]]
"""By planet, the columns that give a size which our own column lacks."""


def find_unused(header: TableHeader) -> list[UnusedColumn]:
    """Find the columns of a table with sizes in other units, beside those of ours."""
    found = []
    for position, name in enumerate(header.names):
        advice = advise_on_column(name)
        if advice and advice[0] in SIZE and advice[0] in header.positions:
            found.append(UnusedColumn(position, *advice))
    return found[:_MAX_COLUMNS]


def describe_rows(unused: Unused) -> dict[int, str]:
    """Say, by index, what to do about the sizes in other units."""
    return {i: "; ".join(each.advice for each in found) for i, found in unused.items()}


def describe_absent(header: TableHeader) -> str:
    """Say what to do about sizes in other units of a table without our column; empty if none."""
    return "; ".join(header.advice[key] for key in SIZE if key in header.advice)


def advise_rows(header: TableHeader, unused: Unused, rows: int) -> dict[int, str]:
    """Say, by index, what to do about sizes in other units; only matters where none is known."""
    absent = describe_absent(header)
    return (dict.fromkeys(range(rows), absent) if absent else {}) | describe_rows(unused)


def warn_of_rows(unused: Unused, rows: int) -> list[PlanetWarning]:
    """Warn of a table's columns that give a size which our own column lacks in some rows."""
    return warn_of_counts(Counter(chain.from_iterable(unused.values())), rows)


def warn_of_counts(counts: Mapping[UnusedColumn, int], rows: int) -> list[PlanetWarning]:
    """Warn of unused columns; `counts` gives their rows without our value."""
    return [
        PlanetWarning(
            "near_miss",
            each.column,
            f"{each.column} is empty in {count:,} of {rows:,} rows, but {each.advice}",
        )
        for each, count in counts.items()
    ]


def warn_of_planets(planets: Sequence[Mapping[str, Any]], keys: Iterable[str]) -> PlanetWarnings:
    """Warn of planets that were sent with a size in another unit, and with null for ours.

    A planet without any size is left out: it is not scored, and the reason says the same. After
    the first `MAX_ADVISED` planets, the messages are short.
    """
    units = columns_meant(keys, SIZE)
    found: PlanetWarnings = {}
    last: list[str] = []
    shared: list[PlanetWarning] = []
    for i, planet in enumerate(planets if units else ()):
        lacking = [name for name in SIZE if planet.get(name) is None]
        if not lacking or len(lacking) == len(SIZE):
            continue
        names = [
            k for k in units.keys() & planet.keys() if units[k] in lacking and _is_given(planet[k])
        ]
        if names:
            is_short = len(found) >= MAX_ADVISED
            # Planets of a list mostly have the same keys, and may share a list of warnings.
            if not (is_short and names == last):
                shared = [_warning(sorted(names), lacking[0], is_short=is_short)]
            found[i] = shared
            last = names if is_short else []
    return found


def _is_given(value: Any) -> bool:
    return not (value is None or (isinstance(value, str) and is_missing(value)))


def _warning(names: list[str], column: str, *, is_short: bool) -> PlanetWarning:
    if is_short:
        message = f"{repr_short(names[0])} was ignored: it may be in another unit than {column}"
    else:
        message = f"{column} is null, but {find_other_units(names, (column,))[column]}"
    return PlanetWarning("near_miss", column, message)
