"""Deadline: the time that is left for some work, and a wait that respects it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import TypeVar

from exohabit.catalog.rows import CatalogError

T = TypeVar("T")


class Deadline:
    """A point in time, some seconds after its creation."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._too_late = f"the download is not complete after {seconds:g} s"

    def left(self) -> float:
        """Return the seconds that are left, more than 0; raises CatalogError if there are none."""
        left = self._end - time.monotonic()
        if left <= 0.0:
            raise CatalogError(self._too_late)
        return left

    def wait_for(self, work: Callable[[], T]) -> T:
        """Run a function in a thread; return its value.

        Time-outs of a socket do not bound a look-up of a name, or headers that arrive byte by byte.
        The thread is a daemon, so that a process can end before it.

        Raises:
            CatalogError: it does not end in time.
            Exception: whatever the function raises.
        """
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(work())
            except BaseException as error:
                future.set_exception(error)

        Thread(target=run, daemon=True).start()
        wait([future], self.left())
        if not future.done():
            raise CatalogError(self._too_late)
        return future.result()
