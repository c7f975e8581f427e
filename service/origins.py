"""Origins: pages of which origins may call the service from a browser.

The trap: flask-cors takes an origin that looks like a pattern for one. Each is therefore handed
over as a pattern that matches it alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask, Response, request
from flask_cors import CORS

from service.monitoring import HEADER
from service.replies import MODEL_HEADER

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
    origins = app.config["EXOHABIT"].origins
    if not origins:
        return
    if origins != ("*",):
        app.after_request(_vary_by_origin)  # registered first, so that it runs last
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
    app.after_request(_allowing(origins))  # registered last, so that it runs first


def _allowing(origins: tuple[str, ...]) -> Callable[[Response], Response]:
    """Return what allows pages of the origins to read an answer.

    flask-cors does the same, and the preflights, but takes as long for it as for a tenth of a
    judgement; what it finds done it leaves alone.
    """
    allowed = frozenset(origin.lower() for origin in origins)
    exposed = ("Access-Control-Expose-Headers", ", ".join(EXPOSED))

    def allow(response: Response) -> Response:
        origin = "*" if "*" in allowed else request.headers.get("Origin", "")
        if origin.lower() in allowed and request.method != "OPTIONS":
            response.headers.extend([("Access-Control-Allow-Origin", origin), exposed])
        return response

    return allow


def _only(origin: str) -> re.Pattern[str]:
    return re.compile(re.escape(origin) + r"\Z", re.IGNORECASE)


def _vary_by_origin(response: Response) -> Response:
    """Keep a cache from giving one origin's answer to another; flask-cors says so only to some."""
    if "Vary" in response.headers:
        response.vary.add("Origin")
    else:
        response.headers.add("Vary", "Origin")
    return response
