"""Progress: a bar on a terminal, one line a minute elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

EVERY_SECONDS = 60.0
Report = Callable[[int], None]
"""Takes the number of planets that were scored since the last call."""


@contextmanager
def report_progress(total: int, done: int) -> Iterator[Report]:
    """Report how many planets of a run are scored, on standard error.

    Args:
        total: planets of the run.
        done: those that an earlier run has scored.
    """
    if sys.stderr.isatty():
        with tqdm(total=total, initial=done, unit=" planets", unit_scale=True) as bar:
            yield bar.update
        return
    lines = _Lines(total, done)
    yield lines.add


class _Lines:
    def __init__(self, total: int, done: int) -> None:
        self._total, self._done = total, done
        self._next = time.monotonic() + EVERY_SECONDS

    def add(self, planets: int) -> None:
        self._done += planets
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY_SECONDS
            share = self._done / max(self._total, 1)
            print(f"{self._done:,} of {self._total:,} planets ({share:.0%})", file=sys.stderr)
