"""Docs: the page at /docs that shows the API and sends requests, without files from elsewhere.

The files of Swagger UI come from the package flask-swagger-ui. Its page is not used: it has inline
scripts and styles, which the strict Content-Security-Policy of ours forbids.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Response

from exohabit.service.operation import OPEN_ROUTE, declare
from exohabit.web.assets import send_asset
from exohabit.web.pages import render_page

WEB = Path(__file__).resolve().parent
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SWAGGER_UI = Path(str(files("flask_swagger_ui"))) / "dist"
_FILES = {
    name: folder / name
    for folder, names in (
        (_SWAGGER_UI, ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")),
        (WEB, ("docs_layout.js", "docs.js", "docs.css")),
    )
    for name in names
}

docs = Blueprint("docs", __name__)


@docs.get("/docs")
@declare(OPEN_ROUTE)
def page() -> Response:
    """Show the API in a browser, where you can send requests."""
    return render_page("docs.html", section="docs", policy=POLICY)


@docs.get("/docs/<name>")
@declare(OPEN_ROUTE)
def asset(name: str) -> Response:
    """Return a file of the page."""
    return send_asset(_FILES, name)
