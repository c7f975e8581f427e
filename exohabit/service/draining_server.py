"""Draining server: granian, which announces its end on `/ready` and finishes running requests.

It also ends if no worker can load the app, and logs nothing about workers that end as they should.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LOGGING_CONFIG
from granian.server.mp import MPServer

from exohabit.service.settings import DRAINING, Settings
from exohabit.service.worker import LOADED, sigterm_blocked

_IN_FLIGHT_SECONDS, _KILL_SECONDS = 9, 1
"""Seconds we wait, then seconds granian waits before it kills: 10 in all."""
_POLL_SECONDS = 0.02


class DrainingServer(MPServer):
    """A server that announces on `/ready` that it is going to stop."""

    def __init__(self, target: str, settings: Settings, address: str, shared: Path) -> None:
        super().__init__(
            target,
            address,
            settings.port,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,  # with HTTP/2, a cancelled request never frees its thread
            workers=settings.workers,
            blocking_threads=settings.threads,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=_KILL_SECONDS,
            log_dictconfig=_to_standard_error(),
        )
        self._drain_seconds = settings.drain_seconds
        self._draining_file = shared / DRAINING
        # Held open, because cleaners of temporary folders may remove the file.
        self._loaded = (shared / LOADED).open("wb")
        self._is_draining = False
        self._in_flight_seconds = _IN_FLIGHT_SECONDS

    def signal_handler_interrupt(self, *args: Any, **_kwargs: Any) -> None:
        """Let `/ready` answer 503 for a while, then stop.

        A second signal, or one before a worker has loaded the app, stops at once. Ctrl-C while
        the server stops ends requests in progress. (make passes on a SIGTERM that the server has
        received too, so a second SIGTERM does not.)
        """
        if self.interrupt_signal and signal.SIGINT in args:
            self._in_flight_seconds = 0
        if self._is_draining or not self._drain_seconds or not self._has_loaded():
            self._stop()
            return
        self._is_draining = True
        with suppress(OSError):  # a full disk must not prevent the end
            self._draining_file.touch()
        stop = threading.Timer(self._drain_seconds, self._stop)
        stop.daemon = True
        stop.start()

    def _has_loaded(self) -> bool:
        """Whether any worker has loaded the app since the start."""
        return os.fstat(self._loaded.fileno()).st_size > 0

    def _stop(self) -> None:
        """Stop granian; from now on, workers are expected to end."""
        for worker in self.wrks:
            worker.interrupt_by_parent = True
        super().signal_handler_interrupt()  # type: ignore[no-untyped-call]

    def _spawn_workers(self, *args: Any, **kwargs: Any) -> None:
        """Start the workers with SIGTERM blocked; each unblocks it in `load_app`."""
        with sigterm_blocked():
            super()._spawn_workers(*args, **kwargs)  # type: ignore[no-untyped-call]

    def _respawn_workers(self, *args: Any, **kwargs: Any) -> None:
        """Replace workers that have died, unless none has ever loaded the app."""
        if not self._has_loaded():
            self.shutdown(exit_code=1)  # type: ignore[no-untyped-call]
        with sigterm_blocked():
            super()._respawn_workers(*args, **kwargs)

    def _stop_workers(self) -> None:
        """Stop the workers, and wait until granian knows that they have ended.

        A thread of granian waits for each worker too. Until that thread has seen it end, granian
        thinks the worker is alive and logs that it kills it.
        """
        for worker in self.wrks:
            worker.terminate()  # type: ignore[no-untyped-call]
        began = time.monotonic()
        while any(worker.is_alive() for worker in self.wrks):  # type: ignore[no-untyped-call]
            if time.monotonic() >= began + self._in_flight_seconds:
                break
            time.sleep(_POLL_SECONDS)
        super()._stop_workers()  # type: ignore[no-untyped-call]
        if self.interrupt_signal:  # a signal to all processes may end a worker before the server
            self.interrupt_children.clear()  # granian's exit status would be 1

    def signal_handler_reload(self, *args: Any, **kwargs: Any) -> None:
        """Stop, because the terminal was closed.

        granian would replace the workers one by one, even if the new ones cannot load the model.
        """
        self.signal_handler_interrupt(*args, **kwargs)


def _to_standard_error() -> dict[str, Any]:
    """Return granian's logging configuration, writing to standard error.

    Standard output is for the access log. granian's warning about more threads than cores is
    left out: one thread predicts while others read and write.
    """
    config = deepcopy(LOGGING_CONFIG)
    for handler in config["handlers"].values():  # type: ignore[attr-defined]
        handler["stream"] = "ext://sys.stderr"
        handler["filters"] = ["no_thread_warning"]
    thread_warning = {"()": lambda: lambda record: "Python threads" not in record.getMessage()}
    return {**config, "filters": {"no_thread_warning": thread_warning}}
