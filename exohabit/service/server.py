"""Server: the program that checks the settings and files, then starts the workers.

The service always runs as `python -m exohabit.service.server app:create_app`: from make, in a
container, under systemd.

Warning: a model that was loaded before the fork hangs when a worker predicts. So this process
imports neither the app nor the model; each worker loads them. Errors that would stop every worker
are checked here, before the first one starts. Errors that only a loaded model shows are reported by
a worker; as long as no worker has loaded the app, the end of a worker ends the server.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import ExitStack
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from typing import NoReturn

from exohabit.catalog.reader import is_there
from exohabit.catalog.rows import CatalogError
from exohabit.catalog.scored_catalog import score_in_new_process, share_catalog
from exohabit.scoring.manifest import check_files, read_manifest
from exohabit.service import startup
from exohabit.service.api_keys import read_keys
from exohabit.service.draining_server import DrainingServer
from exohabit.service.settings import SHARED, Settings
from exohabit.service.shared_folder import new_folder
from exohabit.service.worker import load_app

_SIGNAL_STATUS = 128
"""A process that a signal ends has this exit status plus the number of the signal."""


def main(target: str) -> None:
    """Serve the app of a factory, given as module:function, until a signal stops it."""
    for each in (signal.SIGINT, signal.SIGTERM):  # until granian handles them
        signal.signal(each, _exit)
    _serve(target)


def _exit(number: int, _frame: FrameType | None) -> NoReturn:
    """End the process as if the signal had, but remove its files and end its child."""
    sys.exit(_SIGNAL_STATUS + number)


def _serve(target: str) -> None:
    _open_standard_streams()
    settings = startup.read_settings()
    with startup.stop_on_error(settings):
        check_files(settings.model_root, settings.model_sha256)
        if settings.keys_file:
            read_keys(settings.keys_file)
    address = startup.find_address(settings)
    for warning in (_exposure_warning(address, settings.proxies), startup.slots_warning(settings)):
        if warning:
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
