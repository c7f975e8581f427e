"""Description: the API in OpenAPI, generated from the code that answers.

Paths and summaries come from the routes, schemas from the types that validate and answer, media
types from the tables of readers and writers, statuses from the table of errors, and example answers
from the model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any

import msgspec
from flask import Flask

from exohabit import __version__
from exohabit.inputs.readers import INPUT_FORMATS, JSON
from exohabit.inputs.schemas import EXAMPLE, EXAMPLES, Frame, Planet
from exohabit.outputs import response_types
from exohabit.outputs.service_info import describe_service
from exohabit.scoring.bundle import Bundle
from exohabit.service.access_log import REQUEST_ID_HEADER
from exohabit.service.app_state import app_state
from exohabit.service.auth import KEY_HEADER
from exohabit.service.error_kinds import ERROR_KINDS
from exohabit.service.errors import ErrorAnswer, ProblemDetails
from exohabit.service.openapi.answers import describe_error, describe_success
from exohabit.service.openapi.document import OpenAPIDocument
from exohabit.service.openapi.schemas import answer_schemas, any_of, request_schemas
from exohabit.service.operation import Operation, operations

_UNDESCRIBED_ROUTES = (
    "A path that is not described here answers 404 (`not_found`), a method that is not, 405 "
    "(`method_not_allowed`), in the format of the described errors."
)
_STATUSES = {"GET": (400, 500, 503), "POST": (400, 411, 413, 415, 500, 503)}
"""Statuses of errors by method."""
_STATUSES_UNLESS_OPEN = (401, 429)
"""Further statuses of an operation that is not open."""
_TAGS = ("Planets", "Known planets", "The service")


def describe_api(app: Flask, bundle: Bundle) -> msgspec.Raw:
    """Return the description of an app's API as JSON; it is generated once."""
    state = app_state(app)
    if state.openapi is None:
        state.openapi = msgspec.Raw(msgspec.json.encode(describe(app, bundle)))
    return state.openapi


def describe(app: Flask, bundle: Bundle) -> OpenAPIDocument:
    """Return an OpenAPI 3.1 document of an app, with answers of a model as examples."""
    described = operations(app)
    needs_key = app_state(app).settings.keys_file is not None
    paths: dict[str, dict[str, Any]] = {}
    for (path, method), (view, operation) in described.items():
        described_operation = _operation(method, view, operation, bundle)
        described_operation["parameters"] += _path_parameters(path)
        paths.setdefault(path, {})[method.lower()] = described_operation
    components = _components(
        [operation for _, operation in described.values()], bundle.columns.optional_keys
    )
    if not needs_key:
        del components["securitySchemes"]
    return OpenAPIDocument(
        openapi="3.1.0",
        info={
            "title": "ExoHabit",
            "version": __version__,
            "description": f"{describe_service(bundle.manifest)} {_UNDESCRIBED_ROUTES}",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        # Relative to the address of the document, so that it also holds under a path of a proxy.
        servers=[{"url": "."}],
        tags=[{"name": name} for name in _TAGS],
        security=[{"key": []}, {"bearer": []}] if needs_key else [],
        paths=paths,
        components=components,
    )


def _components(described: Iterable[Operation], optional: Collection[str]) -> dict[str, Any]:
    bodies = [kind for each in described for kind in each.body]
    answers = [kind for each in described for kind in each.answers]
    requests = request_schemas(bodies)
    # Unknown columns are ignored, but a body with anything else is not read as a DataFrame.
    requests[Frame.__name__]["additionalProperties"] = {
        "type": "object",
        "additionalProperties": True,
    }
    for name in (Frame.__name__, Planet.__name__) if optional else ():
        required = requests[name].get("required", ())
        requests[name]["required"] = [key for key in required if key not in optional]
    return {
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": KEY_HEADER},
            "bearer": {"type": "http", "scheme": "bearer"},
        },
        "schemas": requests
        | answer_schemas([*answers, response_types.Narrowed, ErrorAnswer, ProblemDetails]),
        "parameters": {"RequestID": _REQUEST_ID},
        "responses": {str(each.status): describe_error(each.status) for each in ERROR_KINDS},
    }


_REQUEST_ID = {
    "name": REQUEST_ID_HEADER,
    "in": "header",
    "description": "your own id of the request, which the answer repeats: 1 to 64 letters, digits, "
    "dots, hyphens and underscores; any other is replaced",
    "schema": {"type": "string"},
}


def _operation(
    method: str, view: Callable[..., Any], operation: Operation, bundle: Bundle
) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": view.__name__,
        "summary": (view.__doc__ or "").strip(),
        "tags": [operation.tag],
        "parameters": [
            *_parameters(operation, bundle.columns.optional_keys),
            {"$ref": "#/components/parameters/RequestID"},
        ],
        "responses": {"200": describe_success(method, operation, bundle)},
    }
    if operation.body:
        described["requestBody"] = {"required": True, "content": _body_content(operation)}
    if method == "GET":
        described["responses"]["304"] = {"description": "unchanged since the client got its ETag"}
    if operation.is_open:
        described["security"] = []
    added: tuple[int, ...] = () if operation.is_open else _STATUSES_UNLESS_OPEN
    added += (406,) if operation.handler else ()
    for status in sorted({*_STATUSES[method], *added, *operation.statuses}):
        described["responses"][str(status)] = {"$ref": f"#/components/responses/{status}"}
    return described


def _path_parameters(path: str) -> list[dict[str, Any]]:
    """Describe the variables of a path; the only one is the name of a known planet."""
    described = {
        "in": "path",
        "required": True,
        "description": "a known planet, by any of its names",
        "schema": {"type": "string", "minLength": 1, "examples": ["Kepler-186 f"]},
    }
    return [{"name": name, **described} for name in re.findall(r"{(\w+)}", path)]


def _parameters(operation: Operation, optional: Collection[str]) -> list[dict[str, Any]]:
    columns: list[dict[str, Any]] = []
    if operation.planet_in_query:
        planet = request_schemas([Planet])["Planet"]
        required = {*planet["required"]} - {*optional}
        required = set() if operation.planet_is_known else required
        columns = [
            _column_parameter(name, schema, name in required)
            for name, schema in planet["properties"].items()
        ]
    return columns + [_query_parameter(p.name, p.meaning, p.schema) for p in operation.query]


def _column_parameter(name: str, schema: dict[str, Any], required: bool) -> dict[str, Any]:
    """Describe a key of a planet as a query parameter, where an empty value means null."""
    meaning = schema["description"].replace("null if", "empty if")
    value = next(kind for kind in schema["anyOf"] if kind["type"] != "null")
    example = {"example": EXAMPLE[name]} if name in EXAMPLE else {}
    described = _query_parameter(name, meaning, value) | example
    return described | {"required": required, "allowEmptyValue": True}


def _query_parameter(name: str, meaning: str, schema: dict[str, Any]) -> dict[str, Any]:
    style = {"style": "form", "explode": False} if schema.get("type") == "array" else {}
    return {"name": name, "in": "query", "description": meaning, **style, "schema": schema}


def _body_content(operation: Operation) -> dict[str, Any]:
    planets = EXAMPLES if operation.is_for_many else [EXAMPLE]
    return {
        way.media_type: {
            "schema": any_of(operation.body) if way.media_type == JSON else {"type": "string"},
            "example": way.write(planets),
        }
        for way in INPUT_FORMATS
    }
