"""Request bodies: reads bodies within limits.

A limit on Content-Length does not stop a chunked or compressed body. So bytes are counted while
they are read and decompressed. A server that does not read a refused body closes the connection
while the client is still sending, and the client may never see the answer. So a refused body is
answered first and then read to its end, up to a limit.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any

from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    LengthRequired,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)
from werkzeug.http import parse_options_header

from exohabit.inputs.limits import MAX_GZIP_MEMBERS, MAX_RATIO, RATIO_FROM
from exohabit.inputs.readers import INPUT_FORMATS, JSON, READERS
from exohabit.service.example_request import example_request
from exohabit.service.request_state import RequestState

OnSize = Callable[[int], None]
"""Called with the size of a body so far; raises Busy if it is large and no slot is free."""

_CHUNK = 2**20
_UNDECLARED_CHUNK = 2**16
"""Bytes that are read at a time of a body that may be large, but does not say so."""
_INFLATED_CHUNK = 2**18
"""Bytes that are decompressed at a time."""
_MAX_DRAINED = 2**26
"""Bytes of a refused body that are still read, so that the client sees the answer."""


class UnsupportedCoding(UnsupportedMediaType):
    """A body with an unsupported compression; the answer names the supported one."""

    def get_headers(self, *arguments: Any) -> list[tuple[str, str]]:
        return [*super().get_headers(*arguments), ("Accept-Encoding", "gzip")]


def check_body_headers(state: RequestState, limit: int) -> tuple[str, bool]:
    """Check the headers of a body before reading it.

    Returns its media type, and whether it is compressed.

    Tables need a Content-Length: if the framing of a chunked body breaks, granian ends it as if it
    were complete. Truncated JSON is invalid, but a truncated table may be valid.

    Raises:
        UnsupportedMediaType: the declared format, charset or compression is not supported.
        LengthRequired: it is a table that is sent in chunks.
        RequestEntityTooLarge: its declared size is more than `limit` bytes.
    """
    media_type, is_compressed = _media_type(state), _is_compressed(state)
    size = state.declared_size
    is_chunked = size is None and state.header("TRANSFER_ENCODING")
    if is_chunked and READERS[media_type].media_type != JSON:
        raise LengthRequired(
            f"A body of {media_type} needs a Content-Length, because a chunked body may be "
            "truncated unnoticed. With curl, send --data-binary @file, not -T -."
        )
    if size and size > limit:
        raise _too_large(limit)
    return media_type, is_compressed


def read_body(state: RequestState, limit: int, on_size: OnSize, *, is_compressed: bool) -> bytes:
    """Read the whole body of a request whose headers were checked, and decompress it.

    `on_size` is called with the size of the body, decompressed, while it grows.

    Raises:
        RequestEntityTooLarge: it has more than `limit` bytes, compressed or not, or is compressed
            more than `MAX_RATIO` times.
        BadRequest: it is declared as gzip but is not, or ended too early.
        Busy: `on_size` raises this for a body that turns out to be large.
    """
    read = _inflated if is_compressed else _chunks
    content = b"".join(read(state, limit, on_size))
    state.body_is_read = True
    return content


def has_unread_body(state: RequestState) -> bool:
    """Whether a request has a body that was not read to its end."""
    is_sent = state.declared_size or state.header("TRANSFER_ENCODING")
    return bool(is_sent) and not state.body_is_read


def drain(state: RequestState, release: Callable[[], None]) -> None:
    """Read and discard the rest of a body, up to a limit; then release the slot."""
    left, read = _MAX_DRAINED, state.stream().read
    try:
        with suppress(HTTPException, OSError):  # the client has closed the connection
            while left > 0 and (chunk := read(_CHUNK)):
                left -= len(chunk)
    finally:
        release()


def _chunks(state: RequestState, limit: int, on_size: OnSize) -> Iterator[bytes]:
    """Read a body in chunks, to its declared size or its end."""
    declared, read = state.declared_size, state.stream().read
    size, most = 0, _UNDECLARED_CHUNK if declared is None else _CHUNK
    # Every read releases Python's global lock, so there is no read after the declared size.
    while size != declared and (chunk := read(min(most, limit + 1 - size))):
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        on_size(size)
        yield chunk
    if size < (declared or 0):
        raise BadRequest(
            f"The body ended after {size:,} of {declared or 0:,} bytes: send it again."
        )


def _inflated(state: RequestState, limit: int, on_size: OnSize) -> Iterator[bytes]:
    """Decompress gzip members in chunks, never further than the compressed size allows."""
    inflater = zlib.decompressobj(wbits=31)
    received = size = 0
    members = 1
    for compressed in _chunks(state, limit, on_size):
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
                inflated = inflater.decompress(left, min(_INFLATED_CHUNK, allowed + 1 - size))
            except zlib.error as error:
                raise BadRequest(
                    f"The body is declared as gzip, but not all of it is gzip: {error}."
                ) from error
            size += len(inflated)
            if size > allowed:
                raise _too_large(limit) if size > limit else _compressed_too_much()
            on_size(size)
            yield inflated
            left = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
    if not inflater.eof:
        raise BadRequest("The body is declared as gzip but ends too early.")


def _compressed_too_much() -> RequestEntityTooLarge:
    return RequestEntityTooLarge(
        f"The body is compressed more than {MAX_RATIO} times: send it uncompressed."
    )


def _media_type(state: RequestState) -> str:
    """Return the key of `READERS` for the declared type of a body; JSON if it has none."""
    media_type, declared, charset = _declared(state.environ.get("CONTENT_TYPE", ""))
    if media_type not in READERS:
        known = ", ".join(way.media_type for way in INPUT_FORMATS)
        raise UnsupportedMediaType(
            f"The body is declared as {declared}; supported are {known}. {example_request(state)}"
        )
    if charset not in ("utf-8", "utf8", "us-ascii", "ascii"):
        raise UnsupportedMediaType(
            f"The body is declared as {charset}; send UTF-8. {example_request(state)}"
        )
    return media_type


@lru_cache(maxsize=256)
def _declared(content_type: str) -> tuple[str, str, str]:
    """Parse a Content-Type header: the type to read it as, the declared type, and the charset."""
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
            f"The body is declared as {coding}; send it uncompressed or compressed with gzip. "
            f"{example_request(state)}"
        )
    return "gzip" in coding


def _too_large(limit: int) -> RequestEntityTooLarge:
    return RequestEntityTooLarge(
        f"The body is larger than {limit // 2**20} MiB, the limit for one request."
    )
