"""Streams: raw bytes sent over a connection, and the answers that came back."""

from __future__ import annotations

import http.client
import io
import socket
import time
from dataclasses import dataclass
from typing import NamedTuple

from bench.servers import HOST, Answer

_TIMEOUT_SECONDS = 10
_SURPLUS_SECONDS = 0.03
"""How long to wait for a surplus answer."""


class Received(NamedTuple):
    """The answers to a stream, and whether the other side then closed the connection."""

    answers: list[Answer]
    is_closed: bool

    def __str__(self) -> str:
        """Return statuses with the codes of our own errors, as tests write what they expect."""
        return ", ".join(map(_text, self.answers)) or ("closed" if self.is_closed else "waits")


def _text(answer: Answer) -> str:
    if answer.status < 400 or not answer.body:
        return str(answer.status)
    if not answer.headers.get_content_type().endswith("json"):
        return f"{answer.status} {answer.headers.get_content_type()}"
    return f"{answer.status} {answer.json['code']}"


@dataclass(frozen=True)
class Stream:
    """Bytes to send; `ends` closes our side after them, `answers` is how many to wait for."""

    content: bytes
    ends: bool = False
    answers: int = 1


def send(port: int, stream: Stream, timeout: float = _TIMEOUT_SECONDS) -> Received:
    """Send a stream; wait for its answers, the end of the connection or the timeout."""
    received, is_closed = b"", False
    with socket.create_connection((HOST, port), _TIMEOUT_SECONDS) as connection:
        try:
            connection.sendall(stream.content)
            if stream.ends:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            is_closed = True  # there may be an answer anyway
        deadline = time.monotonic() + timeout
        answers: list[Answer] = []
        while (left := deadline - time.monotonic()) > 0:
            enough = len(answers) >= stream.answers
            connection.settimeout(_SURPLUS_SECONDS if enough else left)
            try:
                part = connection.recv(2**16)
            except TimeoutError:
                break
            except OSError:
                part = b""
            if not part:
                return Received(answers, is_closed=True)
            received += part
            answers = read_answers(received)
    return Received(answers, is_closed)


def exchange(port: int, content: bytes) -> Answer:
    """Send one request and return its answer, of status 0 if there is none."""
    received = send(port, Stream(content))
    return received.answers[0] if received.answers else Answer(0, http.client.HTTPMessage(), b"")


def read_answers(received: bytes) -> list[Answer]:
    """Return the complete answers; answers to HEAD are not supported."""
    found, stream = [], io.BytesIO(received)
    while b"\r\n\r\n" in received[stream.tell() :]:
        line = stream.readline()
        assert line.startswith(b"HTTP/1."), line
        status, headers = int(line.split()[1]), http.client.parse_headers(stream)
        length = int(headers.get("Content-Length") or 0)
        body = stream.read(length)
        if len(body) < length:
            break
        if status != 100:
            found.append(Answer(status, headers, body))
    return found
