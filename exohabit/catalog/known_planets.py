"""Known planets: the catalogue that a service answers from, opened again when it is replaced."""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from exohabit.catalog.finder import Ambiguous, Finder, Unknown
from exohabit.catalog.preparation import FILE, Score, prepare_catalog
from exohabit.catalog.rows import ALL_COLUMNS, HOST, NAME, CatalogError, Row
from exohabit.catalog.store import Scores, open_catalog
from exohabit.inputs.limits import MAX_NAME
from exohabit.inputs.named_planets import AMBIGUOUS, UNKNOWN, NotFound
from exohabit.inputs.problems import RequestError

Values = Sequence[Any] | Mapping[str, Any]
"""Values of a query, by position or by name."""

log = logging.getLogger(__name__)

_BY_NAME = f"SELECT {', '.join(ALL_COLUMNS)} FROM planets WHERE {NAME} = ?"  # noqa: S608


class NoCatalog(RequestError):
    """There is no catalogue, and none can be made."""

    code = "not_ready"


class Snapshot:
    """One catalogue file, which never changes; thread-safe."""

    def __init__(self, path: Path) -> None:
        """Raise CatalogError if the file cannot be used."""
        connection, self.stored = open_catalog(path)
        connection.close()
        self.path = path
        self._local = threading.local()

    @cached_property
    def finder(self) -> Finder:
        """Finds planets by every kind of name."""
        planets = self.select(f"SELECT {NAME}, {HOST} FROM planets")  # noqa: S608
        return Finder(planets, self.select("SELECT * FROM aliases"))

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
        """Run a query; every thread has a connection of its own."""
        if not hasattr(self._local, "connection"):
            self._local.connection, _ = open_catalog(self.path)
        found: list[tuple[Any, ...]] = self._local.connection.execute(statement, values).fetchall()
        return found


class KnownPlanets:
    """The catalogue in force. It can be pickled: another process opens the same file."""

    def __init__(
        self, source: Path | None, shared: Path | None, model_version: str, score: Score
    ) -> None:
        """Use the catalogue that the server has made, or make one when it is first needed.

        Args:
            source: the operator's catalogue, which may be replaced at any time.
            shared: the folder where the server may have made one; None without that server.
            model_version: the model in use.
            score: scores planets, if the scores are of another model.
        """
        self._source, self._shared = source, shared
        self._version, self._score = model_version, score
        self._mark = _mark(source)
        self._snapshot: Snapshot | None = None
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        try:
            path = self.current().path
        except NoCatalog:
            path = None
        return _in_other_process, (path, self._version)

    def look_up(self, text: str) -> Row | NotFound:
        """Return the values of a planet by any of its names."""
        return self.current().look_up(text)

    def current(self) -> Snapshot:
        """Return the catalogue in force.

        Raises:
            NoCatalog: there is none, and none can be made.
        """
        mark = _mark(self._source)
        if self._snapshot is None or mark != self._mark:
            with self._lock:
                if self._snapshot is None:
                    self._snapshot = self._first()
                elif mark and mark != self._mark and self._source:
                    self._snapshot = self._replaced(self._source) or self._snapshot
                self._mark = mark
        return self._snapshot

    def _first(self) -> Snapshot:
        """Open the catalogue that the server has made, or make one."""
        if self._shared and (self._shared / FILE).exists():
            return Snapshot(self._shared / FILE)
        if self._shared is None:
            self._shared = Path(tempfile.mkdtemp(prefix="exohabit-catalog-"))
            weakref.finalize(self, shutil.rmtree, self._shared, ignore_errors=True)
        try:
            return Snapshot(prepare_catalog(self._source, self._shared, self._version, self._score))
        except CatalogError as error:
            log.warning("there is no catalogue: %s", error)
            raise NoCatalog("The catalogue of known planets cannot be read.") from error

    def _replaced(self, source: Path) -> Snapshot | None:
        """Open the operator's new catalogue; None, with a line in the log, if it cannot be used."""
        try:
            found = Snapshot(source)
        except CatalogError as error:
            log.warning("the catalogue before stays: %s", error)
            return None
        if found.stored.model_version != self._version:
            log.warning(
                "the catalogue before stays: %s has scores of the model %s; import it again",
                source,
                found.stored.model_version,
            )
            return None
        return found


Mark = tuple[int, int, int]
"""Differs between a file and the one that replaces it."""


def _mark(path: Path | None) -> Mark | None:
    """Return the mark of a file; None if it is not there."""
    if path is None:
        return None
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


@lru_cache(maxsize=1)
def _in_other_process(path: Path | None, model_version: str) -> KnownPlanets:
    """Use the same catalogue in another process, which keeps it for further requests."""
    return KnownPlanets(path, None, model_version, _refuse_to_score)


def _refuse_to_score(_: Sequence[Row]) -> Scores:
    raise CatalogError("the catalogue in force is gone")
