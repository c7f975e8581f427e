"""Docs: the page at /docs that shows the API and sends requests, without files from elsewhere.

The files of Swagger UI come from the package flask-swagger-ui. Its page is not used: it has inline
scripts and styles, which the strict Content-Security-Policy of ours forbids.
"""

from __future__ import annotations

import gzip
from functools import cache
from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Response, abort, request

from exohabit.service.openapi_operation import OPEN, declare

WEB = Path(__file__).resolve().parent
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SWAGGER_UI = Path(str(files("flask_swagger_ui"))) / "dist"
_ASSETS = {
    "swagger-ui.css": (_SWAGGER_UI, "text/css; charset=utf-8"),
    "swagger-ui-bundle.js": (_SWAGGER_UI, "text/javascript; charset=utf-8"),
    "favicon-32x32.png": (_SWAGGER_UI, "image/png"),
    "docs.js": (WEB, "text/javascript; charset=utf-8"),
    "docs.css": (WEB, "text/css; charset=utf-8"),
}

docs = Blueprint("docs", __name__)


@docs.get("/docs")
@declare(OPEN)
def page() -> Response:
    """Show the API in a browser, where you can send requests."""
    response = Response((WEB / "docs.html").read_bytes(), content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    return response


@docs.get("/docs/<name>")
@declare(OPEN)
def asset(name: str) -> Response:
    """Return a file of the page."""
    if name not in _ASSETS:
        abort(404)
    is_compressed = request.accept_encodings["gzip"] > 0
    response = Response(_content(name, is_compressed), content_type=_ASSETS[name][1])
    if is_compressed:
        response.headers["Content-Encoding"] = "gzip"
    return response


@cache
def _content(name: str, is_compressed: bool) -> bytes:
    """Return a file; cached, because compressing it for each request would invite attacks."""
    content = (_ASSETS[name][0] / name).read_bytes()
    return gzip.compress(content) if is_compressed else content
