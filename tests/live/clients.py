"""Clients: connections that are kept, alone or many at once, and what became of each request.

A request has failed if it was answered with 5xx, or if asking raised anything.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple

from tests.running import HOST, Answer

_PATIENCE_SECONDS = 60


class Request(NamedTuple):
    """What to ask; a body that is no bytes is sent as JSON."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = {}


@dataclass(frozen=True)
class Asked:
    """When a request was sent (seconds, monotonic), how long it took, and what came of it."""

    began: float
    seconds: float
    status: int = 0
    error: str = ""

    @property
    def failed(self) -> bool:
        return bool(self.error) or self.status >= 500


class _Connection(http.client.HTTPConnection):
    """Sends a request in one piece, as curl does; by itself it sends the body after the head."""

    _held: list[Any] | None = None

    def request(self, *arguments: Any, **options: Any) -> None:
        self._held = []
        try:
            super().request(*arguments, **options)
            whole = b"".join(self._held)
        finally:
            self._held = None
        super().send(whole)

    def send(self, data: Any) -> None:
        if self._held is None:
            super().send(data)
        else:
            self._held.append(data)


class Client:
    """A connection that is kept from one request to the next."""

    def __init__(self, port: int, address: str = HOST, in_one_piece: bool = True) -> None:
        """Connect as a machine of another address, if 127.0.0.x is given."""
        kind = _Connection if in_one_piece else http.client.HTTPConnection
        self.cut_short = 0
        """Times that the other side closed before a request was sent whole."""
        self._connection = kind(HOST, port, timeout=_PATIENCE_SECONDS, source_address=(address, 0))

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        try:
            self._connection.request(method, path, body, dict(headers or {}))
        except (BrokenPipeError, ConnectionResetError):
            return self._hear()
        response = self._connection.getresponse()
        return Answer(response.status, response.headers, response.read())

    def _hear(self) -> Answer:
        """Read the answer of who closed before all was sent, as requests and curl do."""
        self.cut_short += 1
        assert self._connection.sock is not None
        response = http.client.HTTPResponse(self._connection.sock)
        try:
            response.begin()
            return Answer(response.status, response.headers, response.read())
        finally:
            response.close()
            self.close()

    def post(self, path: str, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("POST", path, body, headers)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("GET", path, None, headers)


def ask_all(
    ports: Iterable[int],
    requests: Iterable[Request],
    threads: int = 16,
    address: str = HOST,
    kept_for: int = 20,
) -> list[tuple[Request, Answer]]:
    """Ask all requests, each once, by many clients at once; raise what any of them raised.

    The clients take turns at the ports, and connect anew after so many requests: a connection
    stays with one worker.
    """
    waiting = iter(list(requests))
    lock = threading.Lock()
    answered: list[tuple[Request, Answer]] = []
    raised: list[BaseException] = []
    ports = list(ports)

    def work(port: int) -> None:
        client = Client(port, address)
        try:
            for turn in count(1):
                with lock:
                    request = next(waiting, None)
                if request is None or raised:
                    return
                answered.append((request, client.ask(*request)))
                if turn % kept_for == 0:
                    client.close()
        except Exception as error:
            raised.append(error)
        finally:
            client.close()

    workers = [
        threading.Thread(target=work, args=(ports[i % len(ports)],), daemon=True)
        for i in range(threads)
    ]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    if raised:
        raise raised[0]
    return answered


@contextmanager
def load(
    port: int, ask: Callable[[Client, int], Answer], threads: int = 8, pause: float = 0.02
) -> Iterator[list[Asked]]:
    """Ask on and on in other threads.

    `ask` is told a client and its turn, which the clients begin at different numbers, so that
    what is asked now and then is not asked by all at once.
    """
    asked: list[Asked] = []
    is_over = threading.Event()

    def work(first_turn: int) -> None:
        client = Client(port)
        turn = first_turn
        while not is_over.wait(pause):
            began = time.monotonic()
            try:
                status, error = ask(client, turn).status, ""
            except Exception as raised:
                status, error = 0, f"{type(raised).__name__}: {raised}"
                client.close()
            asked.append(Asked(began, time.monotonic() - began, status, error))
            turn += 1
        client.close()

    workers = [threading.Thread(target=work, args=(7 * i,), daemon=True) for i in range(threads)]
    for each in workers:
        each.start()
    try:
        yield asked
    finally:
        is_over.set()
        for each in workers:
            each.join(_PATIENCE_SECONDS + 10)


def failures(asked: Iterable[Asked]) -> list[Asked]:
    return [each for each in asked if each.failed]
