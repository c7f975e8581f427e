"""Bodies: how what a client sent is read within limits.

The trap: a length limit that trusts Content-Length is passed by a chunked or a compressed body, so
bytes are counted as they are read and inflated, on every route, by the one function here. And a
server that refuses a body unread closes the connection under a client that is still sending; so
what is refused is answered, then read to its end, up to a bound, and thrown away.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    LengthRequired,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)
from werkzeug.http import parse_options_header
from werkzeug.wsgi import get_current_url

from exohabit.inputs.limits import MAX_GZIP_MEMBERS, MAX_RATIO, RATIO_FROM
from exohabit.inputs.readers import CSV, INPUT_FORMATS, JSON, READERS
from exohabit.inputs.schemas import EXAMPLE
from exohabit.service.auth import KEY_HEADER
from exohabit.service.request_state import RequestState

_CHUNK = 2**20
_STEP = 2**18
"""Bytes that are inflated at a time."""
_DRAINED = 2**26
"""Bytes of a refused body that are still read, so that its sender hears why."""


class UnsupportedCoding(UnsupportedMediaType):
    """A body compressed in a way that is not understood; the answer says which way is."""

    def get_headers(self, *arguments: Any) -> list[tuple[str, str]]:
        return [*super().get_headers(*arguments), ("Accept-Encoding", "gzip")]


def how_to_ask(state: RequestState) -> str:
    """Show a request that works at this address, for curl and PowerShell."""
    url = get_current_url(state.environ, strip_querystring=True)
    has_key = state.key_name is not None
    curl = f"curl {url}" + f" -H '{KEY_HEADER}: YOUR_KEY'" * has_key
    if state.path not in ("/predict", "/rank"):
        return f"To ask: {curl}"
    if state.path == "/predict" and state.method == "GET":
        return f"To ask: {url}?{urlencode(EXAMPLE)}"
    body = json.dumps(EXAMPLE if state.path == "/predict" else {"planets": [EXAMPLE]})
    return (
        f"To ask: {curl} -H 'Content-Type: {JSON}' -d '{body}' — or in "
        f"PowerShell: Invoke-RestMethod {url} -Method Post "
        + f"-Headers @{{ '{KEY_HEADER}' = 'YOUR_KEY' }} "
        * has_key
        + f"-ContentType '{JSON}; charset=utf-8' -Body '{body}' — or with a table: "
        f"{curl} -H 'Content-Type: {CSV}' --data-binary @planets.csv"
    )


def check_body_headers(state: RequestState, limit: int) -> tuple[str, bool]:
    """Refuse a body by its headers, before any of it is read.

    Returns its media type, and whether it is compressed.

    granian ends a chunked body whose framing breaks as if it were complete. JSON shows that it is
    cut off; a table does not, nor does a compressed one between two gzip members, so tables need a
    length.

    Raises:
        UnsupportedMediaType: the body is declared as a format that is not read, not as UTF-8, or as
            compressed by something other than gzip.
        LengthRequired: it is a table that is sent in chunks.
        RequestEntityTooLarge: its declared size is more than `limit` bytes.
    """
    media_type, is_compressed = _media_type(state), _is_compressed(state)
    size = state.declared_size
    is_chunked = size is None and state.header("TRANSFER_ENCODING")
    if is_chunked and READERS[media_type].media_type != JSON:
        raise LengthRequired(
            f"A body of {media_type} needs a Content-Length, because it may be cut off unnoticed "
            "if it is sent in chunks. With curl, send --data-binary @file, not -T -."
        )
    if size and size > limit:
        raise _too_large(limit)
    return media_type, is_compressed


def read_body(
    state: RequestState, limit: int, admit: Callable[[int], None], *, is_compressed: bool
) -> bytes:
    """Read a request's body whole, after its headers were checked.

    `admit` is told the size of a compressed body, inflated, as it grows.

    Raises:
        RequestEntityTooLarge: it has more than `limit` bytes, compressed or not, or is compressed
            more than `MAX_RATIO` times.
        BadRequest: it is declared as gzip and is none, or ended before it was whole.
        Busy: `admit` raises it for a body that turns out to be large.
    """
    chunks = _chunks(state, limit)
    if is_compressed:
        chunks = _admitted(_inflated(chunks, limit), admit)
    content = b"".join(chunks)
    state.body_is_read = True
    return content


def _admitted(chunks: Iterable[bytes], admit: Callable[[int], None]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        admit(size)
        yield chunk


def has_unread_body(state: RequestState) -> bool:
    """Whether a request has a body that was not read to its end."""
    is_sent = state.declared_size or state.header("TRANSFER_ENCODING")
    return bool(is_sent) and not state.body_is_read


def drain(state: RequestState, give_back: Callable[[], None]) -> None:
    """Read what is left of a body and forget it, up to a bound; then give the place back."""
    left, read = _DRAINED, state.stream().read
    try:
        with suppress(HTTPException, OSError):  # the client is gone: nobody to tell
            while left > 0 and (chunk := read(_CHUNK)):
                left -= len(chunk)
    finally:
        give_back()


def _chunks(state: RequestState, limit: int) -> Iterator[bytes]:
    """Read a body as it comes, to its declared size or its end."""
    declared, read = state.declared_size, state.stream().read
    size = 0
    # Each read lets go of Python's lock: none to find out that a body has ended which is known to.
    while size != declared and (chunk := read(min(_CHUNK, limit + 1 - size))):
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        yield chunk
    if size < (declared or 0):
        raise BadRequest(
            f"The body ended after {size:,} of {declared or 0:,} bytes: send it again."
        )


def _inflated(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """Inflate a body of gzip members in steps, never further than its compressed size allows."""
    inflater = zlib.decompressobj(wbits=31)
    received = size = 0
    members = 1
    for compressed in chunks:
        received += len(compressed)
        allowed = min(limit, max(RATIO_FROM, MAX_RATIO * received))
        left = compressed
        while left := left.lstrip(b"\0") if inflater.eof else left:  # gzip pads with zeros
            if inflater.eof:
                inflater = zlib.decompressobj(wbits=31)
                members += 1
            if members > MAX_GZIP_MEMBERS:
                raise BadRequest(f"The body has more than {MAX_GZIP_MEMBERS:,} gzip members.")
            try:
                inflated = inflater.decompress(left, min(_STEP, allowed + 1 - size))
            except zlib.error as error:
                raise BadRequest(f"The body is declared as gzip and is none: {error}.") from error
            size += len(inflated)
            if size > allowed:
                raise _too_large(limit) if size > limit else _compressed_too_far()
            yield inflated
            left = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
    if not inflater.eof:
        raise BadRequest("The body is declared as gzip and ends too early.")


def _compressed_too_far() -> RequestEntityTooLarge:
    return RequestEntityTooLarge(
        f"The body inflates to over {MAX_RATIO} times its compressed size: send it uncompressed."
    )


def _media_type(state: RequestState) -> str:
    """Return the key of `READERS` that a body is declared as; JSON if it is not declared."""
    media_type, declared, charset = _declared(state.environ.get("CONTENT_TYPE", ""))
    if media_type not in READERS:
        known = ", ".join(way.media_type for way in INPUT_FORMATS)
        raise UnsupportedMediaType(
            f"The body is declared as {declared}; read are {known}. {how_to_ask(state)}"
        )
    if charset not in ("utf-8", "utf8", "us-ascii", "ascii"):
        raise UnsupportedMediaType(
            f"The body is declared as {charset}; send UTF-8. {how_to_ask(state)}"
        )
    return media_type


@lru_cache(maxsize=256)
def _declared(content_type: str) -> tuple[str, str, str]:
    """Read a Content-Type header: what to read it as, the media type and the charset."""
    text, parameters = parse_options_header(content_type)
    declared = text.lower()
    media_type = JSON if not declared or declared.endswith("+json") else declared
    return media_type, declared, parameters.get("charset", "utf-8").lower()


def _is_compressed(state: RequestState) -> bool:
    coding = state.environ.get("HTTP_CONTENT_ENCODING")
    if not coding:
        return False
    coding = coding.strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise UnsupportedCoding(
            f"The body is declared as {coding}; send it as it is or compressed with gzip. "
            f"{how_to_ask(state)}"
        )
    return "gzip" in coding


def _too_large(limit: int) -> RequestEntityTooLarge:
    return RequestEntityTooLarge(
        f"The body is larger than {limit // 2**20} MiB, the most that one request may carry."
    )
