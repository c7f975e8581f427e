"""Processor time of calls, and whether it grows faster than the text that they are given.

All times are those of the test's thread, because other threads and programs run as well.
"""

from __future__ import annotations

import time
from collections.abc import Callable

VISIBLE_SECONDS = 0.004
"""A shorter time is too short to compare."""
MOST_GROWTH = 2.5
"""How many times longer twice the text may take."""
TRIES = 3
"""How often a growth must show again, because other programs disturb a single measurement."""


def seconds_of(call: Callable[[str], object], text: str, repeats: int = 1) -> float:
    """Return the shortest of several times that a call takes."""
    times = []
    for _ in range(repeats):
        began = time.thread_time()
        call(text)
        times.append(time.thread_time() - began)
    return min(times)


def growth_beyond(
    call: Callable[[str], object], make: Callable[[int], str], longest: int, length: int = 16
) -> str:
    """Name a text for which a call takes over `MOST_GROWTH` times as long as for half of it.

    The texts are from `length` to `longest` characters long.
    """
    before = seconds_of(call, make(length))
    while length < longest:
        length *= 2
        now = seconds_of(call, make(length))
        if _grows(before, now) and all(_grows(*_again(call, make, length)) for _ in range(TRIES)):
            before, now = _again(call, make, length)
            text = f"{make(20)!r}…"
            return f"{text}: {before * 1e3:.2f} ms, twice as long {now * 1e3:.2f} ms"
        before = now
    return ""


def _grows(before: float, now: float) -> bool:
    return now > VISIBLE_SECONDS and now > MOST_GROWTH * before


def _again(
    call: Callable[[str], object], make: Callable[[int], str], length: int
) -> tuple[float, float]:
    return seconds_of(call, make(length // 2), 3), seconds_of(call, make(length), 3)


def repeated(prefix: str, piece: str, suffix: str) -> Callable[[int], str]:
    """Return what makes a text of some length by repeating a piece."""
    return lambda length: prefix + piece * (length // len(piece)) + suffix
