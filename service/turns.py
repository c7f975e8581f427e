"""Turns: small requests are judged one after the other, in the order in which they come.

Python runs one thread at a time, and which is left to chance: a thread that has just ended a
request takes the next one before those that wait have woken up, so that one in a hundred waits ten
times as long as the others. In turn they all wait alike.
"""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """A lock that is handed over to who has waited longest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        """Held only to look at what follows."""
        self._is_taken = False
        self._waiting: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()  # until it is handed over

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False
