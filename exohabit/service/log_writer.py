"""Logs: one line a request on standard output, as JSON for programs or as text for people.

The trap: whoever reads standard output can stop reading, and then a write waits for ever, and the
service with it. So lines are handed to a thread; what it cannot write, or has no room for, is lost,
and counted.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from flask import Flask

from exohabit.service.app_state import app_state

EVENT = "event"
"""Attribute of a log record that holds its figures, by name."""
_FIRST = ("status", "method", "route")
"""Figures that people look for first; they need no name."""
_STDOUT = 1
_ROOM = 10_000
"""Lines that may wait to be written."""
_GATHER_SECONDS = 0.02
"""How long lines are gathered before they are written at once."""
_LAST_SECONDS = 1.0
"""How long the end of the process waits for the last lines."""


def init_app(app: Flask) -> None:
    """Write what the service logs to standard output, unless the settings say off."""
    state = app_state(app)
    settings = state.settings
    log = logging.getLogger(__package__)
    for handler in [each for each in log.handlers if isinstance(each, LineWriter)]:
        log.removeHandler(handler)
        handler.close()
    if settings.log == "off":
        log.setLevel(logging.WARNING)
        return
    # No line says them, and to find them out takes longer than to write it.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    writer = LineWriter(_STDOUT, state.metrics.log_lines_lost.inc)
    writer.setFormatter(_formatter(settings.log))
    log.addHandler(writer)
    log.setLevel(logging.INFO)


def _formatter(form: str) -> logging.Formatter:
    if form == "auto":
        form = "text" if sys.stdout and sys.stdout.isatty() else "json"
    return TextFormatter() if form == "text" else JSONFormatter()


class JSONFormatter(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **getattr(record, EVENT, {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


class TextFormatter(logging.Formatter):
    """A record as people read it."""

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        event: dict[str, Any] | None = getattr(record, EVENT, None)
        if event is None:
            text = f"{when} {record.levelname} {record.getMessage()}"
        else:
            rest = {name: value for name, value in event.items() if name not in _FIRST}
            told = [*(str(event.get(name, "")) for name in _FIRST), f"{rest.pop('ms', '?')} ms"]
            text = " ".join([when, *told, *(f"{name}={value}" for name, value in rest.items())])
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


class LineWriter(logging.Handler):
    """Writes lines to a file descriptor, in a thread that begins with the first of them."""

    def __init__(self, descriptor: int, on_loss: Callable[[int], None]) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._on_loss = on_loss
        self._records: deque[logging.LogRecord] = deque()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def emit(self, record: logging.LogRecord) -> None:
        if len(self._records) >= _ROOM:
            self._on_loss(1)
            return
        self._records.append(record)
        if self._thread is None:
            self._thread = threading.Thread(target=self._write, name="log", daemon=True)
            self._thread.start()
        if not self._wake.is_set():
            self._wake.set()

    def flush(self) -> None:
        """Wait for the lines to be written, but not for long."""
        end = time.monotonic() + _LAST_SECONDS
        while self._records and self._thread and time.monotonic() < end:
            time.sleep(_GATHER_SECONDS)

    def close(self) -> None:
        """End the thread once it has written what there is."""
        self._is_closed = True
        self._wake.set()
        super().close()

    def _write(self) -> None:
        while not self._is_closed or self._records:
            self._wake.wait()
            self._wake.clear()
            time.sleep(_GATHER_SECONDS)
            records = [*self._records]
            left = b"".join(map(self._line, records))
            try:
                while left:
                    left = left[os.write(self._descriptor, left) :]
            except OSError:
                self._on_loss(left.count(b"\n"))
            for _ in records:  # only now: whoever flushes waits until they are written
                self._records.popleft()

    def _line(self, record: logging.LogRecord) -> bytes:
        """Return the line of a record; here and not for each request, for many at once go fast."""
        try:
            return self.format(record).encode("utf-8", "backslashreplace") + b"\n"
        except Exception:
            self.handleError(record)
            return b""
