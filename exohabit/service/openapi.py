"""OpenAPI: the API's description, made from what does the work.

Paths and summaries come from the routes, schemas from the types that validate and answer, media
types from the tables of readers and writers, statuses from the table of failures, and the examples
of answers from the model that is served.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from flask import Flask

from exohabit.inputs.readers import JSON, WAYS_IN
from exohabit.inputs.schemas import EXAMPLE, EXAMPLES, Frame, Planet
from exohabit.outputs import responses
from exohabit.outputs.scored_planets import judge
from exohabit.outputs.service_info import ABOUT
from exohabit.outputs.writers import WRITERS
from exohabit.scoring.bundle import Bundle
from exohabit.service.auth import KEY_HEADER
from exohabit.service.endpoints import Operation, operations
from exohabit.service.errors import FAILURES, PROBLEM_JSON, ErrorAnswer, ProblemDetails, as_details
from exohabit.service.http_response import MODEL_HEADER
from exohabit.service.monitoring import HEADER
from utils import parse_planets

VERSION = "0.1.0"
_MADE = "exohabit-openapi"
_REF = "#/components/schemas/{name}"
_ELSEWHERE = (
    "An address that is not described here answers 404 (`not_found`), a method that is not, 405 "
    "(`method_not_allowed`), both as the errors that are."
)
_ASKED_BY = {"GET": (400, 500, 503), "POST": (400, 411, 413, 415, 500, 503)}
"""Ways for a request with each method to fail, once it has found its route."""
_UNLESS_OPEN = (401, 429)
"""Ways to fail of a route that is not open to all."""


def document(app: Flask, bundle: Bundle) -> msgspec.Raw:
    """Describe the API of an app as JSON, made once."""
    if _MADE not in app.extensions:
        app.extensions[_MADE] = msgspec.Raw(msgspec.json.encode(describe(app, bundle)))
    made: msgspec.Raw = app.extensions[_MADE]
    return made


def describe(app: Flask, bundle: Bundle) -> dict[str, Any]:
    """Describe the API of an app, with examples answered by a model, as an OpenAPI 3.1 document."""
    described = operations(app)
    asks_for_keys = app.config["EXOHABIT"].keys_file is not None
    paths: dict[str, dict[str, Any]] = {}
    for (path, method), (view, operation) in described.items():
        paths.setdefault(path, {})[method.lower()] = _operation(method, view, operation, bundle)
    kinds = [kind for _, each in described.values() for kind in (*each.answers, *each.body)]
    _, schemas = _schemas([*kinds, responses.Narrowed, ErrorAnswer, ProblemDetails])
    # Unknown columns are ignored, but a body with anything else is not read as a DataFrame.
    schemas[Frame.__name__]["additionalProperties"] = {"type": "object"}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ExoHabit",
            "version": VERSION,
            "description": f"{ABOUT} {_ELSEWHERE}",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "security": [*([] if asks_for_keys else [{}]), {"key": []}, {"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": KEY_HEADER},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
            "schemas": schemas,
            "parameters": {"RequestID": _REQUEST_ID},
            "responses": {str(each.status): _failed(each.status) for each in FAILURES},
        },
    }


_REQUEST_ID = {
    "name": HEADER,
    "in": "header",
    "description": "an id of your own by which to follow the request; the answer repeats it. It "
    "has 1 to 64 of A-Z, a-z, 0-9, dot, hyphen and underscore; any other is replaced",
    "schema": {"type": "string"},
}


def _operation(
    method: str, view: Callable[..., Any], operation: Operation, bundle: Bundle
) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": view.__name__,
        "summary": (view.__doc__ or "").strip(),
        "tags": ["Planets" if operation.judges else "The service"],
        "parameters": [*_parameters(operation), {"$ref": "#/components/parameters/RequestID"}],
        "responses": {"200": _succeeded(method, operation, bundle)},
    }
    if operation.body:
        described["requestBody"] = {"required": True, "content": _asked(operation)}
    if method == "GET":
        described["responses"]["304"] = {"description": "as it was when the client got its ETag"}
    is_open = hasattr(view, "is_open_to_all")
    if is_open:
        described["security"] = []
    for status in sorted({*_ASKED_BY[method], *(() if is_open else _UNLESS_OPEN)}):
        described["responses"][str(status)] = {"$ref": f"#/components/responses/{status}"}
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    of_planet: list[dict[str, Any]] = []
    if operation.planet_in_query:
        planet = _schemas([Planet])[1]["Planet"]
        of_planet = [
            _of_planet(name, schema, name in planet["required"])
            for name, schema in planet["properties"].items()
        ]
    return of_planet + [_in_query(p.name, p.meaning, p.schema) for p in operation.query]


def _of_planet(name: str, schema: dict[str, Any], required: bool) -> dict[str, Any]:
    """Describe a key of a planet as a query parameter, where an empty value stands for null."""
    meaning = schema["description"].replace("null if", "empty if")
    value = next(kind for kind in schema["anyOf"] if kind["type"] != "null")
    example = {"example": EXAMPLE[name]} if name in EXAMPLE else {}
    described = _in_query(name, meaning, value)
    return described | example | {"required": required, "allowEmptyValue": True}


def _in_query(name: str, meaning: str, schema: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {"name": name, "in": "query", "description": meaning}
    if schema.get("type") == "array":
        described |= {"style": "form", "explode": False}
    return described | {"schema": schema}


def _asked(operation: Operation) -> dict[str, Any]:
    planets = EXAMPLES if operation.is_for_many else [EXAMPLE]
    return {
        way.media_type: {
            "schema": _any_of(operation.body) if way.media_type == JSON else {"type": "string"},
            "example": way.write(planets),
        }
        for way in WAYS_IN
    }


def _succeeded(method: str, operation: Operation, bundle: Bundle) -> dict[str, Any]:
    headers = {
        HEADER: _header("the id of the request"),
        MODEL_HEADER: _header("the version of the model that answers"),
    }
    narrowed = (responses.Narrowed,) if operation.judges else ()
    content: dict[str, Any] = {
        operation.media_type: {"schema": _any_of([*operation.answers, *narrowed])}
    }
    if method == "GET":
        headers["ETag"] = _header("changes when the answer does")
    if operation.judges:
        answer = _example(operation, bundle)
        text = {"schema": {"type": "string"}}
        for media_type, write in WRITERS.items():
            written = write(answer, None).decode()
            shown = msgspec.json.decode(written) if media_type == JSON else written
            content[media_type] = content.get(media_type, text) | {"example": shown}
    return {"description": "the answer", "headers": headers, "content": content}


def _example(operation: Operation, bundle: Bundle) -> responses.Answer:
    """Answer the example of a request."""
    if operation.is_for_many:
        planets = parse_planets(msgspec.json.encode(EXAMPLES))
        return responses.rank(judge(bundle, planets))
    planet = parse_planets(msgspec.json.encode(EXAMPLE), one_allowed=True)
    return responses.predict(judge(bundle, planet), echo=operation.planet_in_query)


def _header(meaning: str) -> dict[str, Any]:
    return {"description": meaning, "schema": {"type": "string"}}


def _failed(status: int) -> dict[str, Any]:
    failures = [each for each in FAILURES if each.status == status]
    codes = "; ".join(f"`{each.code}`: {each.when}" for each in failures)
    error = ErrorAnswer(code=failures[0].code, message=failures[0].when, request_id="4f2a9c")
    return {
        "description": f"{HTTPStatus(status).phrase}. {codes}",
        "headers": {HEADER: _header("the id of the request")},
        "content": {
            JSON: {"schema": _any_of([ErrorAnswer]), "example": msgspec.to_builtins(error)},
            PROBLEM_JSON: {
                "schema": _any_of([ProblemDetails]),
                "example": msgspec.to_builtins(as_details(error, status)),
            },
        },
    }


def _any_of(kinds: Sequence[Any]) -> dict[str, Any]:
    schemas, _ = _schemas(kinds)
    return schemas[0] if len(schemas) == 1 else {"anyOf": list(schemas)}


def _schemas(kinds: Sequence[Any]) -> tuple[tuple[dict[str, Any], ...], dict[str, Any]]:
    return msgspec.json.schema_components(kinds, ref_template=_REF)
