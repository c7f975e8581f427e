"""Replies: how an answer goes out, in the format, the size and as fresh as its client wants it.

The trap: a cache keeps one answer for all who ask alike. So what may be kept (answers to GET) says
by which headers it differs, and is asked for again each time: a new model is seen at once.
"""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from typing import Any

import msgspec
from flask import Flask, Response, request
from werkzeug.datastructures import Accept, MIMEAccept
from werkzeug.http import parse_accept_header

from exohabit.inputs.readers import JSON
from exohabit.outputs.inference_types import InferenceResult
from exohabit.outputs.writers import WRITERS
from exohabit.service.app_state import app_state
from exohabit.service.request_state import Headers, RequestState, current_state

MODEL_HEADER = "X-Model-Version"

_HARDENING = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""What keeps a browser from making of an answer what it is not; a page may say more."""
_ONLY_SECURE = ("Strict-Transport-Security", "max-age=31536000")
"""A year of HTTPS, for a client that came by it."""
_PARAMETER = re.compile(r";(?!\s*q\s*=)[^;,]*", re.IGNORECASE)
_WORTH_COMPRESSING = 1000
_LEVEL = 1
"""Of gzip: a ranking is mostly repetition, and the client waits."""


def init_app(app: Flask) -> None:
    """Add the standing headers to every answer; compress it, and let clients revalidate it."""
    state = app_state(app)
    version = [(MODEL_HEADER, state.bundle.version)] if state.bundle else []
    standing = [*_HARDENING.items(), *version]
    secure = [*standing, _ONLY_SECURE]
    state.hooks.register_after(lambda request, _: secure if request.is_secure else standing)
    app.after_request(_compress)
    app.after_request(_validate)


def reply(state: RequestState, result: InferenceResult) -> tuple[bytes, Headers]:
    """Return what was judged as it goes out, with the headers that belong to it."""
    headers = [("Content-Type", declared(result.media_type))]
    content = result.content
    if _is_to_be_compressed(state, len(content)):
        content = gzip.compress(content, _LEVEL)
        headers.append(("Content-Encoding", "gzip"))
    return bytes(content), headers  # which WSGI asks for


def preferred_type(state: RequestState) -> str:
    """Return the media type of `WRITERS` that a request prefers."""
    return _preferred(state.header("ACCEPT", JSON))


def reply_json(answer: Any) -> Response:
    """Write what comes as JSON only."""
    return Response(msgspec.json.encode(answer), content_type=declared(JSON))


def declared(media_type: str) -> str:
    """Return a Content-Type; PowerShell 5.1 takes even JSON for Latin-1 where none is named."""
    return f"{media_type}; charset=utf-8"


def accepted_types(accept: str) -> MIMEAccept:
    """Read an Accept header; of a type's parameters only its quality counts."""
    return parse_accept_header(_PARAMETER.sub("", _one_line(accept)), MIMEAccept)


@lru_cache(maxsize=256)
def _preferred(accept: str) -> str:
    """Return the key of `WRITERS` that an Accept header prefers; JSON if it wants none of them."""
    return accepted_types(accept).best_match(WRITERS, JSON)


def _validate(response: Response) -> Response:
    """Say by what an answer to GET differs, give it an ETag, and send it once to whom has it."""
    if request.method not in ("GET", "HEAD"):
        return response
    response.vary.update(("Accept", "Accept-Encoding"))
    if response.status_code >= 400:
        response.cache_control.no_store = True
    if response.status_code == 200:
        response.cache_control.no_cache = True
        response.add_etag(weak=True)
        if request.if_none_match and not request.if_match:
            response.make_conditional(request)
    return response


def _compress(response: Response) -> Response:
    """Compress what is worth it for a client that accepts it."""
    size = response.content_length or 0
    if not response.content_encoding and _is_to_be_compressed(current_state(), size):
        response.data = gzip.compress(response.data, _LEVEL)
        response.headers["Content-Encoding"] = "gzip"
    return response


def _is_to_be_compressed(state: RequestState, size: int) -> bool:
    return size >= _WORTH_COMPRESSING and _takes_gzip(state.header("ACCEPT_ENCODING"))


@lru_cache(maxsize=256)
def _takes_gzip(accept_encoding: str) -> bool:
    return parse_accept_header(_one_line(accept_encoding), Accept)["gzip"] > 0


def _one_line(header: str) -> str:
    """Collapse white space: Werkzeug's parser takes time quadratic in it."""
    return " ".join(header.split())
