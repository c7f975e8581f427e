"""Worker: loads the app in a worker process and sets its signals."""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any, NoReturn

from exohabit.service.settings import SHARED

LOADED, _FAILED = "loaded", "failed"
"""Files in the shared folder. The first is not empty once a worker has loaded the app; the second
exists once a worker has reported why it cannot."""


@contextmanager
def sigterm_blocked() -> Iterator[None]:
    """Block SIGTERM here and in forked workers.

    Until `load_app`, a worker has the server's handlers, and the signal would have no effect.
    """
    if not hasattr(signal, "pthread_sigmask"):  # on Windows, which does not fork
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def load_app(target: str) -> Callable[..., Any]:
    """Load the app in a worker."""
    if hasattr(os, "setpgrp"):
        os.setpgrp()  # Ctrl-C reaches only the server; a forked worker has done this already
    for each in (signal.SIGINT, signal.SIGTERM):
        # The inherited handlers do not end a worker; granian sets its own later.
        signal.signal(each, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    _use_batch_scheduling()
    threading.Thread(target=_follow_server, daemon=True).start()
    module, _, factory = target.partition(":")
    shared = Path(os.environ[SHARED])
    try:
        app: Callable[..., Any] = getattr(importlib.import_module(module), factory)()
    except SystemExit as error:
        _report_once(error, shared)
    with suppress(OSError):  # the disk is full, but the worker can answer
        os.truncate(shared / LOADED, 1)  # takes no space, so it works on a full disk
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
