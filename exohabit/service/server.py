"""Server: starts the workers, keeps them running, and ends without losing a request.

`python -m exohabit.service.server` is how the service runs everywhere: from make, in a container, under
systemd. granian does the work; here is what it takes from the settings, and what happens between
SIGTERM and the end.

The trap: a model that was loaded before the fork hangs when a worker predicts. So this process
imports neither the app nor the model, and each worker loads them for itself. What keeps every
worker from it is found out here, before the first of them. What only a loaded model tells, a worker
says; while none has ever loaded it, a worker that ends takes the server with it.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import signal
import socket
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

from exohabit.scoring.manifest import BundleError, check_files
from exohabit.service.api_keys import KeysError, read_keys
from exohabit.service.settings import DRAINING, SHARED, SettingError, Settings
from exohabit.service.shared_folder import new_folder

_LOADED, _FAILED = "loaded", "failed"
"""Files in the shared folder: a worker has loaded the app; one has said why it cannot."""
_IN_FLIGHT_SECONDS = 10
"""How long requests that have begun may take after the end was asked for."""


class DrainingServer(MPServer):
    """A server that says that it is about to end before it does."""

    def __init__(self, target: str, settings: Settings, address: str, shared: Path) -> None:
        super().__init__(
            target,
            address,
            settings.port,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,  # of HTTP/2, a request cancelled as it is sent holds its thread
            workers=settings.workers,
            blocking_threads=settings.threads,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=_IN_FLIGHT_SECONDS,
            log_dictconfig=_to_standard_error(),
        )
        self._drain_seconds = settings.drain_seconds
        self._mark = shared / DRAINING
        self._loaded = shared / _LOADED
        self._is_draining = False

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        """Let `/ready` say no for a while, then stop; a second signal stops at once."""
        if self._is_draining or not self._drain_seconds:
            super().signal_handler_interrupt(*args, **kwargs)  # type: ignore[no-untyped-call]
            return
        self._is_draining = True
        with suppress(OSError):  # a full disk must not keep it from ending
            self._mark.touch()
        stop = threading.Timer(self._drain_seconds, super().signal_handler_interrupt)
        stop.daemon = True
        stop.start()

    def _respawn_workers(self, *args: Any, **kwargs: Any) -> None:
        """Replace workers that have died, unless none of them ever came as far as to answer."""
        if not self._loaded.exists():
            self.shutdown(exit_code=1)  # type: ignore[no-untyped-call]
        super()._respawn_workers(*args, **kwargs)

    def signal_handler_reload(self, *args: Any, **kwargs: Any) -> None:
        """End, as when the terminal is closed.

        granian would replace the workers one by one, also by such as cannot load their model.
        """
        self.signal_handler_interrupt(*args, **kwargs)


def main(target: str) -> None:
    """Serve an app factory, named as module:function, until a signal ends it."""
    _open_standard_streams()
    try:
        settings = Settings.read(os.environ)
        check_files(settings.model_root, settings.model_sha256)
        if settings.keys_file:
            read_keys(settings.keys_file)
    except (SettingError, BundleError, KeysError) as error:
        sys.exit(f"ExoHabit does not start. {error}")
    address = _free_address(settings)
    if warning := _exposure(address, settings.proxies):
        print(warning, file=sys.stderr)
    with ExitStack() as at_the_end:
        try:
            shared = at_the_end.enter_context(new_folder())
        except OSError as error:
            sys.exit(f"ExoHabit does not start. It cannot write temporary files: {error}.")
        os.environ[SHARED] = str(shared)
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # else a pool for each process, unused
        DrainingServer(target, settings, address, shared).serve(target_loader=_load)


def _exposure(address: str, proxies: int) -> str:
    """Return a warning if other machines reach the service without a proxy, else nothing.

    granian waits for ever for the rest of a body, and a waiting request holds a thread.
    """
    if proxies or ip_address(address.partition("%")[0]).is_loopback:
        return ""
    return (
        "ExoHabit warns: other machines can reach it at " + address + ", and no proxy is "
        "set (EXOHABIT_PROXIES). A few clients that send a body slowly block it: put a proxy in "
        "front that reads requests whole, as deploy/nginx.conf does."
    )


def _free_address(settings: Settings) -> str:
    """Return the address to listen at; ends the process if it is none of this machine, or taken.

    The workers share their port, and would share it with another service that is still there.
    """
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, place = found[0]
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        where = f"{settings.host}, port {settings.port}"
        sys.exit(f"ExoHabit does not start. It cannot listen at {where}: {error.strerror}.")
    return str(place[0])


def _load(target: str) -> Callable[..., Any]:
    """Load the app in a worker."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_DFL)  # until granian's own: the server's do not end a worker
    if hasattr(os, "setpgrp"):
        os.setpgrp()  # Ctrl-C is for the server, which then stops the workers one by one
    _be_patient()
    threading.Thread(target=_follow_server, daemon=True).start()
    module, _, factory = target.partition(":")
    shared = Path(os.environ[SHARED])
    try:
        app: Callable[..., Any] = getattr(importlib.import_module(module), factory)()
    except SystemExit as error:
        _say_once(error, shared)
    with suppress(OSError):  # the disk is full; the worker answers nevertheless
        (shared / _LOADED).touch()
    Finalize(None, logging.shutdown, exitpriority=0)  # a process of multiprocessing runs no atexit
    return app


def _be_patient() -> None:
    """Have threads of this process, all of which are yet to come, not interrupt each other.

    By itself Linux hands the processor to whoever wakes up: at every answer, to the thread that
    sends it. To judge from where it was interrupted then takes half as long again, with the
    processor's caches full of other things. What the operator has decided stays.
    """
    if hasattr(os, "SCHED_BATCH") and os.sched_getscheduler(0) == os.SCHED_OTHER:
        with suppress(OSError):  # where even that is not allowed
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def _say_once(error: SystemExit, shared: Path) -> NoReturn:
    """End with the reason why the app does not start, unless another worker has just given it."""
    try:
        (shared / _FAILED).touch(exist_ok=False)
    except FileExistsError:
        sys.exit(1)
    except OSError:  # it is better to report the error twice than not at all
        pass
    raise error


def _follow_server() -> None:
    """End with the server, even if it was killed."""
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _to_standard_error() -> dict[str, Any]:
    """Return granian's logging, away from standard output, which is for one line a request.

    Without its remark that a few threads are many on one core: one judges, others read and write.
    """
    ours = deepcopy(LOGGING_CONFIG)
    for handler in ours["handlers"].values():  # type: ignore[attr-defined]
        handler["stream"] = "ext://sys.stderr"
        handler["filters"] = ["unasked"]
    unasked = {"()": lambda: lambda record: "Python threads" not in record.getMessage()}
    return {**ours, "filters": {"unasked": unasked}}


def _open_standard_streams() -> None:
    """Open what was closed: else the next socket would be taken for standard output."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m exohabit.service.server app:create_app")
    main(sys.argv[1])
