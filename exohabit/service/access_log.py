"""Access log: the id of every request, its log line and metrics.

Note: programs that trust log and metrics read them. So routes are named by their templates, and
nothing that a client sends is logged except a well-formed id and the name of its key.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from random import getrandbits
from time import perf_counter
from typing import Any

from flask import Flask

from exohabit.service.app_state import AppState, app_state
from exohabit.service.log_writer import EVENT
from exohabit.service.request_state import Headers, RequestState

REQUEST_ID_HEADER = "X-Request-ID"
TRACE_HEADER = "traceparent"
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TRACE = re.compile(
    r"(?:00(?!.{54})|(?!00|ff)[0-9a-f]{2})"  # later versions may be longer
    r"-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-[\x21-\x7e]{0,200})?"
)
"""W3C Trace Context, Level 2."""
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Count, time and log every request, and return its id."""
    state = app_state(app)
    state.hooks.register_after(lambda request, status: _close(state, request, status))
    in_flight, answer = state.metrics.in_flight, app.wsgi_app
    in_flight.set(0)  # the file may still have the number of a killed worker

    def answer_counted(
        environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        with in_flight.track_inprogress():
            return answer(environ, start_response)

    app.wsgi_app = answer_counted  # type: ignore[method-assign]


def request_id(state: RequestState) -> str:
    """Return the id of a request: the client's if well-formed, otherwise a new one."""
    if state.request_id is None:
        given = state.header("X_REQUEST_ID")
        if not given or not _WELL_FORMED.fullmatch(given):
            # Unique but not secret: os.urandom would release Python's lock in every request.
            given = f"{getrandbits(128):032x}"
        state.request_id = given
    return state.request_id


def _close(app: AppState, state: RequestState, status: int) -> Headers:
    """Count, time and log a request; return its id, and the trace that it belongs to."""
    seconds = perf_counter() - state.began
    method = state.method if state.method in _METHODS else "other"
    app.metrics.count_request(method, state.route, status, state.error_code, seconds)
    headers = [(REQUEST_ID_HEADER, request_id(state))]
    given = state.header("TRACEPARENT")
    trace = _TRACE.fullmatch(given) if given else None
    if trace:
        headers.append((TRACE_HEADER, trace[0]))
    if log.isEnabledFor(logging.INFO):
        _log(
            {
                "request_id": state.request_id,
                "method": method,
                "route": state.route,
                "status": status,
                "ms": round(seconds * 1000, 2),
            },
            code=state.error_code,
            planets=state.planets,
            key=state.key_name,
            trace_id=trace and trace[1],
        )
    return headers


def _log(event: dict[str, Any], **if_any: Any) -> None:
    # Not log.info: it searches the stack for its caller, which takes longer than all the rest.
    extra = {EVENT: event | {name: value for name, value in if_any.items() if value}}
    log.handle(log.makeRecord(log.name, logging.INFO, "", 0, "request", (), None, extra=extra))
