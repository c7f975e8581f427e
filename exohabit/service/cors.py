"""CORS: which web pages may call the service from a browser.

Warning: flask-cors treats an origin that looks like a pattern as a pattern. So each origin is
passed as a pattern of our own: it matches only this origin, or for `http://localhost:*` every port.
"""

from __future__ import annotations

import re

from flask import Flask
from flask_cors import CORS

from exohabit.service.access_log import REQUEST_ID_HEADER
from exohabit.service.app_state import app_state
from exohabit.service.http_response import MODEL_HEADER, WARNINGS_HEADER
from exohabit.service.request_state import After, Headers, RequestState
from exohabit.service.setting_types import ANY_PORT

EXPOSED_HEADERS = [
    REQUEST_ID_HEADER,
    MODEL_HEADER,
    WARNINGS_HEADER,
    "Link",
    "ETag",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
]
"""Headers of an answer that a page may read."""
_PREFLIGHT_SECONDS = 600


def init_app(app: Flask) -> None:
    """Let pages of the allowed origins call the service."""
    state = app_state(app)
    origins = state.settings.origins
    if not origins:
        return
    if origins != ("*",):
        # Registered first, so that it runs last: flask-cors adds it only to some answers.
        state.hooks.register_after(lambda *_: [("Vary", "Origin")])
    CORS(
        app,
        origins="*" if origins == ("*",) else [_pattern(origin) for origin in origins],
        methods=["GET", "HEAD", "POST"],
        expose_headers=EXPOSED_HEADERS,
        max_age=_PREFLIGHT_SECONDS,
        send_wildcard=True,
        always_send=origins == ("*",),
        intercept_exceptions=False,  # errors are turned into responses, which get headers anyway
    )
    state.hooks.register_after(_allow(origins))  # registered last, so that it runs first


def _allow(origins: tuple[str, ...]) -> After:
    """Return a hook that allows pages of the origins to read an answer.

    flask-cors would do the same, but its `get_cors_headers` takes 7 µs, a sixth of the time of a
    prediction, and this takes 0.3 µs. So flask-cors handles only the preflights.
    """
    any_port = [_pattern(origin) for origin in origins if ANY_PORT.fullmatch(origin)]
    allowed = frozenset(each.lower() for each in origins if not ANY_PORT.fullmatch(each))
    exposed = ("Access-Control-Expose-Headers", ", ".join(EXPOSED_HEADERS))

    def allow(state: RequestState, _: int) -> Headers:
        origin = "*" if "*" in allowed else state.header("ORIGIN")
        is_allowed = origin.lower() in allowed or any(each.match(origin) for each in any_port)
        if is_allowed and state.method != "OPTIONS":
            return [("Access-Control-Allow-Origin", origin), exposed]
        return []

    return allow


def _pattern(origin: str) -> re.Pattern[str]:
    """Return a pattern that matches one origin, or an origin with every port if its port is `*`."""
    of_this_machine = ANY_PORT.fullmatch(origin)
    port = r"(:[0-9]{1,5})?" if of_this_machine else ""
    start = of_this_machine[1] if of_this_machine else origin
    return re.compile(re.escape(start) + port + r"\Z", re.IGNORECASE)
