"""Snapshot: one catalogue file, opened once, and its planets by any name."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from exohabit.catalog.finder import Ambiguous, Finder, Unknown
from exohabit.catalog.name_index import build_index
from exohabit.catalog.rows import ALL_COLUMNS, HOST, IDENTIFIERS, NAME, Row
from exohabit.catalog.store import open_catalog
from exohabit.inputs.limits import MAX_NAME
from exohabit.inputs.named_planets import AMBIGUOUS, UNKNOWN, NotFound

Values = Sequence[Any] | Mapping[str, Any]
"""Values of a query, by position or by name."""

_BY_NAME = f"SELECT {', '.join(ALL_COLUMNS)} FROM planets WHERE {NAME} = ?"  # noqa: S608
_IDENTIFIED = [
    f"SELECT {column}, {NAME} FROM planets WHERE {column} IS NOT NULL"  # noqa: S608
    for column in IDENTIFIERS
]


class Snapshot:
    """One catalogue file, which never changes; thread-safe.

    It stays usable after its file was replaced or removed, because the file is opened only once.
    """

    def __init__(self, path: Path) -> None:
        """Raise CatalogError if the file cannot be used."""
        self._connection, self.stored = open_catalog(path)
        weakref.finalize(self, self._connection.close)
        self.path = path
        self._lock = threading.Lock()

    @cached_property
    def finder(self) -> Finder:
        """Finds planets by every kind of name."""
        planets = self.select(f"SELECT {NAME}, {HOST} FROM planets")  # noqa: S608
        numbers = (pair for each in _IDENTIFIED for pair in self.select(each))
        return Finder(build_index(planets, self.select("SELECT * FROM aliases"), numbers))

    def look_up(self, text: str) -> Row | NotFound:
        """Return the values of a planet by any of its names."""
        found = self.finder.find(text) if len(text) <= MAX_NAME else Unknown("", lambda _: [])
        if isinstance(found, Unknown):
            return NotFound(UNKNOWN, text, lambda: found.nearest)
        if isinstance(found, Ambiguous):
            return NotFound(AMBIGUOUS, text, lambda: [*found.choices])
        (values,) = self.select(_BY_NAME, (found,))
        return dict(zip(ALL_COLUMNS, values, strict=True))

    def select(self, statement: str, values: Values = ()) -> list[tuple[Any, ...]]:
        """Run a query, one at a time; a look-up takes microseconds."""
        with self._lock:
            found: list[tuple[Any, ...]] = self._connection.execute(statement, values).fetchall()
        return found
