"""Blocks: numbers of windows, taken by the dozen from what counts for all.

A trip to Redis for each request costs a fifth of a judgement, nearly all of it for falling asleep
and waking up. So a worker that a client asks often takes the numbers of its next requests ahead, as
databases hand out ids ("hi/lo").

The trap: what one worker holds, the client cannot use at another. So little is held, near a limit
nothing, and what is not used is soon given back.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from service.windows import Window

if TYPE_CHECKING:
    from service.redis_windows import RedisWindows

_HELD_SECONDS = 0.05
"""How long numbers are held."""
_MOST_HELD = 32
_SHARE_HELD = 100
"""At most one in so many of those that a client has left is held: near its limit, none."""
_LOCKS = 64
"""That keys share; those of different ones go to Redis side by side."""


class Blocks:
    """Numbers of windows, taken in blocks from what counts for all.

    Each is given once, so that no more requests pass than may. What is not used, or is beyond the
    limit, comes back within two `_HELD_SECONDS`, so that no fewer pass; but when Redis fails, what
    was on its way between the two is lost.
    """

    def __init__(self, windows: RedisWindows) -> None:
        self._windows = windows
        self._blocks: dict[str, _Block] = {}
        self._locks = [threading.Lock() for _ in range(_LOCKS)]
        self._are_some = threading.Event()
        threading.Thread(target=self._give_back, name="blocks", daemon=True).start()

    def count(self, key: str, seconds: int, most: int, amount: int) -> Window | None:
        """Take the next number of a key's window, or so many; None if they cannot be told."""
        if amount > 1:
            return self._windows.count(key, seconds, most, amount)
        with self._lock_of(key):  # for the trip, too: who comes meanwhile takes of what it brings
            block = self._blocks.get(key)
            if block is None or not block.holds():
                size = block.next_size(most) if block else 1
                last = self._windows.count(key, seconds, most, size)
                if last is None or last.asked - size >= most:  # nothing was added
                    return last
                block = self._blocks[key] = _Block(last, size)
                self._are_some.set()
            return block.take(most)

    def _lock_of(self, key: str) -> threading.Lock:
        """Return the lock of a key, and of a few others: they go their ways side by side."""
        return self._locks[hash(key) % _LOCKS]

    def _give_back(self) -> None:
        while self._are_some.wait():
            time.sleep(_HELD_SECONDS)
            self._are_some.clear()
            for key in list(self._blocks):
                with self._lock_of(key):
                    self._give_back_old(key)
            if self._blocks:
                self._are_some.set()

    def _give_back_old(self, key: str) -> None:
        block = self._blocks[key]
        if not block.is_old():
            return
        if block.holds():
            if self._windows.is_down:
                return  # until it is back, or the window is over
            self._windows.give_back(key, block.last, block.left)
        del self._blocks[key]


class _Block:
    """Numbers of a window that are taken and not yet given out."""

    def __init__(self, last: Window, size: int) -> None:
        self.last = last
        self.left = size
        self._size = size
        self._taken = time.monotonic()

    def holds(self) -> bool:
        """Whether there is a number left, and its window goes on."""
        return self.left > 0 and self.last.seconds_left > 0

    def take(self, most: int) -> Window:
        """Give out the next number; one beyond the limit stays, for it lets nobody in."""
        number = self.last.asked - self.left + 1
        if number <= most:
            self.left -= 1
        return Window(number, self.last.ends)

    def next_size(self, most: int) -> int:
        """Return how large the next block may be: twice as large, for this one was used up."""
        return max(min(2 * self._size, _MOST_HELD, (most - self.last.asked) // _SHARE_HELD), 1)

    def is_old(self) -> bool:
        """Whether it has been held for long enough."""
        return time.monotonic() - self._taken >= _HELD_SECONDS
