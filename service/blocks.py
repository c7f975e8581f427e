"""Blocks: numbers of windows, taken by the dozen from what counts for all.

The trap: to ask Redis for each request costs a fifth of a judgement, nearly all of it for falling
asleep and waking up. So a worker that a client asks often takes the numbers of its next requests
ahead, as databases hand out ids ("hi/lo"), and soon gives back what it does not need: what it
holds, the client could not use anywhere else.
"""

from __future__ import annotations

import threading
import time

from service.redis_windows import PATIENCE, RedisWindows
from service.windows import Window

_HELD_SECONDS = 0.05
"""How long numbers are held."""
_MOST_HELD = 32
_SHARE_HELD = 100
"""At most one in so many of those that a client has left is held: near its limit, none."""


class Blocks:
    """Numbers of windows, taken in blocks from what counts for all.

    Each number is given once, so that no more requests pass than may; and as what is not used comes
    back within two `_HELD_SECONDS`, and what is refused counts nowhere, no fewer.
    """

    def __init__(self, windows: RedisWindows) -> None:
        self._windows = windows
        self._blocks: dict[str, _Block] = {}
        self._lock = threading.Lock()
        self._are_some = threading.Event()
        self._thread: threading.Thread | None = None

    def count(self, key: str, seconds: int, most: int, amount: int) -> Window | None:
        """Take the next number of a key's window, or so many; None if they are not told soon."""
        # Held for the trip, too: whoever comes meanwhile takes of what it brings.
        if not self._lock.acquire(timeout=PATIENCE):
            return None
        try:
            if amount > 1:
                return self._windows.count(key, seconds, most, amount)
            return self._next(key, seconds, most)
        finally:
            self._lock.release()

    def _next(self, key: str, seconds: int, most: int) -> Window | None:
        block = self._blocks.get(key)
        if block is None or not block.holds():
            size = block.next_size(most) if block else 1
            last = self._windows.count(key, seconds, most, size)
            if last is None or last.asked - size >= most:  # nothing was added
                return last
            block = _Block(last, size, seconds)
            self._hold(key, block)
        return block.take()

    def _hold(self, key: str, block: _Block) -> None:
        self._blocks[key] = block
        if self._thread is None:
            self._thread = threading.Thread(target=self._give_back, name="blocks", daemon=True)
            self._thread.start()
        if not self._are_some.is_set():
            self._are_some.set()

    def _give_back(self) -> None:
        while True:
            self._are_some.wait()
            time.sleep(_HELD_SECONDS)
            with self._lock:
                for key in [key for key, block in self._blocks.items() if block.is_old()]:
                    block = self._blocks.pop(key)
                    if block.is_worth_giving_back():
                        self._windows.count(key, block.seconds, 0, -block.left)
                if not self._blocks:
                    self._are_some.clear()


class _Block:
    """Numbers of a window that are taken and not yet given out."""

    def __init__(self, last: Window, size: int, seconds: int) -> None:
        self._last = last
        self._size = size
        self._taken = time.monotonic()
        self.left = size
        self.seconds = seconds

    def holds(self) -> bool:
        """Whether there is a number left, and its window goes on."""
        return self.left > 0 and self._last.ends > time.monotonic()

    def take(self) -> Window:
        """Give out the next number."""
        self.left -= 1
        return Window(self._last.asked - self.left, self._last.ends)

    def next_size(self, most: int) -> int:
        """Return how large the next block may be: twice as large, for this one was used up."""
        return max(min(2 * self._size, _MOST_HELD, (most - self._last.asked) // _SHARE_HELD), 1)

    def is_old(self) -> bool:
        """Whether it has been held for long enough."""
        return time.monotonic() - self._taken >= _HELD_SECONDS

    def is_worth_giving_back(self) -> bool:
        """Whether numbers are left that somebody can use before their window ends."""
        return self.left > 0 and self._last.seconds_left > PATIENCE
