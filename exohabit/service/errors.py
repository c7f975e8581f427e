"""Errors: turns every exception into an answer of one shape.

Flask's own error pages are HTML, but their headers are needed (`Allow`, `Retry-After`). So the
response is kept and only its body replaced.
"""

from __future__ import annotations

import difflib
import logging
from functools import partial
from http import HTTPStatus
from typing import Annotated, Literal

import msgspec
from flask import Flask, Response, current_app, request
from msgspec import Meta
from werkzeug.exceptions import BadHost, HTTPException, InternalServerError

from exohabit.inputs.problems import InvalidInput, Problem, RequestError, repr_short
from exohabit.inputs.readers import JSON
from exohabit.service.access_log import request_id
from exohabit.service.app_state import app_state
from exohabit.service.error_kinds import ERROR_KINDS
from exohabit.service.example_request import example_request
from exohabit.service.http_response import (
    PROBLEM_JSON,
    accepted_types,
    prefers_html,
    with_charset,
)
from exohabit.service.log_writer import EVENT
from exohabit.service.request_body import drain, has_unread_body
from exohabit.service.request_state import current_state

_STATUS_OF = {kind.code: kind.status for kind in ERROR_KINDS}
_CODE_OF = {kind.status: kind.code for kind in ERROR_KINDS}

_DRAIN_WAIT_SECONDS = 0.02
"""The body of the request before may be read to its end just when the next one is refused."""

log = logging.getLogger(__name__)


Code = Annotated[str, Meta(title="ErrorCode", extra_json_schema={"enum": list(_STATUS_OF)})]


class ErrorAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An error in the service's own format."""

    status: Literal["error"] = "error"
    code: Code
    message: str
    request_id: str
    problems: list[Problem] | msgspec.UnsetType = msgspec.UNSET
    problem_count: int | msgspec.UnsetType = msgspec.UNSET


class ProblemDetails(msgspec.Struct, frozen=True):
    """The same error in the format of RFC 9457, where `status` is a number."""

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
    code: Code
    request_id: str
    problems: list[Problem] | msgspec.UnsetType = msgspec.UNSET
    problem_count: int | msgspec.UnsetType = msgspec.UNSET


def init_app(app: Flask) -> None:
    """Turn every exception of the app into an answer."""
    app.register_error_handler(RequestError, _answer_request_error)
    app.register_error_handler(HTTPException, _answer_http_exception)
    app.register_error_handler(Exception, _answer_exception)


def _answer_request_error(error: RequestError) -> Response:
    operation = current_state().operation
    has_no_input = bool(operation and operation.planet_in_query) and not request.query_string
    is_input = isinstance(error, InvalidInput)
    example = f". {example_request(current_state())}" if has_no_input and is_input else ""
    if example and has_unread_body(current_state()):
        example = f". The body was not read, because GET has none: send it with POST{example}"
    answer = ErrorAnswer(
        code=error.code,
        message=error.message + example,
        request_id=request_id(current_state()),
        problems=error.problems,
        problem_count=error.problem_count,
    )
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    return _fill(Response(status=_STATUS_OF[error.code], headers=headers), answer)


def _answer_http_exception(error: HTTPException) -> Response:
    response = Response(headers=error.get_response().headers, status=error.code)
    code = getattr(error, "error_code", None) or _CODE_OF.get(response.status_code, "http_error")
    answer = ErrorAnswer(code=code, message=_message(error), request_id=request_id(current_state()))
    return _fill(response, answer)


def _answer_exception(error: Exception) -> Response:
    state = current_state()
    app_state().metrics.failures.inc()
    fields = {"request_id": request_id(state), "method": state.method, "route": state.route}
    log.error("the request failed", exc_info=error, extra={EVENT: fields})
    return _answer_http_exception(InternalServerError())


def _message(error: HTTPException) -> str:
    match error.code:
        case 404:
            prefix = current_state().prefix
            where = f"{repr_short(prefix + current_state().path)}{_did_you_mean(prefix)}"
            return f"There is nothing at {where} GET {prefix}/ lists all endpoints."
        case 405:
            return f"{request.method} is not allowed here. {example_request(current_state())}"
        case 400 if isinstance(error, BadHost) and error.description == BadHost.description:
            return "The Host header is not a valid host name."
        case 500:
            return "The service could not answer. Quote the request_id when you report this error."
        case _:
            return error.description or HTTPStatus(error.code or 500).phrase


def _did_you_mean(prefix: str) -> str:
    """Return the end of a sentence, with the most similar path if there is one."""
    known = [rule.rule for rule in current_app.url_map.iter_rules() if not rule.arguments]
    near = difflib.get_close_matches(request.path[:40].lower().rstrip("/"), known, n=1, cutoff=0.8)
    return f": did you mean {prefix}{near[0]}?" if near else "."


def _fill(response: Response, answer: ErrorAnswer) -> Response:
    """Put the answer into the response, in the format that the client prefers."""
    current_state().error_code = answer.code
    _drain_later(response)
    fill_page = app_state().fill_error_page
    accepted = accepted_types(current_state().header("ACCEPT", JSON))
    is_accepted = PROBLEM_JSON in accepted.values() and accepted[PROBLEM_JSON] > 0
    if fill_page is not None and prefers_html(current_state()):
        fill_page(response, answer)
    elif is_accepted and accepted[PROBLEM_JSON] >= accepted[JSON]:
        response.content_type = with_charset(PROBLEM_JSON)
        response.data = msgspec.json.encode(as_details(answer, response.status_code))
    else:
        response.content_type = with_charset(JSON)
        response.data = msgspec.json.encode(answer)
    return response


def _drain_later(response: Response) -> None:
    """Read the rest of the request's body after the answer is sent.

    If no slot is free for that, the answer announces that the connection is closed.
    """
    if not has_unread_body(current_state()):
        return
    slots = app_state().admission.slots
    if slots.take_drain(_DRAIN_WAIT_SECONDS):
        response.call_on_close(partial(drain, current_state(), slots.free_drain))
    else:
        response.headers["Connection"] = "close"


def as_details(answer: ErrorAnswer, status: int) -> ProblemDetails:
    """Return an error in the format of RFC 9457."""
    fields = msgspec.structs.asdict(answer) | {"status": status}
    detail = fields.pop("message")
    title = HTTPStatus(status).phrase
    return ProblemDetails(type="about:blank", title=title, detail=detail, **fields)
