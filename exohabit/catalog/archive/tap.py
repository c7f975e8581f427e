"""TAP: fetches the table of planets from the archive's Table Access Protocol service."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from exohabit.catalog.archive.deadline import Deadline
from exohabit.catalog.archive.download import MAX_BYTES, download
from exohabit.catalog.archive.table import ArchiveTable
from exohabit.catalog.archive.table_file import check_begins_table
from exohabit.catalog.rows import ALL_COLUMNS, NAME, CatalogError, Row
from exohabit.inputs.problems import repr_short

TAP_URL = "https://exoplanetarchive.ipac.caltech.edu/TAP/sync"
COUNT = "select count(*) from pscomppars"
SELECT = f"select {','.join(ALL_COLUMNS)} from pscomppars"  # noqa: S608  (only constants)
KEPT_SHARE = 0.95
"""Share of the planets of an old catalogue that a new one must have. Planets are renamed and
retracted, but only a few each year."""
_COUNT = re.compile(r"[^\n]*\n(\d{1,9})", re.ASCII)
"""An answer to `COUNT`: a header and a number."""


@dataclass(frozen=True, slots=True)
class Download:
    """An answer of the archive: the table, and how many rows it should have."""

    content: bytes
    counted: int


def fetch_archive(
    url: str = TAP_URL,
    seconds: float = 300.0,
    report: Callable[[int, int], None] = lambda _, __: None,
    max_bytes: int = MAX_BYTES,
) -> Download:
    """Fetch the columns of the catalogue as CSV.

    CSV cannot say that a table was cut, so the rows are counted first.

    Args:
        url: the TAP service's address for synchronous queries.
        seconds: how long everything may take.
        report: called with the number of rows that have just arrived, and that of all rows.
        max_bytes: the longest answer.

    Raises:
        CatalogError: the archive does not send an answer, or another one than was asked for.
    """
    deadline = Deadline(seconds)

    def fetch() -> Download:
        counted = _read_count(download(_address(url, COUNT), deadline, max_bytes=max_bytes))
        content = download(
            _address(url, SELECT),
            deadline,
            lambda piece: report(piece.count(b"\n"), counted),
            max_bytes,
        )
        return Download(content, counted)

    return deadline.wait_for(fetch)


def _address(url: str, query: str) -> str:
    return f"{url}?{urlencode({'query': query, 'format': 'csv'})}"


def _read_count(answer: bytes) -> int:
    text = answer.decode("utf-8-sig", "replace").replace("\r\n", "\n").strip()
    check_begins_table(text.partition("\n")[0])
    match = _COUNT.fullmatch(text)
    if match is None:
        raise CatalogError(f"the number of planets is not a number: {repr_short(text)}")
    return int(match[1])


def check_complete(table: ArchiveTable, counted: int, old_rows: Sequence[Row]) -> None:
    """Check that a fetched table has everything that was asked for.

    Args:
        table: the fetched table.
        counted: how many rows the archive said it has.
        old_rows: the planets of the catalogue that it is to replace.

    Raises:
        CatalogError: it has fewer rows or columns, or too few of the old planets.
    """
    if len(table.rows) < counted:
        raise CatalogError(
            f"the table has {len(table.rows):,} planets, but the archive counted {counted:,}"
        )
    lost = [name for name in ALL_COLUMNS if name not in table.columns]
    if lost:
        raise CatalogError(f"the table lacks columns: {', '.join(lost)}")
    check_keeps(table, old_rows)


def check_keeps(table: ArchiveTable, old_rows: Sequence[Row]) -> None:
    """Check that a table has at least `KEPT_SHARE` of the planets of an old catalogue.

    Raises:
        CatalogError: it has fewer.
    """
    old = {row[NAME] for row in old_rows}
    kept = len(old & {row[NAME] for row in table.rows})
    if kept < KEPT_SHARE * len(old):
        raise CatalogError(
            f"the table has only {kept:,} of the {len(old):,} planets of the old catalogue"
        )
