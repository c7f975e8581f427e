"""Reader: opens catalogue files.

It copies the file into memory (about 2 MB), so later changes of the file do not change answers.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import msgspec

from exohabit import __version__
from exohabit.catalog.checksum import is_intact
from exohabit.catalog.names.index import NameIndex, decode_index
from exohabit.catalog.rows import ALL_COLUMNS, CatalogError, Row
from exohabit.catalog.store import (
    BEFORE_CHECKSUM,
    FORMAT,
    Alias,
    CatalogInfo,
    Stored,
    index_names,
)
from exohabit.inputs.problems import repr_short

_SELECT = f"SELECT {', '.join(ALL_COLUMNS)} FROM planets"  # noqa: S608 - our own columns
_CACHE_KIB = 128
"""Cache of SQLite; the planets are in memory already."""


def open_catalog(path: Path) -> tuple[sqlite3.Connection, Stored]:
    """Open a copy of a catalogue for reading. Any thread may use it, but only one at a time.

    Raises:
        CatalogError: it is not there, damaged, or made by another version of this program.
    """
    with ExitStack() as on_error:
        try:
            content = _read_file(path)
            if not content:  # SQLite reports an empty file as out of memory
                raise CatalogError(f"{path} is empty")
            connection = on_error.enter_context(closing(_open_copy(content)))
            found = [_first(connection, f"PRAGMA {name}") for name in FORMAT]
            if found != [*FORMAT.values()]:
                raise CatalogError(
                    f"{path} is not a catalogue of this version of ExoHabit; import it again"
                )
            text = _first(connection, "SELECT content FROM info")
            stored = msgspec.json.decode(text, type=Stored)
            if not is_intact(content, stored.checksum, BEFORE_CHECKSUM):
                raise CatalogError(f"{path} is damaged, or was changed by another program")
        except (OSError, sqlite3.Error, TypeError, msgspec.DecodeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise CatalogError(f"{path} cannot be read as a catalogue ({reason})") from error
        on_error.pop_all()
        return connection, stored


def read_index(connection: sqlite3.Connection, stored: Stored) -> NameIndex:
    """Return the index of the names in an open catalogue.

    If another version of the program wrote the file, the index is built again: rules may differ.

    Raises:
        ValueError: it cannot be read.
    """
    if stored.program != __version__:
        return index_names(connection)
    return decode_index(_first(connection, "SELECT content FROM name_index"))


def is_there(path: Path) -> bool:
    """Whether something is at the path of a catalogue, even if it is not one.

    Raises:
        CatalogError: the path cannot be used, for example because it is too long.
    """
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise CatalogError(f"{repr_short(str(path))} cannot be read ({error.strerror})") from error
    return True


def _read_file(path: Path) -> bytes:
    """Read a regular file; opening a pipe does not wait for a writer."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise CatalogError(f"{path} is not a file")
        with open(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def _open_copy(content: bytes) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    try:
        connection.deserialize(content)
        connection.execute("PRAGMA query_only = ON")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    except BaseException:
        connection.close()
        raise
    return connection


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
