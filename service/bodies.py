"""Bodies: how what a client sent is read within limits, and how an answer is written.

The trap: a length limit that trusts Content-Length is passed by a chunked body, so bytes are
counted as they are read, on every route, by the one function here. And a server that refuses a
body unread closes the connection under a client that is still sending; so what is refused is read
to its end, up to a bound, and thrown away.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import msgspec
from flask import Request, Response
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, UnsupportedMediaType

_CHUNK = 2**20
_DRAINED = 2**26
"""Bytes of a refused body that are still read, so that its sender hears why."""

EXAMPLE = '{"pl_rade": 1.1, "pl_bmasse": 0.9, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}'
"""A planet to show how to ask: the README's first request."""


def how_to_ask(request: Request) -> str:
    """Show a request that works at this address, for curl and PowerShell."""
    if request.path not in ("/predict", "/rank"):
        return f"To ask: curl {request.base_url}"
    body = EXAMPLE if request.path == "/predict" else f'{{"planets": [{EXAMPLE}]}}'
    return (
        f"To ask: curl {request.base_url} -H 'Content-Type: application/json' -d '{body}' — or in "
        f"PowerShell: Invoke-RestMethod {request.base_url} -Method Post "
        f"-ContentType 'application/json; charset=utf-8' -Body '{body}'"
    )


def read_body(request: Request, limit: int) -> bytes:
    """Read a request's JSON body whole.

    Raises:
        UnsupportedMediaType: it is not declared as JSON in UTF-8, or is compressed.
        RequestEntityTooLarge: it has more than `limit` bytes.
    """
    _check_type(request)
    declared = request.content_length
    if declared is not None and declared > limit:
        raise _too_large(limit)
    chunks, size = [], 0
    while chunk := request.stream.read(min(_CHUNK, limit + 1 - size)):
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
    return b"".join(chunks)


def drain(request: Request) -> None:
    """Read what is left of a body and forget it, up to a bound."""
    left = _DRAINED
    with suppress(HTTPException, OSError):  # the client is gone: nobody to tell
        while left > 0 and (chunk := request.stream.read(_CHUNK)):
            left -= len(chunk)


def json_response(answer: Any, status: int = 200, media_type: str = "application/json") -> Response:
    """Write an answer as JSON."""
    return Response(msgspec.json.encode(answer), status, content_type=media_type)


def _check_type(request: Request) -> None:
    media_type = request.mimetype
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    is_json = media_type in ("", "application/json", "text/json") or media_type.endswith("+json")
    if not is_json:
        raise UnsupportedMediaType(f"The body is declared as {media_type}. {how_to_ask(request)}")
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(f"The body is declared as {charset}; send UTF-8.")
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if encoding != "identity":
        raise UnsupportedMediaType(f"The body is declared as {encoding}; send it uncompressed.")


def _too_large(limit: int) -> RequestEntityTooLarge:
    return RequestEntityTooLarge(
        f"The body is larger than {limit // 2**20} MiB, the most that one request may carry."
    )
