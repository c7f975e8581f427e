"""The client times answers until their last byte, and only complete answers of status 200."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench.client import post
from bench.servers import HOST

HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n"


@contextmanager
def answering(*parts: bytes, pause: float = 0.0) -> Iterator[int]:
    """Answer a connection with parts, with a pause before each but the first."""

    def answer(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            for i, part in enumerate(parts):
                time.sleep(pause if i else 0)
                connection.sendall(part)

    with socket.create_server((HOST, 0)) as listener:
        thread = threading.Thread(target=answer, args=[listener])
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def test_an_answer_is_timed_until_its_last_byte():
    with answering(HEAD[:20], HEAD[20:] + b"abc", b"def", pause=0.1) as port:
        timed = post(port, "/rank", b"{}")

    assert timed.content == b"abcdef"
    assert timed.seconds >= 0.2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (HEAD.replace(b"200 OK", b"503 Busy") + b"abcdef", "cannot be timed"),
        (b"HTTP/1.1 200 OK\r\n\r\nabcdef", "cannot be timed"),
        (HEAD + b"abc", "before the answer was complete"),
        (HEAD[:20], "before the answer was complete"),
    ],
)
def test_a_refusal_or_half_an_answer_is_not_timed(answer, reason):
    with answering(answer) as port, pytest.raises(RuntimeError, match=reason):
        post(port, "/rank", b"{}")
