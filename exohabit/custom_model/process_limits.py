"""Process limits: how much time and memory a process may use that reads a user's file.

Windows has neither limit; there, only the time limit of the command holds.
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
    """End this process after some more seconds on the processor; a later call starts again."""
    if sys.platform != "win32":
        # The signal ends the process, also in the middle of a call of a library.
        signal.setitimer(signal.ITIMER_PROF, seconds)
