"""Turns: small requests are answered one after the other, in the order in which they come.

Python runs one thread at a time, and which is left to chance: a thread that has just ended a
request takes the next one before those that wait have woken up, so that one in a hundred waits ten
times as long as the others. In turn they all wait alike.

To change threads takes a fifth of the time of a request, more where the processor is shared. So who
hands a turn over may rest, once its answer is out, while others end theirs: of busy threads one is
soon left, and takes all that comes.

The trap: who has the turn may wait as well, for a body that comes slowly. So a turn that lasts is
lost to who is next, and who rests goes back to work when a turn lasts, or there is none.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from time import monotonic

_PATIENCE_SECONDS = 0.05
"""How long a turn may last before it is lost: hundreds of times what a request takes."""


class Turns:
    """An order of requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        """Held only to look at what follows."""
        self._holder: Turn | None = None
        self._changed = monotonic()
        """When the turn was last taken or ended."""
        self._waiting: deque[Turn] = deque()
        self._resting: deque[threading.Lock] = deque()
        """Of each thread that rests, what it waits for."""

    def begin(self, turn: Turn) -> None:
        """Wait for a turn, but not for ever."""
        with self._lock:
            if self._holder is None or self._seconds_left() < 0:
                self._give(turn)
                return
            turn.comes.acquire()
            self._waiting.append(turn)
        if turn.comes.acquire(timeout=_PATIENCE_SECONDS):
            return
        with self._lock:
            if turn in self._waiting:  # else it came at the last moment
                self._waiting.remove(turn)
                self._give(turn)

    def end(self, turn: Turn) -> None:
        """Give a turn to who has waited longest, if it was not lost."""
        with self._lock:
            if self._holder is turn:
                self._give(self._waiting.popleft() if self._waiting else None)
                if self._holder:
                    turn.is_handed_over = True
                    self._holder.comes.release()

    def rest(self) -> None:
        """Wait as long as others end their turns, or until one of them is relieved."""
        is_called = threading.Lock()
        is_called.acquire()
        self._resting.append(is_called)
        seconds = _PATIENCE_SECONDS
        while seconds > 0:
            if is_called.acquire(timeout=seconds):
                return
            seconds = self._seconds_left()
        with suppress(ValueError):  # it was called at the last moment
            self._resting.remove(is_called)

    def relieve(self) -> None:
        """Call a thread that rests, in place of this one, which goes on without a turn.

        One that only goes to its rest is not called; it comes back when its patience is over.
        """
        with suppress(IndexError):  # none rests
            self._resting.pop().release()

    def _give(self, turn: Turn | None) -> None:
        self._holder = turn
        self._changed = monotonic()

    def _seconds_left(self) -> float:
        """Return how long nothing more may change before whoever has the turn loses it."""
        return self._changed + _PATIENCE_SECONDS - monotonic()


class Turn:
    """One request's turn, as a context."""

    def __init__(self, turns: Turns) -> None:
        self.comes = threading.Lock()
        """Locked until it comes."""
        self.is_handed_over = False
        """Whether another thread goes on with what comes."""
        self._turns = turns

    def __enter__(self) -> Turn:
        self._turns.begin(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._turns.end(self)
