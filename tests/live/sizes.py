"""Sizes: how much a test does in its short form and in its long form."""

from __future__ import annotations

import os
from collections.abc import Iterable

LONG = bool(os.environ.get("LONG"))


def size(short: int, long: int) -> int:
    return long if LONG else short


def percentile(seconds: Iterable[float], percent: int) -> float:
    """Return the smallest value that at least so many percent do not exceed."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)]


def report(text: str) -> None:
    """Print a measured figure; `make chaos` and `make survive` show it."""
    print(f"\n  {text}", flush=True)
