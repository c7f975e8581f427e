"""Windows: what a client has asked in a span of time, counted in this process."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from typing import NamedTuple

SCOPE = "exohabit"
"""What the key of every window begins with."""
_MOST_KEPT = 100_000
"""Windows of one length; beyond, the oldest are forgotten."""


class Window(NamedTuple):
    """What a client has asked since its window began, and when that ends (seconds, monotonic)."""

    asked: int
    ends: float

    @property
    def seconds_left(self) -> float:
        """Seconds until the client may ask as often again."""
        return max(self.ends - time.monotonic(), 0.0)


class LocalWindows:
    """Counts of this process."""

    def __init__(self) -> None:
        self._windows: dict[int, dict[str, Window]] = defaultdict(dict)
        """By their length: in each, the first to begin is the first to end."""
        self._lock = threading.Lock()

    def count(self, key: str, seconds: int, most: int, amount: int) -> Window:
        """Add to a key's window, or begin one; nothing is added to one that has reached `most`."""
        now = time.monotonic()
        with self._lock:
            windows = self._windows[seconds]
            window = windows.get(key)
            if window is None or window.ends <= now:
                windows.pop(key, None)
                _drop_oldest(windows, now)
                window = Window(0, now + seconds)
            counted = Window(window.asked + amount, window.ends)
            windows[key] = counted if window.asked < most else window
        return counted


def _drop_oldest(windows: dict[str, Window], now: float) -> None:
    while windows:
        key = next(iter(windows))
        if windows[key].ends > now and len(windows) < _MOST_KEPT:
            return
        del windows[key]
