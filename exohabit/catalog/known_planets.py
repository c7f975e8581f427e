"""Known planets: the current catalogue of a service, opened again when its file is replaced."""

from __future__ import annotations

import logging
import tempfile
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from exohabit.catalog.rows import CatalogError, Row
from exohabit.catalog.scored_catalog import FILE, Score, prepare_catalog
from exohabit.catalog.snapshot import RETRY_SECONDS, NoCatalog, Snapshot
from exohabit.inputs.named_planets import Unresolved

log = logging.getLogger(__name__)
NewFolder = Callable[[], AbstractContextManager[Path | str]]
"""Returns a context in which a new folder exists."""


class KnownPlanets:
    """The current catalogue. It can be pickled: another process opens the same file."""

    def __init__(
        self,
        source: Path | None,
        shared: Path | None,
        model_version: str,
        score: Score,
        new_folder: NewFolder = tempfile.TemporaryDirectory,
    ) -> None:
        """Use the catalogue that the server has made, or make one when it is first needed.

        Args:
            source: the operator's catalogue, which may be replaced at any time.
            shared: the folder where the server may have made one; None without that server.
            model_version: the model in use.
            score: scores planets, if the scores are of another model.
            new_folder: creates a folder for the catalogue, without that server.
        """
        self._source, self._shared = source, shared
        self._version, self._score, self._new_folder = model_version, score, new_folder
        self._identity = _file_identity(source)
        self._snapshot: Snapshot | None = None
        self._failure, self._retry_time = "", 0.0
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        try:
            snapshot = self.current()
        except NoCatalog:
            return PinnedCatalog, (None, "")
        return PinnedCatalog, (snapshot.path, snapshot.stored.digest)

    def look_up(self, text: str) -> Row | Unresolved:
        """Return the values of a planet by any of its names."""
        return self.current().look_up(text)

    def date(self) -> str | None:
        """Return the date of the current catalogue, ISO 8601; None if none has been opened."""
        return self.current().stored.info.date if self._snapshot else None

    def current(self) -> Snapshot:
        """Return the current catalogue.

        Raises:
            NoCatalog: there is none, and none can be made.
        """
        snapshot = self._snapshot
        if snapshot is not None and _file_identity(self._source) == self._identity:
            return snapshot
        # Only without a catalogue do requests wait for the one that opens it.
        if not self._lock.acquire(blocking=snapshot is None):
            assert snapshot is not None  # noqa: S101 - otherwise the lock was waited for
            return snapshot
        try:
            return self._renew()
        finally:
            self._lock.release()

    def _renew(self) -> Snapshot:
        """Open the first catalogue, or the operator's file if it was replaced."""
        found = _file_identity(self._source)  # before the file is opened: it may be replaced again
        changed, self._identity = found != self._identity, found
        if self._snapshot is None:
            if not changed and time.monotonic() < self._retry_time:
                raise NoCatalog(_UNREADABLE)
            self._snapshot = self._first()
        elif changed and found and self._source:
            self._snapshot = self._replaced(self._source) or self._snapshot
        return self._snapshot

    def _first(self) -> Snapshot:
        """Open the operator's catalogue or the one that the server has made, or make one."""
        try:
            made = self._shared and self._shared / FILE
            if not made or not made.exists():
                return Snapshot(self._prepare())
            # The operator may have replaced a catalogue that was unusable when the server started.
            with suppress(CatalogError):
                if self._source:
                    return self._open_source(self._source)
            return Snapshot(made)
        except (CatalogError, OSError) as error:
            if str(error) != self._failure:
                log.warning("the catalogue cannot be used: %s", error)
            self._failure, self._retry_time = str(error), time.monotonic() + RETRY_SECONDS
            raise NoCatalog(_UNREADABLE) from error

    def _prepare(self) -> Path:
        if self._shared is None:
            with ExitStack() as stack:
                self._shared = Path(stack.enter_context(self._new_folder()))
                weakref.finalize(self, stack.pop_all().close)
        return prepare_catalog(self._source, self._shared, self._version, self._score)

    def _replaced(self, source: Path) -> Snapshot | None:
        """Open the operator's new catalogue; None, with a line in the log, if it cannot be used."""
        try:
            return self._open_source(source)
        except CatalogError as error:
            log.warning("keeping the previous catalogue: %s", error)
            return None

    def _open_source(self, source: Path) -> Snapshot:
        """Open the operator's catalogue, which must have scores of the model in use."""
        found = Snapshot(source)
        version = found.stored.model_version
        if version != self._version:
            scores = f"scores of the model {version}" if version else "no scores"
            raise CatalogError(f"{source} has {scores}; import it again")
        return found


class PinnedCatalog:
    """The current catalogue of the process that sent a request."""

    def __init__(self, path: Path | None, digest: str) -> None:
        self._path, self._digest = path, digest

    def look_up(self, text: str) -> Row | Unresolved:
        """Return the values of a planet by any of its names.

        Raises:
            NoCatalog: the file was replaced or removed before this process opened it.
        """
        try:
            return _open_once(self._path, self._digest).look_up(text)
        except CatalogError as error:
            raise NoCatalog(
                "The catalogue of known planets has just changed: try again."
            ) from error


@lru_cache(maxsize=1)
def _open_once(path: Path | None, digest: str) -> Snapshot:
    """Open a catalogue, and keep it open for the next requests."""
    if path is None:
        raise CatalogError("the other process has no catalogue")
    found = Snapshot(path)
    if found.stored.digest != digest:
        raise CatalogError(f"{path} was replaced")
    return found


_UNREADABLE = "The catalogue of known planets cannot be read."


def _file_identity(path: Path | None) -> tuple[int, int, int] | None:
    """Return numbers that change when a file is replaced; None without a file."""
    if path is None:
        return None
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
