"""Process limits: the time and memory that a process may use while it reads a user's file.

Windows has neither limit. There, only the time limit of the command applies.
"""

from __future__ import annotations

import signal
import sys

if sys.platform != "win32":
    import resource

SECONDS_PER_BYTE = 1 / (10 * 2**20)


def limit_memory(size: int) -> None:
    """Limit the memory of this process to a number of bytes."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def limit_cpu(seconds: float) -> None:
    """End this process after some seconds of processor time; a later call starts the time again."""
    if sys.platform != "win32":
        # The signal ends the process even while a library is running.
        signal.setitimer(signal.ITIMER_PROF, seconds)
