"""Store: a catalogue as one SQLite file, written whole and then never changed."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import repeat
from pathlib import Path
from typing import Any

import msgspec

from exohabit import __version__
from exohabit.catalog.checksum import BLANK, seal
from exohabit.catalog.names.index import NameIndex, build_index, encode_index
from exohabit.catalog.rows import (
    ALL_COLUMNS,
    HOST,
    IDENTIFIERS,
    INTEGERS,
    NAME,
    NAME_ORDER,
    NUMBERS,
    CatalogError,
    Row,
)
from exohabit.files import replacing

FORMAT = {"application_id": 0x45584F48, "user_version": 2}
"""Numbers in a SQLite file that identify it as a catalogue ("EXOH") in this format."""
_TYPES = dict.fromkeys(NUMBERS, "REAL") | dict.fromkeys(INTEGERS, "INTEGER")
_COLUMNS = ", ".join(f"{name} {_TYPES.get(name, 'TEXT')}" for name in ALL_COLUMNS)
_SCHEMA = f"""
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA application_id = {FORMAT["application_id"]};
PRAGMA user_version = {FORMAT["user_version"]};
CREATE TABLE planets (position INTEGER PRIMARY KEY, {_COLUMNS}, score REAL,
    {NAME_ORDER} INTEGER) STRICT;
CREATE UNIQUE INDEX planets_by_name ON planets ({NAME});
CREATE TABLE aliases (alias TEXT NOT NULL, {NAME} TEXT NOT NULL) STRICT;
CREATE TABLE name_index (content BLOB NOT NULL) STRICT;
CREATE TABLE info (content TEXT NOT NULL) STRICT;
"""
_INSERT = f"INSERT INTO planets VALUES ({', '.join('?' * (len(ALL_COLUMNS) + 3))})"  # noqa: S608
_IDENTIFIED = " UNION ALL ".join(
    f"SELECT {column}, {NAME} FROM planets WHERE {column} IS NOT NULL"  # noqa: S608
    for column in IDENTIFIERS
)
BEFORE_CHECKSUM = '"checksum":"'

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
    program: str
    """Version of the program that wrote the index of names; another one makes its own."""
    checksum: str
    """Of the whole file; see `checksum`."""


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
    try:
        with replacing(path) as temporary:
            with closing(sqlite3.connect(temporary)) as connection, connection:
                connection.executescript(_SCHEMA)
                _write(connection, rows, info, aliases, scores)
            seal(temporary, BEFORE_CHECKSUM)
    except (OSError, ValueError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise CatalogError(f"{path} cannot be written ({reason})") from error


def _write(
    connection: sqlite3.Connection,
    rows: Iterable[Row],
    info: CatalogInfo,
    aliases: Sequence[Alias],
    scores: Scores | None,
) -> None:
    digest = hashlib.sha256(msgspec.json.encode((info, scores, aliases)))
    connection.executemany(_INSERT, _lines(rows, scores, digest))
    connection.executemany("INSERT INTO aliases VALUES (?, ?)", aliases)
    index = index_names(connection)
    connection.execute("INSERT INTO name_index VALUES (?)", (encode_index(index),))
    order = f"UPDATE planets SET {NAME_ORDER} = ? WHERE {NAME} = ?"  # noqa: S608
    connection.executemany(order, enumerate(index.planets))
    version = scores.model_version if scores else ""
    stored = Stored(info, version, digest.hexdigest()[:16], __version__, BLANK)
    content = msgspec.json.encode(stored).decode()
    connection.execute("INSERT INTO info VALUES (?)", (content,))


def index_names(connection: sqlite3.Connection) -> NameIndex:
    """Build the index of all names in an open catalogue."""
    planets = connection.execute(f"SELECT {NAME}, {HOST} FROM planets")  # noqa: S608
    aliases = connection.execute("SELECT * FROM aliases")
    return build_index(planets, aliases, connection.execute(_IDENTIFIED))


def _lines(
    rows: Iterable[Row], scores: Scores | None, digest: hashlib._Hash
) -> Iterator[tuple[Any, ...]]:
    """Yield the lines of the table, and add them to the digest."""
    pairs = zip(rows, scores.values, strict=True) if scores else zip(rows, repeat(None))
    for position, (row, score) in enumerate(pairs):
        line = (position, *(row.get(name) for name in ALL_COLUMNS), score)
        digest.update(msgspec.json.encode(line))
        yield (*line, None)  # the order of names is known when all are there
