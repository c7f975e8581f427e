"""Metric files: prometheus_client keeps the shared counts of a server's workers in them.

Warning: prometheus_client maps files into memory whose pages are not yet on disk. If the disk is
full, the first write to such a page kills the process with SIGBUS. So this module fills the files
with zeros before prometheus_client opens them, and makes them large enough that they never grow.
"""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from prometheus_client import values
from prometheus_client.values import MultiProcessValue, MutexValue

from exohabit.service.shared_folder import slot

_SIZES = {"counter": 2**21, "histogram": 2**17, "gauge_livesum": 2**12}
"""Bytes of a worker's files: space for a count of every method, route, status and code."""

log = logging.getLogger(__name__)


def count_in(shared: str) -> bool:
    """Make prometheus_client count in files of a folder, named after this worker's slot.

    If there is no space for them, this worker counts in its own memory. It still answers, but
    /metrics does not include its requests.

    Returns:
        Whether this worker continues the files of one that has died.
    """
    try:
        files = {Path(shared, f"{kind}_{slot(shared)}.db"): size for kind, size in _SIZES.items()}
        is_replacement = all(path.exists() for path in files)
        for path, size in files.items():
            allocate(path, size)
    except OSError as error:
        log.warning("this worker's requests are missing in /metrics: %s", error)
        values.ValueClass = MutexValue
        return False
    values.ValueClass = MultiProcessValue(partial(slot, shared))  # type: ignore[no-untyped-call]
    return is_replacement


def allocate(path: Path, size: int) -> None:
    """Create a file of zeros. An existing file, left by an earlier worker, is kept.

    Raises:
        OSError: the disk is full. No file is left behind.
    """
    if path.exists():
        return
    unfinished = path.with_suffix(".new")  # a worker may be killed while it writes
    try:
        unfinished.write_bytes(bytes(size))
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
