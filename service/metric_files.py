"""Metric files: where prometheus_client keeps the counts that the workers of a server share.

The trap: it maps files into memory that have a size but no pages. On a full disk, the first write
to such a page kills the process with SIGBUS. So here every page is written before it is mapped.
"""

from __future__ import annotations

import logging
import os
from functools import partial
from pathlib import Path

from prometheus_client import values
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.values import MultiProcessValue, MutexValue

from service.shared_folder import slot

_KINDS = ("counter", "histogram")
_FIRST_SIZE = 2**17
"""Bytes of a new file, for some 500 counts; a file that is full doubles."""
_ENTRY = 16
"""Bytes of a value and its time."""
_OVERHEAD = 2 * _ENTRY + 12
"""Bytes that a count takes beyond its key, at most (value, time, length, padding), and `unread`."""

log = logging.getLogger(__name__)


class _Positions(dict[str, int]):
    """Where counts are in a file; those without a place share one at its end that nobody reads."""

    unread = 0

    def __missing__(self, key: str) -> int:
        return self.unread


class AllocatedDict(MmapedDict):
    """prometheus_client's counts in a file, all of whose pages exist.

    If there is no space for a new count, it stays in the worker's memory and is written with its
    whole value as soon as there is. `write_value` is left as it is: a request calls it six times.
    """

    _positions: _Positions

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        if not read_mode:
            allocate(Path(filename), _FIRST_SIZE)
        super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]
        self._positions = _Positions(self._positions)
        self._positions.unread = self._capacity - _ENTRY

    def _init_value(self, key: str) -> None:
        if self._used + len(key.encode()) + _OVERHEAD > self._capacity:
            try:
                allocate(Path(self._fname), 2 * self._capacity)
            except OSError:
                return  # the next write tries again
        super()._init_value(key)  # type: ignore[no-untyped-call]
        self._positions.unread = self._capacity - _ENTRY

    def read_value(self, key: str) -> tuple[float, float]:
        """Return a count and its time; of a new one that finds no space, zeros."""
        if key not in self._positions:
            self._init_value(key)
        if key not in self._positions:
            return 0.0, 0.0
        value, timestamp = super().read_value(key)  # type: ignore[no-untyped-call]
        return value, timestamp


def allocate(path: Path, size: int) -> None:
    """Fill a file with zeros up to a size, or leave it as it was.

    Raises:
        OSError: there is no space.
    """
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        before = os.fstat(file).st_size
        try:
            while (missing := size - os.fstat(file).st_size) > 0:
                os.write(file, bytes(missing))
        except OSError:
            os.ftruncate(file, before)
            if before == 0:
                path.unlink()
            raise
    finally:
        os.close(file)


def count_in(shared: str) -> None:
    """Have prometheus_client count in files of a folder, under the name of this worker's slot.

    Where they find no space, this worker counts in its own memory: it must answer, even uncounted.
    """
    try:
        for kind in _KINDS:
            allocate(Path(shared, f"{kind}_{slot(shared)}.db"), _FIRST_SIZE)
    except OSError as error:
        log.warning("this worker's requests are missing in /metrics: %s has no space", shared)
        log.debug("%s", error)
        values.ValueClass = MutexValue
        return
    values.MmapedDict = AllocatedDict  # type: ignore[attr-defined]
    values.ValueClass = MultiProcessValue(partial(slot, shared))  # type: ignore[no-untyped-call]
