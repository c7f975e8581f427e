"""Errors: every failure, whatever caused it, in one shape; the only place that knows statuses.

The trap: Flask's own error pages are HTML, and building an answer anew would lose the headers that
belong to it (`Allow`, `Retry-After`). So the body is replaced and the response kept.
"""

from __future__ import annotations

import logging
from http import HTTPStatus

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, InternalServerError

from problems import Problem, RequestError
from service.bodies import drain, how_to_ask
from service.monitoring import request_id

PROBLEM_JSON = "application/problem+json"

_STATUS_OF = {"too_many_planets": 413}
"""HTTP status of a `RequestError` by its code, where it is not 400."""
_CODE_OF = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
    500: "internal_error",
}

log = logging.getLogger(__name__)


class ErrorAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Our own shape of an error."""

    status: str = "error"
    code: str
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
    code: str
    request_id: str
    problems: list[Problem] | msgspec.UnsetType = msgspec.UNSET
    problem_count: int | msgspec.UnsetType = msgspec.UNSET


def init_app(app: Flask) -> None:
    """Answer every failure of the app in the one shape."""
    app.register_error_handler(RequestError, _of_request)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _of_anything)


def _of_request(error: RequestError) -> Response:
    status = _STATUS_OF.get(error.code, 400)
    answer = ErrorAnswer(
        code=error.code,
        message=error.message,
        request_id=request_id(),
        problems=error.problems,
        problem_count=error.problem_count,
    )
    return _fill(Response(status=status), answer)


def _of_http(error: HTTPException) -> Response:
    response = Response(headers=error.get_response().headers, status=error.code)
    code = _CODE_OF.get(response.status_code, "http_error")
    answer = ErrorAnswer(code=code, message=_message(error), request_id=request_id())
    return _fill(response, answer)


def _of_anything(error: Exception) -> Response:
    log.error("request %s failed", request_id(), exc_info=error)
    return _of_http(InternalServerError())


def _message(error: HTTPException) -> str:
    match error.code:
        case 404:
            return f"There is nothing at {request.path!a}. GET / lists what there is."
        case 405:
            return f"{request.method} is not possible here. {how_to_ask(request)}"
        case 500:
            return "The service failed to answer. Quote the request_id when you report it."
        case _:
            return error.description or HTTPStatus(error.code or 500).phrase


def _fill(response: Response, answer: ErrorAnswer) -> Response:
    """Put the answer into the response, in the shape that the client prefers."""
    drain(request)
    accepted = request.accept_mimetypes
    is_asked_for = PROBLEM_JSON in accepted.values()
    if is_asked_for and accepted[PROBLEM_JSON] >= accepted["application/json"]:
        response.content_type = PROBLEM_JSON
        response.data = msgspec.json.encode(_as_details(answer, response.status_code))
    else:
        response.content_type = "application/json"
        response.data = msgspec.json.encode(answer)
    return response


def _as_details(answer: ErrorAnswer, status: int) -> ProblemDetails:
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
