"""Wait for a condition, and start threads at the same time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

SOON = 20
"""Seconds until a condition must hold, even on a busy machine."""


def until(is_true: Callable[[], object]) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + SOON
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def at_once(threads: int, times: int, count: Callable[[], int]) -> list[int]:
    """Count `times` times in each of `threads` threads, which start together."""
    begin = threading.Barrier(threads)

    def work(_) -> list[int]:
        begin.wait()
        return [count() for _ in range(times)]

    with ThreadPoolExecutor(threads) as pool:
        return sorted(number for numbers in pool.map(work, range(threads)) for number in numbers)
