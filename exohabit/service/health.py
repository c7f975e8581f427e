"""Health: whether the service is alive, and whether it is ready for requests."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import msgspec
from werkzeug.exceptions import ServiceUnavailable

from exohabit.outputs.response_types import Success
from exohabit.science.columns import COLUMNS
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.manifest import BundleError
from exohabit.service.app_state import AppState
from exohabit.service.settings import DRAINING, SHARED
from exohabit.service.shared_folder import free_bytes

_MIN_FREE_BYTES = 2**20
"""With less disk space, the service is not ready: large requests and metrics need space."""


NO_MODEL = "The model is not loaded."


class NotReady(ServiceUnavailable):
    """The service runs but is not ready for requests; the text says why."""

    error_code = "not_ready"

    def __init__(self, why: str) -> None:
        super().__init__(why, retry_after=1)


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The service is alive, with this model and these columns."""

    status: Success = "success"
    health: Literal["alive"] = "alive"
    model_version: str
    columns: tuple[str, ...] = tuple(column.name for column in COLUMNS)


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """The service is ready: its model scores the golden planets as it should."""

    status: Success = "success"
    ready: bool = True
    model_version: str


def check_ready(app: AppState) -> Readiness:
    """Score the model's golden planets.

    Raises:
        NotReady: they score differently, there is no model or no space for temporary files, or
            the service is stopping.
    """
    folder = os.environ.get(SHARED)
    if folder and Path(folder, DRAINING).exists():
        raise NotReady("The service is stopping: send new requests elsewhere.")
    _check_space()
    bundle = loaded_bundle(app)
    try:
        bundle.check_golden()
    except BundleError as error:
        raise NotReady(str(error)) from error
    return Readiness(model_version=bundle.version)


def _check_space() -> None:
    """Raise NotReady unless there is space for temporary files."""
    try:
        is_full = free_bytes() < _MIN_FREE_BYTES
    except OSError as error:
        raise NotReady(
            "The folder for temporary files cannot be used: only small requests are answered."
        ) from error
    if is_full:
        raise NotReady("The disk for temporary files is full: only small requests are answered.")


def loaded_bundle(app: AppState) -> Bundle:
    """Return the model of an app.

    Raises:
        NotReady: there is none, because the app was created for a `flask` command.
    """
    if app.bundle is None:
        raise NotReady(NO_MODEL)
    return app.bundle
