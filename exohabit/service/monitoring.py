"""Monitoring: the id that follows a request, its line in the log, and whether the service is well.

The trap: what a client sends ends up in whatever reads logs and metrics. So routes are named by
their templates, and of a client nothing is kept: no body, no address, and of its key the name.
"""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path
from random import getrandbits
from time import perf_counter
from typing import Any

import msgspec
from flask import Flask
from werkzeug.exceptions import ServiceUnavailable

from exohabit.science.columns import COLUMNS
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.manifest import BundleError
from exohabit.service.log_writer import EVENT
from exohabit.service.metrics import Metrics
from exohabit.service.request_state import Exchange, Headers, Remark, steps
from exohabit.service.settings import DRAINING, SHARED, Settings
from exohabit.service.shared_folder import free_bytes

HEADER = "X-Request-ID"
TRACE_HEADER = "traceparent"
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TRACE = re.compile(
    r"(?:00(?!.{54})|(?!00|ff)[0-9a-f]{2})"  # of a later version more may follow
    r"-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-[\x21-\x7e]{0,200})?"
)
"""As W3C's Trace Context has it."""
_LEAST_FREE = 2**20
"""Bytes below which the service is not ready: large requests need space, and so do new counts."""
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Follow every request: its id, how long it took, what came of it."""
    bundle: Bundle | None = app.extensions["exohabit"]
    settings: Settings = app.config["EXOHABIT"]
    version = bundle.version if bundle else "none"
    app.extensions["exohabit-metrics"] = Metrics(version, settings.keys_file)
    steps(app).remark(_closing(metrics(app)))


def request_id(exchange: Exchange) -> str:
    """Return the id of a request: the client's if well-formed, else a new one."""
    if exchange.request_id is None:
        given = exchange.header("X_REQUEST_ID")
        if not given or not _WELL_FORMED.fullmatch(given):
            # Unique, not secret: the system's own source would let go of Python's lock each time.
            given = f"{getrandbits(128):032x}"
        exchange.request_id = given
    return exchange.request_id


def metrics(app: Flask) -> Metrics:
    """Return the counts of an app."""
    found: Metrics = app.extensions["exohabit-metrics"]
    return found


class NotReady(ServiceUnavailable):
    """The service is up and must not be asked now; the text says why."""

    failure = "not_ready"

    def __init__(self, why: str) -> None:
        super().__init__(why, retry_after=1)


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """That the service is alive, with which model and which columns it takes."""

    status: str = "success"
    health: str = "alive"
    model_version: str
    columns: tuple[str, ...] = tuple(column.name for column in COLUMNS)


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """That the service may be asked: its model scores known planets as it did when it was made."""

    status: str = "success"
    ready: bool = True
    model_version: str


def check_ready(bundle: Bundle) -> Readiness:
    """Judge the model's golden planets.

    Raises:
        NotReady: they are judged differently, there is no space for temporary files, or the service
            is about to end.
    """
    folder = os.environ.get(SHARED)
    if folder and Path(folder, DRAINING).exists():
        raise NotReady("The service is about to end: it finishes what it has begun.")
    if free_bytes() < _LEAST_FREE:
        raise NotReady("The disk for temporary files is full: small requests are answered anyway.")
    try:
        bundle.check_golden()
    except BundleError as error:
        raise NotReady(str(error)) from error
    return Readiness(model_version=bundle.version)


def bundle_of(app: Flask) -> Bundle:
    """Return the model of an app; raises NotReady if there is none."""
    bundle: Bundle | None = app.extensions["exohabit"]
    if bundle is None:
        raise NotReady("The model is not loaded.")
    return bundle


def _closing(metrics: Metrics) -> Remark:
    """Return the last step of every exchange: it is counted, timed, logged and named."""

    def close(exchange: Exchange, status: int) -> Headers:
        seconds = perf_counter() - exchange.began
        method = exchange.method if exchange.method in _METHODS else "other"
        metrics.count_request(method, exchange.route, status, exchange.failure, seconds)
        follow = [(HEADER, request_id(exchange))]
        given = exchange.header("TRACEPARENT")
        trace = _TRACE.fullmatch(given) if given else None
        if trace:
            follow.append((TRACE_HEADER, trace[0]))
        if log.isEnabledFor(logging.INFO):
            told = {
                "request_id": exchange.request_id,
                "method": method,
                "route": exchange.route,
                "status": status,
                "ms": round(seconds * 1000, 2),
            }
            if_any = {
                "code": exchange.failure,
                "planets": exchange.planets,
                "key": exchange.key_name,
                "trace_id": trace and trace[1],
            }
            _log(told | {name: value for name, value in if_any.items() if value})
        return follow

    return close


def _log(event: dict[str, Any]) -> None:
    # Not log.info: it would look through the stack for who called it, for longer than this all.
    extra = {EVENT: event}
    log.handle(log.makeRecord(log.name, logging.INFO, "", 0, "request", (), None, extra=extra))
