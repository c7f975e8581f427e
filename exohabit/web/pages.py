"""Pages: the frame and the security policy of all pages, and which clients get a page.

A page works without JavaScript as far as it can, and behind a proxy under any path: every link is
relative to `root`, the way from the page to the start.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Flask, Response, render_template

from exohabit.service.app_state import app_state
from exohabit.service.auth import given_key
from exohabit.service.http_response import HTML, prefers_html, with_charset
from exohabit.service.request_state import current_state

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_MAX_DEPTH = 20
"""A link has at most this many `../`, however many slashes a wrong address has."""

pages = Blueprint("pages", __name__, template_folder="templates")
"""Holds the templates of all pages; their routes are in the blueprints of their modules."""


def init_app(app: Flask) -> None:
    """Send browsers the page of an address that also answers programs."""
    app.before_request(_choose_page)


def is_page() -> bool:
    """Whether the current request gets a page from an address that also answers programs."""
    operation = current_state().operation
    return operation is not None and operation.is_page


def render_page(
    template: str, *, section: str = "", policy: str = POLICY, **values: Any
) -> Response:
    """Return a page.

    Args:
        template: its template, which extends `base.html`.
        section: the entry of the navigation that is the current page.
        policy: its Content-Security-Policy.
        values: what its template needs.
    """
    return html_response(
        render_template(template, section=section, **frame_values(), **values), policy
    )


def html_response(content: str, policy: str = POLICY) -> Response:
    """Return HTML with a Content-Security-Policy."""
    response = Response(content, content_type=with_charset(HTML))
    response.headers["Content-Security-Policy"] = policy
    return response


def frame_values() -> dict[str, Any]:
    """Return what every template needs: the path to the start page, and facts about the service."""
    state = app_state()
    bundle = state.bundle
    return {
        "root": "../" * min(max(current_state().path.count("/") - 1, 0), _MAX_DEPTH),
        "custom": bundle.custom if bundle else None,
        "model_version": bundle.version if bundle else None,
        "needs_key": state.settings.keys_file is not None,
    }


def _choose_page() -> None:
    """Replace the operation of a request that prefers HTML by that of the page, if there is one.

    A page about a planet is open, without its answer, if its address asks nothing, or if an API key
    is needed and the browser sent none: then the page asks for the key.
    """
    state = current_state()
    page = state.operation.page if state.operation else None
    if page is None or state.method not in ("GET", "HEAD") or not prefers_html(state):
        return
    lacks_key = app_state().settings.keys_file is not None and not given_key(state)
    is_answered = bool(state.environ.get("QUERY_STRING")) and not lacks_key
    state.operation = replace(page, is_open=page.planet_in_query and not is_answered)
