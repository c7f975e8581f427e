"""Errors: every failure, whatever caused it, in one shape; the only place that knows statuses.

The trap: Flask's own error pages are HTML, and building an answer anew would lose the headers that
belong to it (`Allow`, `Retry-After`). So the body is replaced and the response kept.
"""

from __future__ import annotations

import difflib
import logging
from functools import partial
from http import HTTPStatus
from typing import Annotated, NamedTuple

import msgspec
from flask import Flask, Response, current_app, request
from msgspec import Meta
from werkzeug.exceptions import BadHost, HTTPException, InternalServerError

from exohabit.inputs.limits import MAX_HEADER
from exohabit.inputs.problems import Problem, RequestError, repr_short
from exohabit.inputs.readers import JSON
from exohabit.service.access_log import request_id
from exohabit.service.app_state import app_state
from exohabit.service.http_response import accepted_types, declared
from exohabit.service.request_body import drain, has_unread_body, how_to_ask
from exohabit.service.request_state import current_state

PROBLEM_JSON = "application/problem+json"


class ErrorKind(NamedTuple):
    """A way to fail: the HTTP status, the code for programs, and when it happens."""

    status: int
    code: str
    when: str


ERROR_KINDS = (
    ErrorKind(
        400,
        "invalid_input",
        "a key or column is missing, a value has the wrong type or is out of range, a spectral "
        "type is none, a list is empty, a line of NDJSON is no JSON, a query parameter is unknown",
    ),
    ErrorKind(400, "invalid_json", "the body is no JSON (in UTF-8)"),
    ErrorKind(
        400, "invalid_csv", "the body is no table (CSV in UTF-8, a header and a row at least)"
    ),
    ErrorKind(400, "not_enough_data", "no size, or no way to the light, of a single planet"),
    ErrorKind(
        400,
        "header_too_long",
        f"a header that the service parses, such as Accept, has over {MAX_HEADER:,} characters",
    ),
    ErrorKind(
        400,
        "bad_request",
        "the body ended before its declared size, is not what its Content-Encoding says, or has "
        "over 1,000 gzip members; the service is called by a name that is not its own; or an "
        "HTTP/1.1 request names no host, or two",
    ),
    ErrorKind(
        401,
        "unauthorized",
        "the service asks for a key, and there is none, or one that is not known or has expired",
    ),
    ErrorKind(404, "not_found", "there is nothing at this address"),
    ErrorKind(
        405,
        "method_not_allowed",
        "e.g. GET where POST is meant; the header `Allow` and the message say how to ask",
    ),
    ErrorKind(
        411,
        "length_required",
        "a table (CSV or NDJSON) is sent in chunks; send a Content-Length",
    ),
    ErrorKind(413, "too_many_planets", "more planets than one request may carry"),
    ErrorKind(
        413, "body_too_large", "more bytes than one request may carry, or compressed too far"
    ),
    ErrorKind(
        415,
        "unsupported_media_type",
        "the body is declared as a format or a compression that is not read; the message shows "
        "the corrected command",
    ),
    ErrorKind(
        429,
        "rate_limited",
        "asked too often; the header `Retry-After` says in how many seconds to ask again",
    ),
    ErrorKind(500, "internal_error", "our fault; quote the `request_id`"),
    ErrorKind(
        503,
        "not_ready",
        "the service is about to end, its model does not hold, or its disk is full",
    ),
    ErrorKind(
        503, "timeout", "a large request took too long and was ended; send fewer planets at once"
    ),
    ErrorKind(
        503,
        "busy",
        "too many large requests at once, or no space for one; ask again after `Retry-After` "
        "seconds",
    ),
)
"""Every way to fail. The last of a status is the one that HTTP itself gives rise to."""

_STATUS_OF = {error_code.code: error_code.status for error_code in ERROR_KINDS}
_CODE_OF = {error_code.status: error_code.code for error_code in ERROR_KINDS}

log = logging.getLogger(__name__)


Code = Annotated[str, Meta(description="one of " + ", ".join(_STATUS_OF))]


class ErrorAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Our own shape of an error."""

    status: Annotated[str, Meta(pattern="^error$")] = "error"
    code: Code
    message: str
    request_id: str
    problems: list[Problem] | msgspec.UnsetType = msgspec.UNSET
    problem_count: int | msgspec.UnsetType = msgspec.UNSET


class ProblemDetails(msgspec.Struct, frozen=True):
    """The same error as RFC 9457 has it, with the standard's numeric status."""

    type: str
    title: str
    status: int
    detail: str
    code: Code
    request_id: str
    problems: list[Problem] | msgspec.UnsetType = msgspec.UNSET
    problem_count: int | msgspec.UnsetType = msgspec.UNSET


def init_app(app: Flask) -> None:
    """Answer every failure of the app in the one shape."""
    app.register_error_handler(RequestError, _of_request)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _of_anything)


def _of_request(error: RequestError) -> Response:
    is_bare = request.method == "GET" and not request.query_string
    answer = ErrorAnswer(
        code=error.code,
        message=f"{error.message}. {how_to_ask(current_state())}" if is_bare else error.message,
        request_id=request_id(current_state()),
        problems=error.problems,
        problem_count=error.problem_count,
    )
    return _fill(Response(status=_STATUS_OF[error.code]), answer)


def _of_http(error: HTTPException) -> Response:
    response = Response(headers=error.get_response().headers, status=error.code)
    code = getattr(error, "error_code", None) or _CODE_OF.get(response.status_code, "http_error")
    answer = ErrorAnswer(code=code, message=_message(error), request_id=request_id(current_state()))
    return _fill(response, answer)


def _of_anything(error: Exception) -> Response:
    log.error("request %s failed", request_id(current_state()), exc_info=error)
    return _of_http(InternalServerError())


def _message(error: HTTPException) -> str:
    match error.code:
        case 404:
            return f"There is nothing at {repr_short(current_state().path)}{_meant()} GET / lists what there is."
        case 429:
            return f"Too many requests: {error.description}. Retry-After says when to ask again."
        case 405:
            return f"{request.method} is not possible here. {how_to_ask(current_state())}"
        case 400 if isinstance(error, BadHost) and error.description == BadHost.description:
            return "The Host header is not a valid host name."
        case 500:
            return "The service failed to answer. Quote the request_id when you report it."
        case _:
            return error.description or HTTPStatus(error.code or 500).phrase


def _meant() -> str:
    """End the sentence by asking whether a known address was meant, if one is near."""
    known = [rule.rule for rule in current_app.url_map.iter_rules()]
    near = difflib.get_close_matches(request.path[:40].lower().rstrip("/"), known, n=1, cutoff=0.8)
    return f": did you mean {near[0]}?" if near else "."


def _fill(response: Response, answer: ErrorAnswer) -> Response:
    """Put the answer into the response, in the shape that the client prefers.

    What is left of the body is read once the answer is out, so that nobody waits for it; where
    there is no place to do so, the client is told that the connection ends.
    """
    current_state().error_code = answer.code
    drains = app_state().drain_slots
    if has_unread_body(current_state()):
        if drains.acquire():
            response.call_on_close(partial(drain, current_state(), drains.release))
        else:
            response.headers["Connection"] = "close"
    accepted = accepted_types(current_state().header("ACCEPT", JSON))
    is_asked_for = PROBLEM_JSON in accepted.values() and accepted[PROBLEM_JSON] > 0
    if is_asked_for and accepted[PROBLEM_JSON] >= accepted[JSON]:
        response.content_type = declared(PROBLEM_JSON)
        response.data = msgspec.json.encode(as_details(answer, response.status_code))
    else:
        response.content_type = declared(JSON)
        response.data = msgspec.json.encode(answer)
    return response


def as_details(answer: ErrorAnswer, status: int) -> ProblemDetails:
    """Return an error as RFC 9457 has it."""
    return ProblemDetails(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=answer.message,
        code=answer.code,
        request_id=answer.request_id,
        problems=answer.problems,
        problem_count=answer.problem_count,
    )
