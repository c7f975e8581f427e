"""Client: a request on a socket, timed until the last byte of its answer, which it does not read.

The trap: a client that decodes what it gets is slower than some servers, and is then what is
measured.
"""

from __future__ import annotations

import socket
import time
from typing import NamedTuple

from messages.readers import JSON
from tests.running import HOST

_CHUNK = 1 << 20
_TIMEOUT_SECONDS = 120


class Timed(NamedTuple):
    """How long an answer took, and what it was."""

    seconds: float
    content: bytes


def post(port: int, path: str, body: bytes, media_type: str = JSON, times: int = 1) -> Timed:
    """Post a body several times; return the mean time and the last answer.

    Each time on a connection of its own, as not all servers keep one; opening it is not timed.

    Raises:
        RuntimeError: an answer is not 200, or does not say how long it is.
    """
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nContent-Type: {media_type}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    request = head.encode() + body
    seconds = 0.0
    for _ in range(times):
        with socket.create_connection((HOST, port), _TIMEOUT_SECONDS) as connection:
            began = time.perf_counter()
            connection.sendall(request)
            content = _receive(connection)
            seconds += time.perf_counter() - began
    return Timed(seconds / times, content)


def _receive(connection: socket.socket) -> bytes:
    received = bytearray()
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += _chunk(connection)
    status, *headers = bytes(received[:end]).split(b"\r\n")
    named = {name.lower(): value for name, _, value in (line.partition(b":") for line in headers)}
    if status.split()[1] != b"200" or b"content-length" not in named:
        raise RuntimeError(f"an answer that cannot be timed: {bytes(received[:500])!r}")
    size = end + 4 + int(named[b"content-length"])
    while len(received) < size:
        received += _chunk(connection)
    return bytes(received[end + 4 :])


def _chunk(connection: socket.socket) -> bytes:
    chunk = connection.recv(_CHUNK)
    if not chunk:
        raise RuntimeError("the connection was closed before the answer was whole")
    return chunk
