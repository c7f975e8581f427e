"""Capacity: what is large is judged apart, and only so much of it at a time."""

from __future__ import annotations

import errno
import logging
import threading
from types import TracebackType

from flask import Flask
from werkzeug.exceptions import ServiceUnavailable

from exohabit.inputs.readers import JSON
from exohabit.scoring.bundle import Bundle
from exohabit.service.batch_process import Apart, Died, NotReached, TookTooLong
from exohabit.service.settings import Settings
from inference import Asked, Work, Written

_MANY_PLANETS = 2_000
"""A body with more JSON objects or table lines is large, whatever its size."""
_MARKS_A_PLANET = 5
"""A body with more commas and brackets than this for each planet is large too."""

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE}
"""Errors of a system that has no space, memory or file for a large request at the moment."""
_REFUSED = 2
"""Refused bodies that a worker reads to their end at a time, at most."""

log = logging.getLogger(__name__)


class Places:
    """Places for requests of a kind, each of which holds a thread of those that may be held."""

    def __init__(self, number: int, threads: threading.Semaphore) -> None:
        self._free = threading.Semaphore(number)
        self._threads = threads

    def acquire(self) -> bool:
        """Take a place without waiting; return whether there was one."""
        if not self._free.acquire(blocking=False):
            return False
        if self._threads.acquire(blocking=False):
            return True
        self._free.release()
        return False

    def release(self) -> None:
        """Give a place back."""
        self._threads.release()
        self._free.release()


def shared_out(settings: Settings) -> tuple[Places, Places]:
    """Return the places for large requests, and for what refused ones still send.

    Of two threads or more, together they leave one to small requests.
    """
    most = max(settings.threads - 1, 1)
    threads = threading.Semaphore(most)
    refused = min(_REFUSED, max(most - 1, 1)) if settings.threads > 1 else 0
    return Places(settings.large_requests, threads), Places(refused, threads)


class Busy(ServiceUnavailable):
    """As many large requests as may be are being judged."""

    failure = "busy"

    def __init__(self) -> None:
        super().__init__("Too many large requests at once: ask again.", retry_after=1)


class TimedOut(ServiceUnavailable):
    """A large request did not end within its time; trying again would not help."""

    failure = "timeout"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"The request took more than {seconds} s, the limit for large requests: "
            "send fewer planets at once."
        )


class Room:
    """The process for large requests, if there is one, and places to wait for it."""

    def __init__(self, apart: Apart | None, places: Places, seconds: int) -> None:
        self.apart = apart
        self.places = places
        self.seconds = seconds


def init_app(app: Flask) -> None:
    """Make room for what takes long: large requests, and what refused ones still send."""
    settings: Settings = app.config["EXOHABIT"]
    bundle: Bundle | None = app.extensions["exohabit"]
    seconds = settings.large_seconds
    apart = None
    if bundle and settings.large_kib:
        apart = Apart(bundle, settings.model_threads, seconds)
    large, refused = shared_out(settings)
    app.extensions["exohabit-room"] = Room(apart, large, seconds)
    app.extensions["exohabit-drains"] = refused


def admission(app: Flask, weight: int = 1) -> Admission:
    """Let in a request, to be weighed, of whose planets each counts as `weight`."""
    settings: Settings = app.config["EXOHABIT"]
    room: Room = app.extensions["exohabit-room"]
    return Admission(room, settings.large_kib * 1024 // weight, _MANY_PLANETS // weight)


class Admission:
    """A request on its way: small until it is seen to be large, when it needs a place.

    As a context it gives that back.
    """

    def __init__(self, room: Room, large: int, many_planets: int) -> None:
        self._room = room
        self._large = large
        self._many_planets = many_planets
        self._has_place = False

    def __enter__(self) -> Admission:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._has_place:
            self._room.places.release()

    def weigh(self, size: int | None) -> None:
        """Take a place if the body is large; a size of None means that it was not declared.

        Raises:
            Busy: there is none.
        """
        is_large = size is None or size > self._large
        if self._room.apart and is_large and not self._has_place:
            if not self._room.places.acquire():
                raise Busy
            self._has_place = True

    def judge(self, bundle: Bundle, work: Work, asked: Asked) -> Written:
        """Judge what was asked: here if it is small, apart if it is large.

        Raises:
            Busy: it is large, and all places are taken, the disk is full, it waited too long for
                other requests, or two processes died of it.
            TimedOut: it is large and took too long.
        """
        apart = self._room.apart
        if apart is None or not self._is_large(asked):
            return work(bundle, asked)
        self.weigh(None)
        try:
            return apart.judge(work, asked)
        except TookTooLong as error:
            raise TimedOut(self._room.seconds) from error
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            log.warning("a large request was refused: %s", error)
            raise Busy from error
        except (Died, NotReached) as error:
            raise Busy from error

    def _is_large(self, asked: Asked) -> bool:
        """Whether a body has many bytes, or many planets, which may take only a few bytes each."""
        body, many = asked.content, self._many_planets
        if len(body) > self._large or len(body) <= many:
            return len(body) > self._large
        objects = body.count(b"{")
        if asked.media_type != JSON:
            objects = max(objects, body.count(b"\n") + body.count(b"\r"))
        marks = body.count(b",") + body.count(b"[") + body.count(b"{")
        return objects > many or marks > many * _MARKS_A_PLANET
