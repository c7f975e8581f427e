"""HTTP responses: format, compression, caching and security headers.

Caches may store answers to GET. So these name the request headers that they depend on (`Vary`).
Answers that depend only on the address and the model may be kept for a few minutes. Caches must
revalidate all others each time.
"""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from typing import Any

import msgspec
from flask import Flask, Response, request
from werkzeug.datastructures import Accept, MIMEAccept
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_accept_header

from exohabit.inputs.readers import JSON
from exohabit.outputs.inference_types import InferenceResult
from exohabit.outputs.writers import WRITERS
from exohabit.service.app_state import app_state
from exohabit.service.request_state import Headers, RequestState, current_state

HTML = "text/html"
PROBLEM_JSON = "application/problem+json"
MODEL_HEADER = "X-Model-Version"
WARNINGS_HEADER = "X-Input-Warnings"
"""Codes of warnings about the input as a whole."""

_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Headers that protect browsers. A page may set its own Content-Security-Policy."""
_HTTPS_ONLY = ("Strict-Transport-Security", "max-age=31536000")
"""Tells clients that used HTTPS to use only HTTPS for a year."""
MAX_AGE_SECONDS = 300
"""How long caches may use an `is_cacheable` answer. So all clients see a new model after this
time."""
_PARAMETER = re.compile(r";(?!\s*q\s*=)[^;,]*", re.IGNORECASE)
_MIN_COMPRESSED_SIZE = 1000
_GZIP_LEVEL = 1
"""The fastest; a ranking is so repetitive that higher levels gain little."""


def init_app(app: Flask) -> None:
    """Add headers to every answer, compress it, and let clients revalidate it."""
    state = app_state(app)
    version = [(MODEL_HEADER, state.bundle.version)] if state.bundle else []
    headers = [*_SECURITY_HEADERS.items(), *version]
    https_headers = [*headers, _HTTPS_ONLY]
    state.hooks.register_after(lambda request, _: https_headers if request.is_secure else headers)
    app.after_request(_remove_content_type)
    app.after_request(_compress)
    app.after_request(_validate)


def reply(state: RequestState, result: InferenceResult) -> tuple[bytes, Headers]:
    """Return the body of a result, compressed if the client accepts that, and its headers."""
    headers = [("Content-Type", with_charset(result.media_type))]
    content = result.content
    if result.input_warnings:
        headers.append((WARNINGS_HEADER, " ".join(result.input_warnings)))
    if _should_compress(state, len(content)):
        content = gzip.compress(content, _GZIP_LEVEL, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    return bytes(content), headers  # WSGI does not accept a bytearray


class NotAcceptable(HTTPException):
    """The client accepts none of the formats in which an answer can be written."""

    code = 406
    error_code = "not_acceptable"

    def __init__(self) -> None:
        super().__init__(
            f"The header Accept allows none of the formats of an answer: {', '.join(WRITERS)}."
        )


def preferred_type(state: RequestState) -> str:
    """Return the media type of `WRITERS` that a request prefers.

    Raises:
        NotAcceptable: it accepts none of them.
    """
    media_type = _preferred(state.header("ACCEPT", JSON))
    if media_type is None:
        raise NotAcceptable
    return media_type


def reply_json(answer: Any) -> Response:
    """Return an answer as JSON."""
    return Response(msgspec.json.encode(answer), content_type=with_charset(JSON))


def with_charset(media_type: str) -> str:
    """Return a Content-Type; without a charset, PowerShell 5.1 reads even JSON as Latin-1."""
    return f"{media_type}; charset=utf-8"


def accepted_types(accept: str) -> MIMEAccept:
    """Parse an Accept header; parameters of a type other than its quality are ignored."""
    return parse_accept_header(_PARAMETER.sub("", _one_line(accept)), MIMEAccept)


def prefers_html(state: RequestState) -> bool:
    """Whether a request prefers HTML to JSON, as browsers do when they open a page."""
    return _prefers_html(state.header("ACCEPT"))


@lru_cache(maxsize=256)
def _prefers_html(accept: str) -> bool:
    accepted = accepted_types(accept)
    best_json = max(accepted[JSON], accepted[PROBLEM_JSON])
    return HTML in accepted.values() and accepted[HTML] > best_json


@lru_cache(maxsize=256)
def _preferred(accept: str) -> str | None:
    """Return the key of `WRITERS` that an Accept header prefers; None if it allows none.

    A header that only names what it refuses, or only the format of errors, allows JSON.
    """
    accepted = accepted_types(accept)
    wanted = {media_type for media_type, quality in accepted if quality > 0}
    default = JSON if wanted <= {PROBLEM_JSON} else None
    return accepted.best_match(WRITERS) or default


def _remove_content_type(response: Response) -> Response:
    """Remove the Content-Type of an answer to OPTIONS, which has no body."""
    if request.method == "OPTIONS" and not response.data:
        del response.headers["Content-Type"]
    return response


def _validate(response: Response) -> Response:
    """Let caches revalidate an answer to GET; answer 304 if the client's copy is current."""
    if request.method not in ("GET", "HEAD"):
        return response
    response.vary.update(("Accept", "Accept-Encoding"))
    if app_state().settings.proxies:  # an answer may show the path of a proxy
        response.vary.add("X-Forwarded-Prefix")
    if response.status_code >= 300:
        response.cache_control.no_store = True
    if response.status_code == 200:
        operation = current_state().operation
        if operation and operation.is_cacheable:
            response.cache_control.max_age = MAX_AGE_SECONDS
        else:
            response.cache_control.no_cache = True
        response.add_etag(weak=True)
        if request.if_none_match and not request.if_match:
            response.make_conditional(request)
    return response


def _compress(response: Response) -> Response:
    """Compress a large body for a client that accepts it."""
    size = response.content_length or 0
    if not response.content_encoding and _should_compress(current_state(), size):
        response.data = gzip.compress(response.data, _GZIP_LEVEL, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    return response


def _should_compress(state: RequestState, size: int) -> bool:
    return size >= _MIN_COMPRESSED_SIZE and _accepts_gzip(state.header("ACCEPT_ENCODING"))


@lru_cache(maxsize=256)
def _accepts_gzip(accept_encoding: str) -> bool:
    return parse_accept_header(_one_line(accept_encoding), Accept)["gzip"] > 0


def _one_line(header: str) -> str:
    """Collapse white space, because Werkzeug's parser needs quadratic time for it."""
    return " ".join(header.split())
