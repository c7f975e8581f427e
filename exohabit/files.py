"""Files: write a file beside the one that it replaces, and replace that in one step."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such locks
    fcntl = None  # type: ignore[assignment]


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary file beside a file, which it then replaces, on disk before it does.

    The mode and the owner of the file stay; a new file may be read by everyone, because the service
    may run as another user. Temporary files of processes that were killed are removed first.

    Raises:
        OSError: a file cannot be written there.
    """
    _remove_abandoned(path)
    descriptor, name = tempfile.mkstemp(prefix=_prefix(path), dir=path.parent)
    temporary = Path(name)
    try:
        if fcntl:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            yield temporary
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        _copy_mode_and_owner(path, temporary)
        temporary.replace(path)
        _sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _copy_mode_and_owner(path: Path, temporary: Path) -> None:
    if not path.exists():
        temporary.chmod(0o644)
        return
    found = path.stat()
    temporary.chmod(found.st_mode & 0o777)
    if hasattr(os, "chown"):
        os.chown(temporary, found.st_uid, found.st_gid)


def _prefix(path: Path) -> str:
    return f".{path.name}."


def _remove_abandoned(path: Path) -> None:
    """Remove the temporary files of a file that no process has locked."""
    for left in path.parent.iterdir() if fcntl and path.parent.is_dir() else ():
        if left.name.startswith(_prefix(path)) and len(left.name) == len(_prefix(path)) + _RANDOM:
            with suppress(OSError):
                descriptor = os.open(left, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    left.unlink()
                finally:
                    os.close(descriptor)


_RANDOM = 8
"""Characters that `mkstemp` adds to a prefix."""


def _sync_folder(folder: Path) -> None:
    """Write the new name of a file to the disk; Windows cannot open folders."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
