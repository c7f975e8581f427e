"""Shared folder: the files that the workers of one server share.

Each worker owns a slot, a small number that is part of the names of its files. It holds a lock on
the slot's file, which the system releases when the worker ends, however it ends. So the worker that
replaces a dead one gets the same slot: it continues the counts and removes what the dead one left.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache
from itertools import count
from pathlib import Path

from exohabit.service.settings import SHARED

try:
    import fcntl
except ImportError:  # Windows has no such locks
    fcntl = None  # type: ignore[assignment]

_PREFIX = "exohabit-"
_SERVER_LOCK = "server.flock"
"""Held with flock; version 0.2.0 held "server.lock" with lockf. Each sees its own kind only, so
with another name each version leaves the folders of the other alone."""
_BODIES = "large-{slot}-"

_Folder = tempfile.TemporaryDirectory[str]


@contextmanager
def new_folder() -> Iterator[Path]:
    """Create the folder of a server or of one app, and remove those whose process was killed.

    Raises:
        OSError: it cannot be created.
    """
    _remove_abandoned(Path(tempfile.gettempdir()))
    with (
        tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as name,
        ExitStack() as locked,
    ):
        folder = Path(name)
        if fcntl:
            # Locked before it gets its name: so if its lock is free, the server is dead.
            _hold(folder / "unnamed", fcntl.flock, locked)
            (folder / "unnamed").rename(folder / _SERVER_LOCK)
            _protect(folder, locked)
        yield folder


def large_request_folder() -> _Folder:
    """Return a new folder for the body and the answer of a large request.

    Raises:
        OSError: it cannot be created.
    """
    shared = os.environ.get(SHARED)
    if shared is None:
        return tempfile.TemporaryDirectory(prefix=_PREFIX)
    return tempfile.TemporaryDirectory(prefix=_BODIES.format(slot=slot(shared)), dir=shared)


def free_bytes() -> int:
    """Return how much space is left where large requests need it.

    Raises:
        OSError: the folder cannot be read.
    """
    return shutil.disk_usage(os.environ.get(SHARED) or tempfile.gettempdir()).free


def started() -> float | None:
    """Return when the server was started, in seconds since 1970; None without a server."""
    shared = os.environ.get(SHARED)
    try:
        return Path(shared, _SERVER_LOCK).stat().st_mtime if shared else None
    except OSError:  # Windows has no such file
        return None


@lru_cache(maxsize=8)
def slot(shared: str) -> str:
    """Return this process's slot in a shared folder; the first call claims it.

    Without locks or disk space the slot is the process id, and no other worker reuses it.
    """
    if fcntl:
        with suppress(OSError):
            for number in count():
                if _lock(Path(shared, f"slot_{number}.lock")) is not None:
                    _remove_bodies(Path(shared), str(number))
                    return str(number)
    return f"p{os.getpid()}"


if hasattr(os, "register_at_fork"):
    # A forked process does not inherit the lock, so it needs a slot of its own.
    os.register_at_fork(after_in_child=slot.cache_clear)


def _lock(path: Path, lock: Callable[[int, int], None] | None = None) -> int | None:
    """Create and lock a file; return its descriptor, or None if it is locked.

    Args:
        path: the file.
        lock: `fcntl.flock` also finds locks of this process; `fcntl.lockf`, the default, does not,
            and a forked process does not inherit it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        (lock or fcntl.lockf)(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if isinstance(error, (BlockingIOError, PermissionError)):  # POSIX allows both for "locked"
            return None
        raise
    return descriptor


def _protect(folder: Path, stack: ExitStack) -> None:
    """Lock a folder until a stack is closed: systemd-tmpfiles leaves its files, however old."""
    descriptor = os.open(folder, os.O_RDONLY)
    stack.callback(os.close, descriptor)
    with suppress(OSError):  # some file systems lock files only
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _remove_bodies(shared: Path, dead: str) -> None:
    for folder in shared.glob(_BODIES.format(slot=dead) + "*"):
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned(folder: Path) -> None:
    """Remove the folders of servers that were killed, unless one of their workers still runs."""
    for path in folder.glob(f"{_PREFIX}*/{_SERVER_LOCK}") if fcntl else ():
        with suppress(OSError):
            if path.parent.is_symlink() or path.parent.stat().st_uid != os.getuid():
                continue
            with ExitStack() as locked:
                if _hold(path, fcntl.flock, locked) and all(
                    _hold(each, fcntl.lockf, locked) for each in path.parent.glob("slot_*.lock")
                ):
                    shutil.rmtree(path.parent)


def _hold(path: Path, lock: Callable[[int, int], None], stack: ExitStack) -> bool:
    """Lock a file until a stack is closed; return whether that was possible."""
    descriptor = _lock(path, lock)
    if descriptor is not None:
        stack.callback(os.close, descriptor)
    return descriptor is not None
