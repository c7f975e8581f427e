"""Apart: the process that judges large requests, one after the other.

The trap: decoding a hundred thousand planets holds Python's lock for a tenth of a second, and every
small request of the same process waits for it. Another process has a lock of its own, and a lower
priority, so that it takes only what the small ones leave of the processor. It knows no HTTP.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.util import Finalize
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from judging import Asked, Work, Written
from scoring import Bundle
from service.config import SHARED

_NICENESS = 10
"""Of the other process; 0 is usual, 19 the most."""

_ASKED, _ANSWERED = "asked", "answered"
"""Files by which a body goes there, and an answer comes back."""

log = logging.getLogger(__name__)


class Died(Exception):
    """The process died of a request, and so did the one that took its place."""


class Apart:
    """The process, started with the first large request."""

    def __init__(self, bundle: Bundle, threads: int) -> None:
        self._bundle = bundle
        self._threads = threads
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._adopted: Future[None] = Future()

    def judge(self, work: Work, asked: Asked) -> Written:
        """Judge in the other process, or in a new one if it dies.

        Raises:
            Died: the new one died as well; the request is more than the machine has memory.
            BundleError: there the model does not score as it should.
        """
        # By a file: a pipe would hold, at either end, a second copy of what goes through it.
        with TemporaryDirectory(dir=os.environ.get(SHARED)) as name:
            folder = Path(name)
            (folder / _ASKED).write_bytes(asked.content)
            written = self._judged(work, replace(asked, content=b""), folder)
            return replace(written, content=(folder / _ANSWERED).read_bytes())

    def _judged(self, work: Work, asked: Asked, folder: Path) -> Written:
        pool = self.started()
        try:
            return self._judged_by(pool, work, asked, folder)
        except BrokenProcessPool:
            pool = self.started(instead_of=pool)
        try:
            return self._judged_by(pool, work, asked, folder)
        except BrokenProcessPool as error:
            raise Died from error

    def _judged_by(
        self, pool: ProcessPoolExecutor, work: Work, asked: Asked, folder: Path
    ) -> Written:
        written = pool.submit(_judge, work, asked, folder)
        self._adopted.result()  # says what kept the process from its model
        return written.result()

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
                self._adopted = pool.submit(_adopt, self._bundle, self._threads)
                self._pool = pool
            return pool


# In the other process.

_bundle: Bundle


def _adopt(bundle: Bundle, threads: int) -> None:
    """Keep the model and begin to be the other process."""
    global _bundle  # noqa: PLW0603 - a process of a pool has no other place to keep something
    if hasattr(os, "nice"):
        os.nice(_NICENESS)  # before there are threads: each keeps what it began with
    threading.Thread(target=_follow_parent, daemon=True).start()
    _bundle = bundle.for_many(threads)


def _follow_parent() -> None:
    """End with the worker, even if it was killed and could not say goodbye."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _judge(work: Work, asked: Asked, folder: Path) -> Written:
    written = work(_bundle, replace(asked, content=(folder / _ASKED).read_bytes()))
    (folder / _ANSWERED).write_bytes(written.content)
    return replace(written, content=b"")
