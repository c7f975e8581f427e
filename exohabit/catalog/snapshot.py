"""Snapshot: one catalogue, opened once, and its planets by any name."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from exohabit.catalog.names.finder import Ambiguous, Finder, Unknown
from exohabit.catalog.reader import open_catalog, read_index
from exohabit.catalog.rows import ALL_COLUMNS, NAME, CatalogError, Row
from exohabit.inputs.limits import MAX_NAME
from exohabit.inputs.named_planets import AMBIGUOUS, UNKNOWN, Unresolved
from exohabit.inputs.problems import RequestError

Values = Sequence[Any] | Mapping[str, Any]
"""Values of a query, by position or by name."""

_BY_NAME = f"SELECT {', '.join(ALL_COLUMNS)} FROM planets WHERE {NAME} = ?"  # noqa: S608


RETRY_SECONDS = 5
"""Seconds until the service tries again to make a catalogue."""


class NoCatalog(RequestError):
    """No catalogue can be read or made."""

    code = "not_ready"
    pointer = None
    retry_after = RETRY_SECONDS


class Snapshot:
    """One catalogue, which never changes; thread-safe.

    It does not change when its file is replaced, overwritten or removed.
    """

    def __init__(self, path: Path) -> None:
        """Raise CatalogError if the file cannot be used."""
        self.path = path
        self._lock = threading.Lock()
        self._connection, self.stored = open_catalog(path)
        weakref.finalize(self, self._connection.close)
        try:
            self.finder = Finder(read_index(self._connection, self.stored))
            self._connection.execute(_BY_NAME, ("",))
        except (ValueError, TypeError, sqlite3.Error) as error:
            raise CatalogError(f"{path} cannot be read as a catalogue ({error})") from error

    def look_up(self, text: str) -> Row | Unresolved:
        """Return the values of a planet by any of its names."""
        found = self.finder.find(text) if len(text) <= MAX_NAME else Unknown("", lambda _: [])
        if isinstance(found, Unknown):
            return Unresolved(UNKNOWN, text, lambda: found.nearest)
        if isinstance(found, Ambiguous):
            return Unresolved(AMBIGUOUS, text, lambda: [*found.choices])
        (values,) = self.select(_BY_NAME, (found,))
        return dict(zip(ALL_COLUMNS, values, strict=True))

    def select(self, statement: str, values: Values = ()) -> list[tuple[Any, ...]]:
        """Run a query, one at a time; a look-up takes microseconds.

        Raises:
            NoCatalog: SQLite cannot read the catalogue.
        """
        try:
            with self._lock:
                return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise NoCatalog("The catalogue of known planets cannot be read.") from error
