"""Waiting for what must come true, and for threads that all begin together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

SOON = 20
"""Seconds in which something must come true, on however busy a machine."""


def until(is_true: Callable[[], object]) -> None:
    """Wait for what must come true."""
    deadline = time.monotonic() + SOON
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def at_once(threads: int, times: int, count: Callable[[], int]) -> list[int]:
    """Count so often in each of so many threads, all of which begin together."""
    begin = threading.Barrier(threads)

    def work(_) -> list[int]:
        begin.wait()
        return [count() for _ in range(times)]

    with ThreadPoolExecutor(threads) as pool:
        return sorted(number for numbers in pool.map(work, range(threads)) for number in numbers)
