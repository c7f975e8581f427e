"""Keys: who may call, kept in a file as SHA-256 alone.

A key is 256 random bits, so its plain digest can be neither guessed nor looked up; a slow hash, as
for passwords, would only cost every request. The trap: a file that is changed in place is read half
written, so it is always replaced whole.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
import secrets
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

try:
    import fcntl
except ImportError:  # Windows has no such locks
    fcntl = None  # type: ignore[assignment]

PREFIX = "exohabit_"
"""What every key begins with, so that scanners for leaked secrets know it."""
NAME = r"[A-Za-z0-9._-]{1,64}"
_LONGEST = 200
_LOOK_SECONDS = 2.0
"""How often the file is looked at for a change, at most."""

log = logging.getLogger(__name__)


class KeysError(Exception):
    """A file of keys that cannot be read or written, or a key that it cannot hold."""


Moment = Annotated[datetime, Meta(tz=True)]


class Key(msgspec.Struct, frozen=True):
    """Whose key it is, its digest, and how long it is good for."""

    name: Annotated[str, Meta(pattern=rf"^{NAME}\Z")]
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
    created: Moment
    expires: Moment | None = None

    def is_expired(self, now: datetime) -> bool:
        """Whether the key is no longer good."""
        return self.expires is not None and self.expires <= now


class KeyFile(msgspec.Struct, frozen=True):
    """The file's content."""

    keys: tuple[Key, ...] = ()


def read_keys(path: Path) -> tuple[Key, ...]:
    """Read the keys of a file.

    Raises:
        KeysError: it cannot be read or holds something else.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=KeyFile).keys
    except OSError as error:
        raise KeysError(f"{path} cannot be read ({error.strerror})") from error
    except ValueError as error:  # as msgspec's is
        raise KeysError(f"{path} is no file of keys ({error})") from error


def new_key(path: Path, name: str, good_for: timedelta | None = None) -> str:
    """Add a key to the file, which is made if there is none, and return it: nobody can later.

    Raises:
        KeysError: the name is none or taken, or the file cannot be read or written.
    """
    if not re.fullmatch(NAME, name):
        raise KeysError(f'"{name}" is no name for a key: 1 to 64 of letters, digits, ".", "_", "-"')
    text = PREFIX + secrets.token_urlsafe(32)
    now = datetime.now(UTC).replace(microsecond=0)
    expires = now + good_for if good_for else None
    with _alone(path):
        keys = read_keys(path) if path.exists() else ()
        if name in {key.name for key in keys}:
            raise KeysError(f"there is a key named {name}: revoke it, or choose another name")
        _write(path, (*keys, Key(name, _digest(text), now, expires)))
    return text


def revoke_key(path: Path, name: str) -> None:
    """Take a key out of the file.

    Raises:
        KeysError: there is none of that name, or the file cannot be read or written.
    """
    with _alone(path):
        keys = read_keys(path)
        left = tuple(key for key in keys if key.name != name)
        if len(left) == len(keys):
            raise KeysError(f"there is no key named {name}")
        _write(path, left)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep others from changing the file meanwhile, by a lock on its folder."""
    try:
        folder = os.open(path.resolve().parent, os.O_RDONLY) if fcntl else None
    except OSError as error:
        raise KeysError(f"{path} cannot be written ({error.strerror})") from error
    try:
        if folder is not None:
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        if folder is not None:
            os.close(folder)


def _write(path: Path, keys: tuple[Key, ...]) -> None:
    path = path.resolve()
    content = msgspec.json.format(msgspec.json.encode(KeyFile(keys)), indent=2) + b"\n"
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(content)
        written = Path(file.name)
        written.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        if path.exists() and hasattr(os, "chown"):
            os.chown(written, path.stat().st_uid, path.stat().st_gid)
        written.replace(path)
    except OSError as error:
        raise KeysError(f"{path} cannot be written ({error.strerror})") from error


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class _Read:
    """Keys as they were read, and from which state of the file."""

    keys: tuple[Key, ...]
    state: tuple[int, ...]


class KeyRing:
    """The keys of a file, followed as it changes.

    A file that breaks while the service runs leaves the keys as they were, and the log says so.
    """

    def __init__(self, path: Path) -> None:
        """Read the file for the first time; raises KeysError if it cannot be read."""
        self._path = path
        self._lock = threading.Lock()
        self._looked = time.monotonic()
        state = self._state()
        self._read = _Read(read_keys(path), state)

    def find(self, presented: str) -> Key | None:
        """Return the key that was presented, be it expired or not.

        All digests are compared, each in constant time: how long it takes tells nothing.
        """
        self._follow()
        digest = _digest(presented[:_LONGEST])
        found = None
        for key in self._read.keys:
            if hmac.compare_digest(key.sha256, digest):
                found = key
        return found if len(presented) <= _LONGEST else None

    def _follow(self) -> None:
        now = time.monotonic()
        if now - self._looked < _LOOK_SECONDS or not self._lock.acquire(blocking=False):
            return
        try:
            self._looked = now
            state = self._state()
            if state != self._read.state:
                self._read = _Read(self._reread(), state)
        finally:
            self._lock.release()

    def _reread(self) -> tuple[Key, ...]:
        try:
            return read_keys(self._path)
        except KeysError as error:
            log.error("the keys stay as they were: %s", error)
            return self._read.keys

    def _state(self) -> tuple[int, ...]:
        try:
            found = self._path.stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_size, found.st_ino
