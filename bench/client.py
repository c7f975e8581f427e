"""Client: times a request on a socket until the last byte of its answer.

Warning: a client that decodes the answer, or only joins its pieces, is slower than some servers.
The benchmark would then measure the client.
"""

from __future__ import annotations

import socket
import time
from typing import NamedTuple, TypeVar

from bench.servers import HOST
from exohabit.inputs.readers import JSON

_CHUNK = 1 << 16
"""Bytes to read at a time until the head is complete."""
_END = b"\r\n\r\n"
"""The end of a head."""
_TIMEOUT_SECONDS = 120

Received = TypeVar("Received", bytes, int)


class Timed(NamedTuple):
    """How long an answer took, and what it was."""

    seconds: float
    content: bytes


def post(port: int, path: str, body: bytes, media_type: str = JSON) -> Timed:
    """Post a body on a new connection, and time it; opening the connection is not timed.

    Raises:
        RuntimeError: the answer is not 200 or has no Content-Length.
    """
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nContent-Type: {media_type}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    request = head.encode() + body
    with socket.create_connection((HOST, port), _TIMEOUT_SECONDS) as connection:
        began = time.perf_counter()
        connection.sendall(request)
        content = _receive(connection)
        seconds = time.perf_counter() - began
    return Timed(seconds, bytes(content))


def _receive(connection: socket.socket) -> bytearray:
    head, first = _head(connection)
    status, *headers = head.split(b"\r\n")
    named = {name.lower(): value for name, _, value in (line.partition(b":") for line in headers)}
    if status.split()[1] != b"200" or b"content-length" not in named:
        raise RuntimeError(f"an answer that cannot be timed: {(head + _END + first)[:500]!r}")
    content = bytearray(int(named[b"content-length"]))
    content[: len(first)] = first
    left = memoryview(content)[len(first) :]
    while left:  # straight into its final place: the clock is running
        left = left[_unless_closed(connection.recv_into(left)) :]
    return content


def _head(connection: socket.socket) -> tuple[bytes, bytearray]:
    """Return the head of an answer, and the content that arrived with it."""
    received = bytearray()
    while (end := received.find(_END)) < 0:
        received += _unless_closed(connection.recv(_CHUNK))
    return bytes(received[:end]), received[end + len(_END) :]


def _unless_closed(received: Received) -> Received:
    """Return what was received; nothing means that the connection was closed."""
    if not received:
        raise RuntimeError("the connection was closed before the answer was complete")
    return received
