"""Monitoring: the id that follows a request, and what the service says of its own health."""

from __future__ import annotations

import re
import uuid

import msgspec
from flask import Flask, Response, g, request

from science.columns import COLUMNS

HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}")


def init_app(app: Flask) -> None:
    """Give every request an id and every answer its request's."""
    app.after_request(_add_id)


def request_id() -> str:
    """Return the id of the current request: the client's if well-formed, else a new one."""
    if "request_id" not in g:
        given = request.headers.get(HEADER, "")
        g.request_id = given if _WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
    return str(g.request_id)


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """That the service is alive, with which model and which columns it takes."""

    status: str = "success"
    health: str = "alive"
    model_version: str
    columns: tuple[str, ...] = tuple(column.name for column in COLUMNS)


def _add_id(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    return response
