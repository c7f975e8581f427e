"""Slots: how many threads of a worker large requests and refused bodies may hold."""

from __future__ import annotations

import threading
from collections.abc import Callable

Report = Callable[[float], None]
"""Takes by how much a number has changed: 1 or -1, and 0 if a slot was not free."""
_MAX_DRAINS = 2
"""Refused bodies that a worker reads to their end at the same time."""


class Slots:
    """How many large requests a worker accepts, and how many refused bodies it reads to their end.

    Both hold a thread. Large requests come first: a refused body is read only if a thread is left
    to small requests meanwhile, and never keeps a large request out.
    """

    def __init__(self, threads: int, large_requests: int) -> None:
        self._shared = threads - 1
        self._max_large = min(large_requests, max(self._shared, 1))
        self._large = self._drains = 0
        self._changed = threading.Condition()
        self.on_large: Report = lambda _: None
        """Called when a slot for a large request is taken or freed."""
        self.on_drain: Report = lambda _: None
        """Called when a slot for a refused body is taken or freed."""

    @property
    def max_large(self) -> int:
        """How many slots for large requests there are."""
        return self._max_large

    def take_large(self) -> bool:
        """Take a slot for a large request; return whether one was free."""
        with self._changed:
            is_free = self._large < self._max_large
            self._large += is_free
            self.on_large(is_free)
            return is_free

    def free_large(self) -> None:
        """Free the slot of a large request."""
        with self._changed:
            self._large -= 1
            self.on_large(-1)
            self._changed.notify()

    def take_drain(self, seconds: float) -> bool:
        """Wait up to `seconds` for a slot for a refused body; return whether one was free."""
        with self._changed:
            is_free = self._changed.wait_for(self._has_drain, seconds)
            self._drains += is_free
            self.on_drain(is_free)
            return is_free

    def free_drain(self) -> None:
        """Free the slot of a refused body."""
        with self._changed:
            self._drains -= 1
            self.on_drain(-1)
            self._changed.notify()

    def _has_drain(self) -> bool:
        return self._drains < min(_MAX_DRAINS, self._shared - self._large)
