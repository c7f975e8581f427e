"""API keys: a file with the SHA-256 of each key.

A key is 256 random bits, so its plain digest cannot be guessed. A slow hash, as for passwords,
would only make every request slower. The file is always replaced as a whole, so that nobody reads a
half-written one.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from exohabit.files import replacing

try:
    import fcntl
except ImportError:  # Windows has no such locks
    fcntl = None  # type: ignore[assignment]

PREFIX = "exohabit_"
"""Every key begins with this, so that scanners for leaked secrets can recognize it."""
_SETTING = "EXOHABIT_KEYS_FILE: "
_OR_NEW_FILE = ". Or set another path and run flask keys new NAME"
NAME = r"[A-Za-z0-9._-]{1,64}"
_CHECK_SECONDS = 2.0
"""The file is checked for changes at most this often."""

log = logging.getLogger(__name__)


class KeysError(Exception):
    """The keys file cannot be read or written, or the requested change is not possible."""


Time = Annotated[datetime, Meta(tz=True)]


class Key(msgspec.Struct, frozen=True):
    """The name, digest and lifetime of a key."""

    name: Annotated[str, Meta(pattern=rf"^{NAME}\Z")]
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
    created: Time
    expires: Time | None = None

    def is_expired(self, now: datetime) -> bool:
        """Whether the key has expired."""
        return self.expires is not None and self.expires <= now


class KeyFile(msgspec.Struct, frozen=True):
    """The file's content."""

    keys: tuple[Key, ...] = ()


def read_keys(path: Path) -> tuple[Key, ...]:
    """Read the keys of a file.

    Raises:
        KeysError: the file cannot be read or is not a keys file.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=KeyFile).keys
    except FileNotFoundError as error:
        raise KeysError(f"{_SETTING}{path} does not exist; flask keys new NAME makes it") from error
    except OSError as error:
        reason = f"cannot be read ({error.strerror}): allow that"
        raise KeysError(f"{_SETTING}{path} {reason}{_OR_NEW_FILE}") from error
    except ValueError as error:
        reason = f"is not a keys file ({error}): repair it"
        raise KeysError(f"{_SETTING}{path} {reason}{_OR_NEW_FILE}") from error


def new_key(path: Path, name: str, lifetime: timedelta | None = None) -> str:
    """Add a key to the file, which is created if necessary, and return the key.

    Raises:
        KeysError: the name is not valid or taken, or the file cannot be read or written.
    """
    if not re.fullmatch(NAME, name):
        raise KeysError(f'"{name}" is not a valid name: use 1 to 64 letters, digits, ".", "_", "-"')
    text = PREFIX + secrets.token_urlsafe(32)
    now = datetime.now(UTC).replace(microsecond=0)
    expires = now + lifetime if lifetime else None
    with _locked(path):
        keys = read_keys(path) if path.exists() else ()
        if name in {key.name for key in keys}:
            raise KeysError(f"there is already a key named {name}: revoke it or use another name")
        _write(path, (*keys, Key(name, _digest(text), now, expires)))
    return text


def revoke_key(path: Path, name: str) -> None:
    """Remove a key from the file.

    Raises:
        KeysError: there is no key of that name, or the file cannot be read or written.
    """
    with _locked(path):
        keys = read_keys(path)
        others = tuple(key for key in keys if key.name != name)
        if len(others) == len(keys):
            raise KeysError(f"there is no key named {name}")
        _write(path, others)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Lock the file's folder, so that no other process changes the file at the same time."""
    try:
        folder = os.open(path.resolve().parent, os.O_RDONLY) if fcntl else None
    except OSError as error:
        raise _cannot_write(path, error) from error
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
        with replacing(path) as temporary:
            temporary.write_bytes(content)
    except OSError as error:
        raise _cannot_write(path, error) from error


def _cannot_write(path: Path, error: OSError) -> KeysError:
    return KeysError(f"{_SETTING}{path} cannot be written ({error.strerror})")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class KeyRing:
    """The keys of a file, read again when it changes.

    If the file becomes unreadable while the service runs, the keys stay as they were, and an error
    is logged.
    """

    def __init__(self, path: Path) -> None:
        """Read the file for the first time; raises KeysError if it cannot be read."""
        self._path = path
        self._lock = threading.Lock()
        self._checked = time.monotonic()
        self._fingerprint = self._stat()  # before reading: a change meanwhile is noticed later
        self._keys = read_keys(path)

    def find(self, given: str) -> Key | None:
        """Return the key that a client has sent, even if it has expired.

        All digests are compared, each in constant time, so the time taken reveals nothing. The
        caller limits the length of the text.
        """
        self._refresh()
        digest = _digest(given)
        found = None
        for key in self._keys:
            if hmac.compare_digest(key.sha256, digest):
                found = key
        return found

    def _refresh(self) -> None:
        now = time.monotonic()
        if now - self._checked < _CHECK_SECONDS or not self._lock.acquire(blocking=False):
            return
        try:
            self._checked = now
            fingerprint = self._stat()
            if fingerprint != self._fingerprint:
                self._fingerprint = fingerprint
                self._keys = read_keys(self._path)
        except KeysError as error:
            log.error("the keys stay as they were: %s", error)
        finally:
            self._lock.release()

    def _stat(self) -> tuple[int, ...]:
        try:
            found = self._path.stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_size, found.st_ino
