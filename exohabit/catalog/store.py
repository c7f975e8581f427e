"""Store: a catalogue as one SQLite file, written whole and then never changed.

A new catalogue replaces the file, so readers open it as immutable, without locks, and open it again
when it has been replaced.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import repeat
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from exohabit.catalog.rows import ALL_COLUMNS, INTEGERS, NAME, NUMBERS, CatalogError, Row

_MARKS = {"application_id": 0x45584F48, "user_version": 1}
"""Mark a SQLite file as a catalogue ("EXOH") of this format."""
_TYPES = dict.fromkeys(NUMBERS, "REAL") | dict.fromkeys(INTEGERS, "INTEGER")
_COLUMNS = ", ".join(f"{name} {_TYPES.get(name, 'TEXT')}" for name in ALL_COLUMNS)
_SCHEMA = f"""
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA application_id = {_MARKS["application_id"]};
PRAGMA user_version = {_MARKS["user_version"]};
CREATE TABLE planets (position INTEGER PRIMARY KEY, {_COLUMNS}, score REAL) STRICT;
CREATE UNIQUE INDEX planets_by_name ON planets ({NAME});
CREATE TABLE aliases (alias TEXT NOT NULL, {NAME} TEXT NOT NULL) STRICT;
CREATE TABLE info (content TEXT NOT NULL) STRICT;
"""
_INSERT = f"INSERT INTO planets VALUES ({', '.join('?' * (len(ALL_COLUMNS) + 2))})"  # noqa: S608
_SELECT = f"SELECT {', '.join(ALL_COLUMNS)} FROM planets"  # noqa: S608 - our own columns
_SIZE = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"

Alias = tuple[str, str]
"""Another name of a planet, and its name in the catalogue."""


class CatalogInfo(msgspec.Struct, frozen=True):
    """Where a catalogue comes from."""

    table: str
    """The table's full name."""
    date: str
    """Date of the table, ISO 8601."""


class Scores(msgspec.Struct, frozen=True):
    """Scores of all planets of a catalogue, in its order."""

    model_version: str
    values: Sequence[float | None]
    """None for planets about which too little is known."""


class Stored(msgspec.Struct, frozen=True):
    """What a catalogue file says about itself."""

    info: CatalogInfo
    model_version: str
    """The model of the scores; "" without scores."""
    digest: str
    """Changes whenever a value, a score or an alias changes."""


def write_catalog(
    path: Path,
    rows: Iterable[Row],
    info: CatalogInfo,
    aliases: Sequence[Alias] = (),
    scores: Scores | None = None,
) -> None:
    """Write a catalogue into a temporary file, then replace the file at `path`.

    Rows are written one by one, so that a server needs little memory for it.

    Raises:
        CatalogError: it cannot be written, or two planets have the same name. The old file is as
            it was.
    """
    with _replacing(path) as temporary, closing(sqlite3.connect(temporary)) as connection:
        connection.executescript(_SCHEMA)
        with connection:
            digest = hashlib.sha256(msgspec.json.encode((info, scores, aliases)))
            connection.executemany(_INSERT, _lines(rows, scores, digest))
            connection.executemany("INSERT INTO aliases VALUES (?, ?)", aliases)
            version = scores.model_version if scores else ""
            stored = Stored(info, version, digest.hexdigest()[:16])
            content = msgspec.json.encode(stored).decode()
            connection.execute("INSERT INTO info VALUES (?)", (content,))


def _lines(
    rows: Iterable[Row], scores: Scores | None, digest: hashlib._Hash
) -> Iterator[tuple[Any, ...]]:
    """Yield the lines of the table, and add them to the digest."""
    pairs = zip(rows, scores.values, strict=True) if scores else zip(rows, repeat(None))
    for position, (row, score) in enumerate(pairs):
        line = (position, *(row.get(name) for name in ALL_COLUMNS), score)
        digest.update(msgspec.json.encode(line))
        yield line


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary file beside a file, which it then replaces, on disk before it does."""
    temporary = None
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        temporary = Path(name)
        try:
            yield temporary
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.chmod(0o644)  # the service may run as another user
        temporary.replace(path)
        _sync_folder(path.parent)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise CatalogError(f"{path} cannot be written ({reason})") from error
    finally:
        if temporary:
            temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Write the new name of a file to the disk; Windows cannot open folders."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def open_catalog(path: Path) -> tuple[sqlite3.Connection, Stored]:
    """Open a catalogue to read, by any thread, but by one at a time.

    Raises:
        CatalogError: it is not there, damaged, or made by another version of this program.
    """
    with ExitStack() as on_error:
        try:
            connection = on_error.enter_context(closing(_connect(path)))
            marks = [_first(connection, f"PRAGMA {name}") for name in _MARKS]
            if marks != [*_MARKS.values()]:
                raise CatalogError(f"{path} is not a catalogue of this version of ExoHabit")
            size = _first(connection, _SIZE)
            if size != path.stat().st_size or _first(connection, "PRAGMA quick_check(1)") != "ok":
                raise CatalogError(f"{path} is damaged")
            content = _first(connection, "SELECT content FROM info")
            stored = msgspec.json.decode(content, type=Stored)
        except (OSError, sqlite3.Error, TypeError, msgspec.DecodeError) as error:
            raise CatalogError(f"{path} cannot be read as a catalogue ({error})") from error
        on_error.pop_all()
        return connection, stored


def _connect(path: Path) -> sqlite3.Connection:
    address = f"file:{quote(str(path))}?mode=ro&immutable=1"
    return sqlite3.connect(address, uri=True, check_same_thread=False)


def _first(connection: sqlite3.Connection, statement: str) -> Any:
    (value,) = connection.execute(statement).fetchone()
    return value


def read_rows(path: Path) -> tuple[list[Row], CatalogInfo, list[Alias]]:
    """Read a whole catalogue: its planets in order, where it comes from, and its aliases.

    Raises:
        CatalogError: as `open_catalog`.
    """
    connection, stored = open_catalog(path)
    with closing(connection):
        try:
            rows = connection.execute(f"{_SELECT} ORDER BY position").fetchall()
            aliases = connection.execute("SELECT * FROM aliases").fetchall()
        except sqlite3.Error as error:
            raise CatalogError(f"{path} cannot be read as a catalogue ({error})") from error
    return [dict(zip(ALL_COLUMNS, row, strict=True)) for row in rows], stored.info, aliases
