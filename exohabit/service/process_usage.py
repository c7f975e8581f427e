"""Process usage: memory and open files of a server, its workers and their batch processes.

prometheus_client reports these for one process, and needs /proc/stat, which a unit of systemd may
hide. This module reads only the folders of the server's own processes. Only Linux has them.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from exohabit.service.settings import SHARED

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

_PROC = Path("/proc")
_KINDS = ("server", "worker", "batch")
"""Kinds of processes, by their generation."""


def memory_bytes() -> dict[str, float]:
    """Return the resident memory of all processes of a kind; shared pages count in each."""
    found: dict[str, float] = defaultdict(float)
    for kind, folder in _processes():
        with suppress(OSError):
            pages = int((folder / "statm").read_text().split()[1])
            found[kind] += pages * os.sysconf("SC_PAGE_SIZE")
    return found


def open_files() -> dict[str, float]:
    """Return the open files of the process of each kind that has the most."""
    found: dict[str, float] = {}
    for kind, folder in _processes():
        with suppress(OSError):
            found[kind] = max(found.get(kind, 0), sum(1 for _ in (folder / "fd").iterdir()))
    return found


def max_open_files() -> float | None:
    """Return how many files one process may open."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] if resource else None


def _processes() -> Iterator[tuple[str, Path]]:
    """List the kind and the folder of each process, from the server downwards.

    Outside a server, in a `flask` command or a test, this process counts as a server.
    """
    generation = [os.getppid() if SHARED in os.environ else os.getpid()]
    for kind in _KINDS:
        yield from ((kind, _PROC / str(pid)) for pid in generation)
        generation = [child for pid in generation for child in _children(pid)]


def _children(pid: int) -> list[int]:
    try:
        tasks = [*(_PROC / str(pid) / "task").iterdir()]
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:  # it has ended, or this system has no such files
        return []
