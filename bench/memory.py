"""Memory: of a server and all its descendants, as Linux reports it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from bench.servers import family

_RESET_PEAK = "5"
"""Written to `clear_refs`, it sets a process's VmHWM to its present size; see proc(5)."""


def resident(pid: int) -> int:
    """Return the bytes of a process and its descendants; shared memory counts for each."""
    return sum(_sizes(family(pid), "status", "VmRSS"))


def proportional(pid: int) -> int:
    """Return the same with shared memory counted once."""
    return sum(_sizes(family(pid), "smaps_rollup", "Pss"))


def peak_above(pid: int, act: Callable[[], object]) -> int:
    """Return how many more bytes than before a process and its descendants hold at their peaks.

    The peaks may come at different moments, so this is an upper bound.
    """
    members = family(pid)
    for member in members:
        Path(f"/proc/{member}/clear_refs").write_text(_RESET_PEAK)
    before = sum(_sizes(members, "status", "VmRSS"))
    act()
    return sum(_sizes(family(pid), "status", "VmHWM")) - before


def _sizes(members: Iterable[int], file: str, field: str) -> Iterable[int]:
    """Read a field of each process's file, in bytes; a process that has ended is left out."""
    for member in members:
        try:
            lines = Path(f"/proc/{member}/{file}").read_text().splitlines()
        except OSError:
            continue
        yield from (int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{field}:"))
