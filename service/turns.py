"""Turns: small requests are answered one after the other, in the order in which they come.

Python runs one thread at a time, and which is left to chance: a thread that has just ended a
request takes the next one before those that wait have woken up, so that one in a hundred waits ten
times as long as the others. In turn they all wait alike.

The trap: who has the turn may wait as well, for a body that comes slowly. So a turn that lasts is
lost to who is next.
"""

from __future__ import annotations

import threading
from collections import deque

_PATIENCE_SECONDS = 0.05
"""How long one waits before taking the turn of another: hundreds of times what a request takes."""


class Turns:
    """An order of requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        """Held only to look at what follows."""
        self._holder: Turn | None = None
        self._waiting: deque[Turn] = deque()

    def begin(self, turn: Turn) -> None:
        """Wait for a turn, but not for ever."""
        with self._lock:
            if self._holder is None:
                self._holder = turn
                return
            turn.comes.acquire()
            self._waiting.append(turn)
        if turn.comes.acquire(timeout=_PATIENCE_SECONDS):
            return
        with self._lock:
            if turn in self._waiting:  # else it came at the last moment
                self._waiting.remove(turn)
                self._holder = turn

    def end(self, turn: Turn) -> None:
        """Give a turn to who has waited longest, if it was not lost."""
        with self._lock:
            if self._holder is turn:
                self._holder = self._waiting.popleft() if self._waiting else None
                if self._holder:
                    self._holder.comes.release()


class Turn:
    """One request's turn, as a context."""

    def __init__(self, turns: Turns) -> None:
        self.comes = threading.Lock()
        """Locked until it comes."""
        self._turns = turns

    def __enter__(self) -> None:
        self._turns.begin(self)

    def __exit__(self, *_: object) -> None:
        self._turns.end(self)
