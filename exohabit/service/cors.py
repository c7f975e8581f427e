"""Origins: pages of which origins may call the service from a browser.

The trap: flask-cors takes an origin that looks like a pattern for one. Each is therefore handed
over as a pattern that matches it alone.
"""

from __future__ import annotations

import re

from flask import Flask
from flask_cors import CORS

from exohabit.service.access_log import HEADER
from exohabit.service.app_state import app_state
from exohabit.service.http_response import MODEL_HEADER
from exohabit.service.request_state import After, Headers, RequestState

EXPOSED = [
    HEADER,
    MODEL_HEADER,
    "ETag",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
]
"""Headers of an answer that a page may read."""
_PREFLIGHT_SECONDS = 600


def init_app(app: Flask) -> None:
    """Let pages of the allowed origins call the service; without any, browsers refuse them all."""
    state = app_state(app)
    origins = state.settings.origins
    if not origins:
        return
    if origins != ("*",):
        # Registered first, so that it runs last; flask-cors says so only to some.
        state.hooks.register_after(lambda *_: [("Vary", "Origin")])
    CORS(
        app,
        origins="*" if origins == ("*",) else [_only(origin) for origin in origins],
        methods=["GET", "HEAD", "POST"],
        expose_headers=EXPOSED,
        max_age=_PREFLIGHT_SECONDS,
        send_wildcard=True,
        always_send=origins == ("*",),
        intercept_exceptions=False,  # errors are answers here, and come this way anyhow
    )
    state.hooks.register_after(_allowing(origins))  # registered last, so that it runs first


def _allowing(origins: tuple[str, ...]) -> After:
    """Return what allows pages of the origins to read an answer.

    flask-cors does the same, and the preflights, but takes as long for it as for a tenth of a
    judgement; what it finds done it leaves alone.
    """
    allowed = frozenset(origin.lower() for origin in origins)
    exposed = ("Access-Control-Expose-Headers", ", ".join(EXPOSED))

    def allow(state: RequestState, _: int) -> Headers:
        origin = "*" if "*" in allowed else state.header("ORIGIN")
        if origin.lower() in allowed and state.method != "OPTIONS":
            return [("Access-Control-Allow-Origin", origin), exposed]
        return []

    return allow


def _only(origin: str) -> re.Pattern[str]:
    return re.compile(re.escape(origin) + r"\Z", re.IGNORECASE)
