"""Commands of the catalogue: `exohabit catalog import FILE` and `exohabit catalog update`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from exohabit.catalog.archive.table import ArchiveTable, read_archive_table, read_table
from exohabit.catalog.archive.tap import (
    KEPT_SHARE,
    TAP_URL,
    Download,
    check_complete,
    check_keeps,
    fetch_archive,
)
from exohabit.catalog.embedded import embedded_info, embedded_rows
from exohabit.catalog.names.keys import key_of
from exohabit.catalog.reader import is_there, read_rows
from exohabit.catalog.rows import HOST, NAME, CatalogError, Row
from exohabit.catalog.scored_catalog import score_in_new_process
from exohabit.catalog.solar_system import SUN, solar_system
from exohabit.catalog.store import CatalogInfo, write_catalog
from exohabit.service.settings import SettingError, Settings

BY_HAND = (
    "To download it by hand, open https://exoplanetarchive.ipac.caltech.edu/cgi-bin/TblView/"
    "nph-tblView?app=ExoTbls&config=PSCompPars, choose Download Table, CSV, All Columns, All Rows, "
    "and run: exohabit catalog import FILE"
)
_OF_FILE = (
    "note: the table does not say when it was made, so the date of the catalogue is that of {}"
)
Aliases = Sequence[tuple[str, str]]
_NICENESS = 10
"""Making a catalogue has a lower priority than a service on the same machine."""
_output = click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="File of the catalogue; default: the one that EXOHABIT_CATALOG names.",
)


class _Interrupted(click.ClickException):
    """Ctrl-C ended the command."""

    exit_code = 130


@click.group()
def catalog() -> None:
    """Renew the catalogue of known planets."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)


@catalog.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@_output
@click.option(
    "--allow-fewer",
    is_flag=True,
    help=f"Also accept a table with fewer than {KEPT_SHARE:.0%} of the planets in the catalogue.",
)
def import_(file: Path, output: Path | None, allow_fewer: bool) -> None:
    """Make the catalogue from a table of the archive as downloaded.

    FILE is CSV, which may be compressed with gzip: PSCompPars, or PS with its column default_flag.
    The table of Kepler Objects of Interest (KOI) adds names to the catalogue that is there.
    """
    with _errors_in_one_line():
        path = _destination(output)
        with _explained(f"{file}: "):
            table = read_table(file, key_of)
        rows, info, aliases = _read_old(path)
        if not isinstance(table, ArchiveTable):
            _write(path, rows, info, [*{**dict(aliases), **dict(table)}.items()])
            known = {row[NAME] for row in rows}
            found = sum(planet in known for _, planet in table)
            click.echo(
                f"{path}: {len(table):,} names of Kepler Objects of Interest added, {found:,} of "
                "them of planets in the catalogue."
            )
            return
        if not allow_fewer:
            with _explained(f"{file}: ", "; --allow-fewer accepts that"):
                check_keeps(table, rows)
        _replace(path, table, datetime.fromtimestamp(file.stat().st_mtime, UTC), aliases)
        if table.date is None:
            click.echo(_OF_FILE.format(file), err=True)


@catalog.command()
@_output
@click.option("--url", default=TAP_URL, show_default=True, help="The TAP service's address.")
@click.option(
    "--timeout",
    "seconds",
    type=click.FloatRange(0, 86400, min_open=True),
    default=300,
    show_default=True,
    help="Seconds that the whole download may take.",
)
def update(output: Path | None, url: str, seconds: float) -> None:
    """Fetch the planets from the NASA Exoplanet Archive and make the catalogue from them."""
    with _errors_in_one_line():
        path = _destination(output)
        old_rows, _, aliases = _read_old(path)
        with _explained("No update: ", f". The catalogue stays as it is. {BY_HAND}"):
            fetched = _fetch(url, seconds)
            table = read_archive_table(fetched.content, key_of)
            check_complete(table, fetched.counted, old_rows)
        _replace(path, table, datetime.now(UTC), aliases)


def _destination(output: Path | None) -> Path:
    path = output or Settings.read(os.environ).catalog
    if path is None:
        raise CatalogError("name the file of the catalogue: --output FILE, or EXOHABIT_CATALOG")
    return path


def _read_old(path: Path) -> tuple[list[Row], CatalogInfo, Aliases]:
    """Read the catalogue that is to be replaced; if there is none, the one in the package.

    The Solar System is left out, because every catalogue gets it when it is written.
    """
    if not is_there(path):
        return _without_sun(embedded_rows()), embedded_info(), []
    with _explained("", "; it is not replaced: remove it, or name another file"):
        rows, info, aliases = read_rows(path)
    return _without_sun(rows), info, aliases


def _without_sun(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row[HOST] != SUN]


def _fetch(url: str, seconds: float) -> Download:
    """Fetch the table, with a progress bar on a terminal."""
    with click.progressbar(
        length=1, label="Planets", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:

        def report(rows: int, counted: int) -> None:
            bar.length = counted + 1  # a line for the header
            bar.update(rows)

        return fetch_archive(url, seconds, report)


def _replace(path: Path, table: ArchiveTable, fallback_date: datetime, aliases: Aliases) -> None:
    """Write a table as the new catalogue; without a date, it gets `fallback_date`."""
    info = CatalogInfo(table.title, table.date or fallback_date.date().isoformat())
    _write(path, table.rows, info, aliases)
    dropped = f" Left out: {table.dropped:,} values out of range." if table.dropped else ""
    click.echo(f"{path}: {len(table.rows):,} planets of {info.date} ({info.table}).{dropped}")


def _write(path: Path, rows: Sequence[Row], info: CatalogInfo, aliases: Aliases) -> None:
    """Write the planets and those of the Solar System, with their scores."""
    everything = [*solar_system(), *rows]
    write_catalog(path, everything, info, aliases, score_in_new_process(everything))


@contextmanager
def _explained(before: str, after: str = "") -> Iterator[None]:
    """Add what an error is about, and what to do about it."""
    try:
        yield
    except CatalogError as error:
        raise CatalogError(f"{before}{error}{after}") from error


@contextmanager
def _errors_in_one_line() -> Iterator[None]:
    try:
        yield
    except (CatalogError, SettingError) as error:
        raise click.ClickException(" ".join(str(error).split())) from error
    except KeyboardInterrupt as error:
        raise _Interrupted("interrupted") from error
