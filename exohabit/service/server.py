"""Server: starts the workers, replaces those that die, and stops without losing a request.

The service always runs as `python -m exohabit.service.server app:create_app`: from make, in a
container, under systemd. granian does the work; this module configures it and stops it gracefully.

Warning: a model that was loaded before the fork hangs when a worker predicts. So this process
imports neither the app nor the model; each worker loads them. Errors that would stop every worker
are checked here, before the first one starts. Errors that only a loaded model shows are reported by
a worker; as long as no worker has loaded the app, the end of a worker ends the server.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from copy import deepcopy
from ipaddress import ip_address
from multiprocessing.util import Finalize
from pathlib import Path
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

_LOADED, _FAILED = "loaded", "failed"
"""Files in the shared folder: a worker has loaded the app; one has reported why it cannot."""
_IN_FLIGHT_SECONDS = 10
"""Time for requests in progress to finish when the server stops."""


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
            workers_kill_timeout=_IN_FLIGHT_SECONDS,
            log_dictconfig=_to_standard_error(),
        )
        self._drain_seconds = settings.drain_seconds
        self._draining_file = shared / DRAINING
        self._loaded = shared / _LOADED
        self._is_draining = False

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        """Let `/ready` answer 503 for a while, then stop; a second signal stops at once."""
        if self._is_draining or not self._drain_seconds:
            super().signal_handler_interrupt(*args, **kwargs)  # type: ignore[no-untyped-call]
            return
        self._is_draining = True
        with suppress(OSError):  # a full disk must not prevent the end
            self._draining_file.touch()
        stop = threading.Timer(self._drain_seconds, super().signal_handler_interrupt)
        stop.daemon = True
        stop.start()

    def _respawn_workers(self, *args: Any, **kwargs: Any) -> None:
        """Replace workers that have died, unless none has ever loaded the app."""
        if not self._loaded.exists():
            self.shutdown(exit_code=1)  # type: ignore[no-untyped-call]
        super()._respawn_workers(*args, **kwargs)

    def signal_handler_reload(self, *args: Any, **kwargs: Any) -> None:
        """Stop, because the terminal was closed.

        granian would replace the workers one by one, even if the new ones cannot load the model.
        """
        self.signal_handler_interrupt(*args, **kwargs)


def main(target: str) -> None:
    """Serve the app of a factory, given as module:function, until a signal stops it."""
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
        with startup.stop_on_error(settings):
            version = read_manifest(settings.model_root).model_version
            try:
                share_catalog(settings.catalog, shared, version, score_in_new_process)
            except CatalogError as error:
                if settings.catalog:
                    raise
                print(
                    f"ExoHabit warns: known planets cannot be looked up: {error}", file=sys.stderr
                )
            if settings.catalog and not is_there(settings.catalog):
                print(_missing_warning(settings.catalog), file=sys.stderr)
        os.environ[SHARED] = str(shared)
        # OpenBLAS would otherwise start threads in every process; nothing uses them.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        DrainingServer(target, settings, address, shared).serve(target_loader=_load)


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


def _load(target: str) -> Callable[..., Any]:
    """Load the app in a worker."""
    for each in (signal.SIGINT, signal.SIGTERM):
        # The inherited handlers do not end a worker; granian sets its own later.
        signal.signal(each, signal.SIG_DFL)
    if hasattr(os, "setpgrp"):
        os.setpgrp()  # Ctrl-C reaches only the server, which then stops the workers one by one
    _use_batch_scheduling()
    threading.Thread(target=_follow_server, daemon=True).start()
    module, _, factory = target.partition(":")
    shared = Path(os.environ[SHARED])
    try:
        app: Callable[..., Any] = getattr(importlib.import_module(module), factory)()
    except SystemExit as error:
        _report_once(error, shared)
    with suppress(OSError):  # the disk is full, but the worker can answer
        (shared / _LOADED).touch()
    Finalize(None, logging.shutdown, exitpriority=0)  # multiprocessing runs no atexit functions
    return app


def _use_batch_scheduling() -> None:
    """Prevent the threads of this process from preempting each other.

    By default, Linux preempts a thread that is predicting when another one wakes up to send an
    answer. After that, predicting takes half as long again, because the processor's caches were
    overwritten. A policy that the operator has set is kept.
    """
    if hasattr(os, "SCHED_BATCH") and os.sched_getscheduler(0) == os.SCHED_OTHER:
        with suppress(OSError):  # not allowed here
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def _report_once(error: SystemExit, shared: Path) -> NoReturn:
    """End with the reason why the app does not start, unless another worker has reported it."""
    try:
        (shared / _FAILED).touch(exist_ok=False)
    except FileExistsError:
        sys.exit(1)
    except OSError:  # reporting the error twice is better than not at all
        pass
    raise error


def _follow_server() -> None:
    """End when the server ends, even if it was killed."""
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os.kill(os.getpid(), signal.SIGTERM)


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
