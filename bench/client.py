"""Client: a request on a socket, timed until the last byte of its answer, which it does not read.

The trap: a client that decodes what it gets, or only puts it together, is slower than some servers,
and is then what is measured.
"""

from __future__ import annotations

import socket
import time
from typing import NamedTuple, TypeVar

from bench.servers import HOST
from exohabit.inputs.readers import JSON

_CHUNK = 1 << 16
"""Bytes that are asked for at a time until a head is whole."""
_END = b"\r\n\r\n"
"""Of a head."""
_TIMEOUT_SECONDS = 120

Received = TypeVar("Received", bytes, int)


class Timed(NamedTuple):
    """How long an answer took, and what it was."""

    seconds: float
    content: bytes


def post(port: int, path: str, body: bytes, media_type: str = JSON) -> Timed:
    """Post a body, and time it.

    On a connection of its own, as not all servers keep one; opening it is not timed.

    Raises:
        RuntimeError: an answer is not 200, or does not say how long it is.
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
    while left:  # to where it stays: next to nothing is copied while the clock runs
        left = left[_unless_closed(connection.recv_into(left)) :]
    return content


def _head(connection: socket.socket) -> tuple[bytes, bytearray]:
    """Return the head of an answer, and what came with it of the content."""
    received = bytearray()
    while (end := received.find(_END)) < 0:
        received += _unless_closed(connection.recv(_CHUNK))
    return bytes(received[:end]), received[end + len(_END) :]


def _unless_closed(received: Received) -> Received:
    """Return what was received, if it is not nothing, which is how a closed connection says so."""
    if not received:
        raise RuntimeError("the connection was closed before the answer was whole")
    return received
