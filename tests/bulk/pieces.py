"""Pieces of work for a cluster that say what became of them; workers import this module."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from distributed import get_worker

from exohabit.bulk.cluster.errors import WorkerRefused


def double(number: int) -> int:
    return 2 * number


def die(number: int) -> int:
    """Kill the worker."""
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def write_slowly(folder: str, number: int) -> int:
    """Take half a second; leave a file for each start."""
    (Path(folder) / f"{number}-{os.getpid()}-{time.monotonic_ns()}").touch()
    time.sleep(0.5)
    return number


def refuse_unless(allowed: int, folder: str, number: int) -> int:
    """Work in one process only; leave a file for each refusal."""
    if os.getpid() != allowed:
        (Path(folder) / f"{number}-{time.monotonic_ns()}").touch()
        raise WorkerRefused(get_worker().address, "it is another process")
    time.sleep(0.05)
    return number


def fail(number: int) -> int:
    raise ValueError(f"{number} cannot be done")
