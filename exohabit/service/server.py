"""Server: starts the workers, replaces those that die, and stops without losing a request.

The service always runs as `python -m exohabit.service.server app:create_app`: from make, in a
container, under systemd. granian does the work; this module configures it and stops it gracefully.

Warning: a model that was loaded before the fork hangs when a worker predicts. So this process
imports neither the app nor the model; each worker loads them. Errors that would stop every worker
are checked here, before the first one starts. Errors that only a loaded model shows are reported by
a worker; as long as no worker has loaded the app, the end of a worker ends the server.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import ExitStack, suppress
from copy import deepcopy
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from granian.constants import HTTPModes, Interfaces
from granian.log import LOGGING_CONFIG
from granian.server.mp import MPServer

from exohabit.catalog.preparation import score_in_new_process, share_catalog
from exohabit.catalog.reader import is_there
from exohabit.catalog.rows import CatalogError
from exohabit.scoring.manifest import check_files, read_manifest
from exohabit.service import startup
from exohabit.service.api_keys import read_keys
from exohabit.service.settings import DRAINING, SHARED, Settings
from exohabit.service.shared_folder import new_folder
from exohabit.service.worker import LOADED, load_app, sigterm_blocked

_IN_FLIGHT_SECONDS, _KILL_SECONDS = 9, 1
"""Seconds we wait, then seconds granian waits before it kills: 10 in all."""
_POLL_SECONDS = 0.02
_SIGNALLED = 128
"""A process that a signal ends has this exit status plus the number of the signal."""


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
        self._loaded = shared / LOADED
        self._is_draining = False
        self._in_flight_seconds = _IN_FLIGHT_SECONDS

    def signal_handler_interrupt(self, *args: Any, **_kwargs: Any) -> None:
        """Let `/ready` answer 503 for a while, then stop.

        A second signal, or one before a worker has loaded the app, skips the while. Ctrl-C while
        the server stops ends requests in progress. (make passes on a SIGTERM that the server has
        received too, so a second SIGTERM does not.)
        """
        if self.interrupt_signal and signal.SIGINT in args:
            self._in_flight_seconds = 0
        if self._is_draining or not self._drain_seconds or not self._loaded.exists():
            self._stop()
            return
        self._is_draining = True
        with suppress(OSError):  # a full disk must not prevent the end
            self._draining_file.touch()
        stop = threading.Timer(self._drain_seconds, self._stop)
        stop.daemon = True
        stop.start()

    def _stop(self) -> None:
        """Let granian stop, and take the end of a worker for expected from now on."""
        for worker in self.wrks:
            worker.interrupt_by_parent = True
        super().signal_handler_interrupt()  # type: ignore[no-untyped-call]

    def _spawn_workers(self, *args: Any, **kwargs: Any) -> None:
        """Start the workers with SIGTERM blocked; each unblocks it in `load_app`."""
        with sigterm_blocked():
            super()._spawn_workers(*args, **kwargs)  # type: ignore[no-untyped-call]

    def _respawn_workers(self, *args: Any, **kwargs: Any) -> None:
        """Replace workers that have died, unless none has ever loaded the app."""
        if not self._loaded.exists():
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


def main(target: str) -> None:
    """Serve the app of a factory, given as module:function, until a signal stops it."""
    for each in (signal.SIGINT, signal.SIGTERM):  # until granian handles them
        signal.signal(each, _exit)
    _serve(target)


def _exit(number: int, _frame: FrameType | None) -> NoReturn:
    """End the process as if the signal had, but remove its files and end its child."""
    sys.exit(_SIGNALLED + number)


def _serve(target: str) -> None:
    _open_standard_streams()
    settings = startup.read_settings()
    with startup.stop_on_error(settings):
        check_files(settings.model_root, settings.model_sha256)
        if settings.keys_file:
            read_keys(settings.keys_file)
    address = startup.find_address(settings)
    if warning := _exposure_warning(address, settings.proxies):
        print(warning, file=sys.stderr)
    with ExitStack() as stack:
        try:
            shared = stack.enter_context(new_folder())
        except OSError as error:
            startup.stop(f"It cannot write temporary files (TMPDIR): {error}.")
        _share_catalog(settings, shared)
        os.environ[SHARED] = str(shared)
        # OpenBLAS would otherwise start threads in every process; nothing uses them.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        if hasattr(os, "register_at_fork"):
            # At once, so that a signal to all processes of a terminal reaches only the server.
            os.register_at_fork(after_in_child=os.setpgrp)
        DrainingServer(target, settings, address, shared).serve(target_loader=load_app)


def _share_catalog(settings: Settings, shared: Path) -> None:
    """Share the catalogue with the workers; without a usable one in the package, warn."""
    with startup.stop_on_error(settings):
        version = read_manifest(settings.model_root).model_version
        try:
            share_catalog(settings.catalog, shared, version, score_in_new_process)
        except CatalogError as error:
            if settings.catalog:
                raise
            print(f"ExoHabit warns: known planets cannot be looked up: {error}", file=sys.stderr)
        if settings.catalog and not is_there(settings.catalog):
            print(_missing_warning(settings.catalog), file=sys.stderr)


def _exposure_warning(address: str, proxies: int) -> str:
    """Return a warning if other machines reach the service without a proxy, otherwise "".

    granian has no time limit for receiving a body, and a waiting request occupies a thread.
    """
    if proxies or ip_address(address.partition("%")[0]).is_loopback:
        return ""
    return (
        f"ExoHabit warns: other machines can reach it at {address}, and EXOHABIT_PROXIES is 0. A "
        "few clients that send a body slowly can block it: use a proxy that buffers requests, as "
        "in deploy/nginx.conf."
    )


def _missing_warning(catalog: Path) -> str:
    return (
        f"ExoHabit warns: there is no file {catalog} (EXOHABIT_CATALOG). The catalogue in the "
        "package is used until there is one."
    )


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


def _open_standard_streams() -> None:
    """Open closed standard streams; otherwise the next socket would become standard output."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


if __name__ == "__main__":
    if len(sys.argv) != 2 or ":" not in sys.argv[1]:
        sys.exit(
            "usage: python -m exohabit.service.server app:create_app\n"
            "PORT, HOST and the settings of docs/operations.md are read from the environment."
        )
    main(sys.argv[1])
