"""Start-up: end the process with one line for each problem, which names the setting to change."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from exohabit.catalog.rows import CatalogError
from exohabit.scoring.manifest import BundleError
from exohabit.service.api_keys import KeysError
from exohabit.service.settings import PREFIX, SettingError, Settings, variable_of


def stop(reason: str) -> NoReturn:
    """End the process because the service cannot start."""
    sys.exit(f"ExoHabit does not start. {reason}")


def read_settings() -> Settings:
    """Read the settings from the environment; end the process if they cannot be used."""
    try:
        return Settings.read(os.environ)
    except SettingError as error:
        stop(str(error))


@contextmanager
def stop_on_error(settings: Settings) -> Iterator[None]:
    """End the process if the model, the keys or the catalogue cannot be used."""
    try:
        yield
    except (BundleError, KeysError, CatalogError) as error:
        stop(explain(error, settings))


def explain(error: BundleError | KeysError | CatalogError, settings: Settings) -> str:
    """Return the text of an error with the setting that it concerns."""
    if isinstance(error, BundleError):
        return f"{error} ({PREFIX}MODEL_ROOT is {settings.model_root})"
    if isinstance(error, CatalogError) and settings.catalog:
        return f"{error} ({PREFIX}CATALOG is {settings.catalog})"
    return str(error)


def find_address(settings: Settings) -> str:
    """Return the IP address to listen on; end the process if that is impossible.

    The workers share their port. Without this check, they would also share it with another service
    that already listens there.
    """
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, ValueError) as error:  # ValueError: the name cannot be encoded
        stop(_explain_address(error, settings))
    return str(address[0])


def slots_warning(settings: Settings) -> str:
    """Return a warning if a worker accepts fewer large requests than the settings say, else ""."""
    most = max(settings.threads - 1, 1)
    if settings.large_requests <= most:
        return ""
    return (
        f"ExoHabit warns: EXOHABIT_LARGE_REQUESTS is {settings.large_requests}, but a worker with "
        f"EXOHABIT_THREADS={settings.threads} accepts {most} at a time: one thread stays free for "
        "small requests."
    )


def _explain_address(error: OSError | ValueError, settings: Settings) -> str:
    """Say why the service cannot listen on the address of the settings, and what to set."""
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        in_force = variable_of("port")
        return (
            f"Port {settings.port} of {settings.host} is in use: set "
            f"{in_force if os.environ.get(in_force) else 'PORT'} to another one."
        )
    host, port = variable_of("host", os.environ), variable_of("port", os.environ)
    reason = getattr(error, "strerror", None) or error
    return f"It cannot listen on {settings.host}, port {settings.port} ({host}, {port}): {reason}."
