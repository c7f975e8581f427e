"""Archive table: planets from the archive's tables PSCompPars and PS, and names from its KOI table.

Note: the archive has values that no request may carry: radii over 1,000 Earth radii, spectral types
that cannot be read. Such a value is dropped, as if it were not known, and the planet stays.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from exohabit.catalog.archive.table_file import TableFile, open_table
from exohabit.catalog.rows import (
    ALL_COLUMNS,
    NAME,
    NEEDED_COLUMNS,
    NUMBERS,
    CatalogError,
    Row,
    read_row,
)
from exohabit.catalog.solar_system import solar_system
from exohabit.inputs.limits import MAX_NAME, MAX_PLANETS
from exohabit.inputs.problems import repr_short
from exohabit.inputs.raw_planets import RawPlanets
from exohabit.inputs.schemas import DETAILED_SCHEMA
from exohabit.inputs.tables.columns import is_default
from exohabit.inputs.validation import problems_of
from exohabit.science.columns import CATALOG, NUMERIC

PS_TITLE = "NASA Exoplanet Archive, Planetary Systems"
DEFAULT_FLAG = "default_flag"
"""PS has a row for each publication about a planet; this column is 1 in the one that the archive
prefers."""
KOI_COLUMNS = ("kepoi_name", "kepler_name")
_UPDATED = "rowupdate"
_CANDIDATES = "disposition"
"""Only tables that also list candidates have this column."""
_TYPE = "st_spectype"
_GROUPS = {
    name: (column.name, column.upper_error, column.lower_error, column.limit_flag)
    for column in NUMERIC
    for name in (column.name, column.limit_flag)
}
"""What is dropped with a value or with its limit flag: a value without its flag would count as
measured."""
_MAX_ROWS = MAX_PLANETS - len([*solar_system()])
"""A catalogue also has the Solar System, and all of it is scored at once."""
_UNCHECKED = [name for name in NUMBERS if name not in DETAILED_SCHEMA.keys]
"""Numbers that no request carries."""


@dataclass(frozen=True, slots=True)
class ArchiveTable:
    """The planets of a table, one row each, valid as the planets of a request."""

    rows: list[Row]
    date: str | None
    """ISO date on which the archive made the table, or last changed a row; None if not stated."""
    columns: tuple[str, ...]
    title: str
    """The archive's name of the table."""
    dropped: int
    """Number of values that no request may carry."""


def kind_of(columns: Sequence[str]) -> Literal["planets", "koi"]:
    """Return whether columns are those of a table of planets or of the KOI table.

    Raises:
        CatalogError: they are neither.
    """
    if set(KOI_COLUMNS) <= set(columns):
        return "koi"
    if NAME not in columns:
        received = repr_short(",".join(columns))
        raise CatalogError(
            f"this is not a table of planets: its header is {received}, without {NAME}"
        )
    if _CANDIDATES in columns:
        raise CatalogError(
            f"the table also lists candidates (column {_CANDIDATES}); use PSCompPars or PS"
        )
    return "planets"


def read_table(
    content: bytes | Path, key: Callable[[str], str]
) -> ArchiveTable | list[tuple[str, str]]:
    """Read a table of either kind; see `read_archive_table` and `read_koi_table`."""
    with open_table(content) as table:
        return _read_koi(table) if kind_of(table.columns) == "koi" else _read_planets(table, key)


def read_archive_table(content: bytes | Path, key: Callable[[str], str]) -> ArchiveTable:
    """Read PSCompPars, or of PS the rows that the archive prefers.

    Args:
        content: the table as downloaded, or the path of its file.
        key: returns the key by which a name is looked up.

    Raises:
        CatalogError: it is damaged, is another table or lacks a column, a number is not one, or two
            planets have the same key.
    """
    table = read_table(content, key)
    if not isinstance(table, ArchiveTable):
        raise CatalogError("this is a KOI table, not a table of planets")
    return table


def read_koi_table(content: bytes | Path) -> list[tuple[str, str]]:
    """Read the KOI names of planets and their Kepler names from the archive's KOI table.

    Raises:
        CatalogError: it is damaged, is another table, has no Kepler name, or a KOI name twice.
    """
    with open_table(content) as table:
        if kind_of(table.columns) != "koi":
            raise CatalogError("this is a table of planets, not a KOI table")
        return _read_koi(table)


def _read_planets(table: TableFile, key: Callable[[str], str]) -> ArchiveTable:
    missing = [name for name in NEEDED_COLUMNS if name not in table.columns]
    if missing:
        more = ", …" if len(missing) > 5 else ""
        raise CatalogError(f"the table lacks columns: {', '.join(missing[:5])}{more}")
    rows, updated = _read_rows(table, key)
    if not rows:
        raise CatalogError("the table has no planets")
    title = PS_TITLE if DEFAULT_FLAG in table.columns else CATALOG
    return ArchiveTable(rows, table.date or updated, table.columns, title, _drop_refused(rows))


def _read_rows(table: TableFile, key: Callable[[str], str]) -> tuple[list[Row], str | None]:
    """Return the planets, and the latest date in the column of updates."""
    rows: list[Row] = []
    lines_by_key: dict[str, int] = {}
    updates = []
    for line, texts in _preferred(table.select((*ALL_COLUMNS, DEFAULT_FLAG, _UPDATED))):
        try:
            row = read_row({**texts, _TYPE: html.unescape(texts[_TYPE])})
        except CatalogError as error:
            raise CatalogError(f"line {line}: {error}") from error
        name = str(row[NAME] or "")
        if not key(name) or len(name) > MAX_NAME:
            raise CatalogError(f"line {line} has no usable name: {repr_short(name)}")
        other = lines_by_key.setdefault(key(name), line)
        if other != line:
            raise CatalogError(_same_name(other, line, name, table.columns))
        if len(rows) == _MAX_ROWS:
            raise CatalogError(f"the table has more than {_MAX_ROWS:,} planets")
        rows.append(row)
        updates.append(texts.get(_UPDATED, "")[:10])
    latest = max(updates, default="")
    return rows, latest if re.fullmatch(r"\d{4}-\d\d-\d\d", latest, re.ASCII) else None


def _preferred(
    rows: Iterable[tuple[int, dict[str, str]]],
) -> Iterator[tuple[int, dict[str, str]]]:
    """Keep the rows that the archive prefers; all, if the table does not tell."""
    for line, texts in rows:
        if is_default(texts.get(DEFAULT_FLAG, "1")):
            yield line, texts


def _same_name(first: int, second: int, name: str, columns: Sequence[str]) -> str:
    hint = "" if DEFAULT_FLAG in columns else f" (a PS table needs its column {DEFAULT_FLAG})"
    return f"lines {first} and {second} are both called {repr_short(name)}{hint}"


def _drop_refused(rows: list[Row]) -> int:
    """Set values that no request may carry to None; return how many there were."""
    raw = RawPlanets(rows, lambda index, key: {"line": index, "column": key})
    count = 0
    for _, make in problems_of(raw, DETAILED_SCHEMA):
        problem = make()
        if problem.line is None or problem.column is None:
            raise CatalogError(problem.message)
        count += 1
        rows[problem.line].update(dict.fromkeys(_GROUPS.get(problem.column, (problem.column,))))
    for row in rows:
        infinite = [name for name in _UNCHECKED if row[name] in (math.inf, -math.inf)]
        count += len(infinite)
        row.update(dict.fromkeys(infinite))
    return count


def _read_koi(table: TableFile) -> list[tuple[str, str]]:
    names: dict[str, str] = {}
    for line, texts in table.select(KOI_COLUMNS):
        koi, kepler = (texts[name].strip() for name in KOI_COLUMNS)
        if not kepler:
            continue
        if not koi or max(len(koi), len(kepler)) > MAX_NAME:
            raise CatalogError(f"line {line} has no usable KOI name")
        if koi in names:
            raise CatalogError(f"line {line}: {repr_short(koi)} is there twice")
        names[koi] = kepler
    if not names:
        raise CatalogError("the table has no Kepler names")
    return list(names.items())
