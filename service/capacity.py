"""Capacity: large requests are judged in a process of their own, a few at a time.

The trap: decoding a hundred thousand planets holds Python's lock for a fifth of a second, and every
small request of the same process waits for it. Another process has a lock of its own, and a lower
priority, so that it takes only what the small ones leave of the processor.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.util import Finalize

from flask import Flask, current_app
from werkzeug.exceptions import ServiceUnavailable

from judging import Asked, Written
from messages.readers import JSON
from scoring import Bundle
from service.config import Settings

Work = Callable[[Bundle, Asked], Written]

_MANY_LINES = 2000
"""Lines of a table from which it is large whatever its bytes."""
_NICENESS = 10
"""Of the other process; 0 is usual, 19 the most."""

log = logging.getLogger(__name__)


class Busy(ServiceUnavailable):
    """As many large requests as may be are being judged."""

    failure = "busy"

    def __init__(self) -> None:
        super().__init__("Too many large requests at once: ask again.", retry_after=1)


def init_app(app: Flask) -> None:
    """Make room for large requests, if the app has a model and the settings want it."""
    settings: Settings = app.config["EXOHABIT"]
    bundle: Bundle | None = app.extensions["exohabit"]
    if bundle is not None and settings.large_kib:
        # One thread at least is left to small requests.
        places = max(min(settings.large_requests, settings.threads - 1), 1)
        app.extensions["exohabit-apart"] = Apart(bundle, places)


@contextmanager
def admission(weight: int = 1) -> Iterator[Admission]:
    """Let in a request, to be weighed; gives back the place among large ones that it may take.

    `weight`: as how many planets each of its planets counts.
    """
    settings: Settings = current_app.config["EXOHABIT"]
    apart: Apart | None = current_app.extensions.get("exohabit-apart")
    let_in = Admission(apart, settings.large_kib * 1024 // weight, _MANY_LINES // weight)
    try:
        yield let_in
    finally:
        let_in.leave()


class Admission:
    """A request on its way: small until it is seen to be large, when it needs a place."""

    def __init__(self, apart: Apart | None, large: int, many_lines: int) -> None:
        self._apart = apart
        self._large = large
        self._many_lines = many_lines
        self._has_place = False

    def weigh(self, size: int | None) -> None:
        """Take a place before a body is read that is declared to be large, or not declared.

        Raises:
            Busy: there is none.
        """
        if self._apart and not self._has_place and (size is None or size > self._large):
            self._apart.take_place()
            self._has_place = True

    def judge(self, bundle: Bundle, work: Work, asked: Asked) -> Written:
        """Judge what was asked: here if it is small, apart if it is large.

        Raises:
            Busy: it is large, and there is no place for it.
        """
        if self._apart is None or not self._is_large(asked):
            return work(bundle, asked)
        self.weigh(None)
        return self._apart.judge(work, asked)

    def leave(self) -> None:
        """Give the place back, if there was one."""
        if self._apart and self._has_place:
            self._apart.give_place()
            self._has_place = False

    def _is_large(self, asked: Asked) -> bool:
        """Whether a body has many bytes, or many lines: a table says a planet in very few bytes."""
        size = len(asked.content)
        return size > self._large or (
            size > self._many_lines
            and asked.media_type != JSON
            and asked.content.count(b"\n") + asked.content.count(b"\r") > self._many_lines
        )


class Apart:
    """A process that judges large requests one after the other, and places to wait for it."""

    def __init__(self, bundle: Bundle, places: int) -> None:
        self._bundle = bundle
        self._places = threading.BoundedSemaphore(places)
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def take_place(self) -> None:
        """Take a place; raises Busy if there is none."""
        if not self._places.acquire(blocking=False):
            raise Busy

    def give_place(self) -> None:
        """Give a place back."""
        self._places.release()

    def judge(self, work: Work, asked: Asked) -> Written:
        """Judge in the other process, or in a new one if it dies.

        Raises:
            Busy: the new one died as well; somebody's request is more than the machine has memory.
        """
        pool = self.started()
        try:
            return pool.submit(_judge, work, asked).result()
        except BrokenProcessPool:
            pool = self.started(instead_of=pool)
        try:
            return pool.submit(_judge, work, asked).result()
        except BrokenProcessPool as error:
            raise Busy from error

    def started(self, instead_of: ProcessPoolExecutor | None = None) -> ProcessPoolExecutor:
        """Return the process, started, and another one than that which died."""
        with self._lock:
            pool = self._pool
            if pool is None or pool is instead_of:
                if instead_of:
                    log.warning("the process for large requests has died; there is a new one")
                # Not forked: a forked copy of a process that has predicted hangs when it predicts.
                pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
                # Processes of multiprocessing wait for their children before they tell them to
                # end; this does before their queues are closed, which is at priority 10.
                Finalize(pool, pool.shutdown, exitpriority=20)
                # Not handed over as it starts: that would wait for ever if it died meanwhile.
                pool.submit(_adopt, self._bundle)
                self._pool = pool
            return pool


# In the other process.

_bundle: Bundle


def _adopt(bundle: Bundle) -> None:
    """Keep the model and begin to be the other process."""
    global _bundle  # noqa: PLW0603 - a process of a pool has no other place to keep something
    _bundle = bundle
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    """End with the worker, even if it was killed and could not say goodbye."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _judge(work: Work, asked: Asked) -> Written:
    return work(_bundle, asked)
