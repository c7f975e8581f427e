"""Monitoring: the id that follows a request, its line in the log, and whether the service is well.

The trap: what a client sends ends up in whatever reads logs and metrics. So routes are named by
their templates, and of a client nothing is kept: no body, no address, and of its key the name.
"""

from __future__ import annotations

import logging
import os
import re
import time
import uuid
from pathlib import Path
from typing import Any

import msgspec
from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import ServiceUnavailable

from messages.tally import Tally
from science.columns import COLUMNS
from scoring import Bundle, BundleError
from service.config import DRAINING, SHARED
from service.logs import EVENT
from service.metrics import Metrics

HEADER = "X-Request-ID"
TRACE_HEADER = "traceparent"
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TRACE = re.compile(
    r"(?:00(?!.{54})|(?!00|ff)[0-9a-f]{2})"  # of a later version more may follow
    r"-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-[\x21-\x7e]{0,200})?"
)
"""As W3C's Trace Context has it."""
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Follow every request: its id, how long it took, what came of it."""
    bundle: Bundle | None = app.extensions["exohabit"]
    app.extensions["exohabit-metrics"] = Metrics(bundle.version if bundle else "none")
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """Return the id of the current request: the client's if well-formed, else a new one."""
    known: str | None = g.get("request_id")
    if known is None:
        given = request.headers.get(HEADER, "")
        known = g.request_id = given if _WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
    return known


def count_planets(tally: Tally) -> None:
    """Count the planets that the current request is answered about."""
    g.planets = tally.planets
    metrics().count_planets(tally)


def metrics() -> Metrics:
    """Return the counts of the current app."""
    found: Metrics = current_app.extensions["exohabit-metrics"]
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
        NotReady: they are judged differently, or the service is about to end.
    """
    folder = os.environ.get(SHARED)
    if folder and Path(folder, DRAINING).exists():
        raise NotReady("The service is about to end: it finishes what it has begun.")
    try:
        bundle.check_golden()
    except BundleError as error:
        raise NotReady(str(error)) from error
    return Readiness(model_version=bundle.version)


def _route() -> str:
    """Name the route of the current request, be it asked by a wrong method."""
    if rule := request.url_rule:
        return rule.rule
    known = {each.rule for each in current_app.url_map.iter_rules() if not each.arguments}
    return request.path if request.path in known else "unmatched"


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.began
    route, status, code = _route(), response.status_code, g.get("failure", "")
    method = request.method if request.method in _METHODS else "other"
    metrics().count_request(method, route, status, code, seconds)
    follow = {HEADER: request_id()}
    trace = _TRACE.fullmatch(request.headers.get(TRACE_HEADER, ""))
    if trace:
        follow[TRACE_HEADER] = trace[0]
    response.headers.extend(follow)
    if log.isEnabledFor(logging.INFO):
        event: dict[str, Any] = {
            "request_id": follow[HEADER],
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 2),
        }
        told = {
            "code": code,
            "planets": g.get("planets"),
            "key": g.get("key_name"),
            "trace_id": trace and trace[1],
        }
        extra = {EVENT: event | {k: v for k, v in told.items() if v}}
        # Not log.info: it would look through the stack for who called it, for longer than this all.
        log.handle(log.makeRecord(log.name, logging.INFO, "", 0, "request", (), None, extra=extra))
    return response
