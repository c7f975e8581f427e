"""Process limits: how much time and memory a process may use that reads a user's file."""

from __future__ import annotations

import sys

if sys.platform != "win32":
    import resource

SECONDS_PER_BYTE = 1 / (10 * 2**20)


def limit_memory(size: int) -> None:
    """Limit the memory of this process, where the system can.

    Args:
        size: bytes.
    """
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def limit_cpu(seconds: float) -> None:
    """End this process after some seconds on the processor, where the system can.

    A later call may raise the limit again.
    """
    if sys.platform != "win32":
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds + 1), hard))
