"""OpenAPI answers: the description of answers and errors, with examples from the model."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec

from exohabit.inputs.query import Query
from exohabit.inputs.readers import JSON
from exohabit.inputs.schemas import EXAMPLE, EXAMPLES
from exohabit.outputs.inference_types import InferenceRequest
from exohabit.outputs.response_types import Narrowed
from exohabit.outputs.writers import WRITERS
from exohabit.scoring.bundle import Bundle
from exohabit.service.access_log import REQUEST_ID_HEADER
from exohabit.service.error_kinds import ERROR_KINDS
from exohabit.service.errors import ErrorAnswer, ProblemDetails, as_details
from exohabit.service.http_response import MODEL_HEADER, PROBLEM_JSON
from exohabit.service.openapi.schemas import any_of
from exohabit.service.operation import Operation

_TEXT = {"type": "string"}
_RETRY_STATUSES = (429, 503)
"""Statuses of errors that come with `Retry-After`."""


def describe_success(method: str, operation: Operation, bundle: Bundle) -> dict[str, Any]:
    """Return the description of the answer of an operation, in each of its formats."""
    headers = {
        REQUEST_ID_HEADER: _header("the id of the request"),
        MODEL_HEADER: _header("the version of the model"),
    }
    if method == "GET":
        headers["ETag"] = _header("changes when the answer changes")
        headers["Cache-Control"] = _header("how long the answer may be kept")
    content: dict[str, Any] = {operation.media_type: {"schema": any_of(_kinds(operation))}}
    for media_type in WRITERS if _has_planets(operation) else ():
        content.setdefault(media_type, {"schema": _TEXT})
        if operation.handler:
            answer = operation.handler(bundle, _example_request(operation, media_type)).content
            example = msgspec.json.decode(answer) if media_type == JSON else answer.decode()
            content[media_type]["example"] = example
    return {"description": "the answer", "headers": headers, "content": content}


def describe_error(status: int) -> dict[str, Any]:
    """Return the description of the errors of a status."""
    kinds = [each for each in ERROR_KINDS if each.status == status]
    codes = "; ".join(f"`{each.code}`: {each.when}" for each in kinds)
    error = ErrorAnswer(code=kinds[0].code, message=kinds[0].when, request_id="4f2a9c")
    headers = {REQUEST_ID_HEADER: _header("the id of the request")}
    if status in _RETRY_STATUSES:
        headers["Retry-After"] = _header(
            "seconds to wait before the same request is sent again; absent if it must be changed",
            "integer",
        )
    return {
        "description": f"{HTTPStatus(status).phrase}. {codes}",
        "headers": headers,
        "content": {
            JSON: {"schema": any_of([ErrorAnswer]), "example": msgspec.to_builtins(error)},
            PROBLEM_JSON: {
                "schema": any_of([ProblemDetails]),
                "example": msgspec.to_builtins(as_details(error, status)),
            },
        },
    }


def _kinds(operation: Operation) -> tuple[Any, ...]:
    """Return the types of an operation's answers, with that of a narrowed one if it differs."""
    answers = operation.answers
    is_other = any(getattr(answer, "NARROWED_IS_OTHER", False) for answer in answers)
    return (*answers, Narrowed) if is_other and _has_planets(operation) else answers


def _has_planets(operation: Operation) -> bool:
    """Whether an answer is about planets; it can be narrowed then, and comes in every format."""
    return any(parameter.name == "fields" for parameter in operation.query)


def _example_request(operation: Operation, answer_type: str) -> InferenceRequest:
    pairs = [(name, str(value)) for name, value in EXAMPLE.items()]
    query = Query(pairs if operation.planet_in_query else ())
    body = msgspec.json.encode(EXAMPLES if operation.is_for_many else EXAMPLE)
    return InferenceRequest(body, JSON, query, answer_type)


def _header(meaning: str, kind: str = "string") -> dict[str, Any]:
    return {"description": meaning, "schema": {"type": kind}}
