"""Clients: one or many at once, with connections that stay open, and the outcome of each request.

A request has failed if its status is 5xx or if sending it raised an exception.
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

from bench.servers import HOST, Answer

_TIMEOUT_SECONDS = 60


class Request(NamedTuple):
    """A request to send; a body other than bytes is sent as JSON."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = {}


@dataclass(frozen=True)
class Outcome:
    """When a request was sent (seconds, monotonic), how long it took, and its status or error."""

    began: float
    seconds: float
    status: int = 0
    error: str = ""

    @property
    def failed(self) -> bool:
        return bool(self.error) or self.status >= 500


class _Connection(http.client.HTTPConnection):
    """Sends head and body together, as curl does; http.client sends them separately."""

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
    """A connection that stays open from one request to the next."""

    def __init__(self, port: int, address: str = HOST, in_one_piece: bool = True) -> None:
        """Connect from an address of 127.0.0.x, as another machine would."""
        kind = _Connection if in_one_piece else http.client.HTTPConnection
        self.cut_short = 0
        """How often the other side closed before a request was sent completely."""
        self._connection = kind(HOST, port, timeout=_TIMEOUT_SECONDS, source_address=(address, 0))

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
            return self._read_early_answer()
        response = self._connection.getresponse()
        return Answer(response.status, response.headers, response.read())

    def _read_early_answer(self) -> Answer:
        """Read the answer of a server that closed early, as requests and curl do."""
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


def send_all(
    ports: Iterable[int],
    requests: Iterable[Request],
    threads: int = 16,
    address: str = HOST,
    kept_for: int = 20,
) -> list[tuple[Request, Answer]]:
    """Send each request once, by many clients at once; raise the first exception of any.

    The clients are spread over the ports. Each connects again after some requests, because a
    connection stays with one worker.
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
) -> Iterator[list[Outcome]]:
    """Send requests in other threads until the end of the block.

    `ask` gets a client and a number that grows with each request. The clients begin with different
    numbers, so that they do not all send a rare request at the same time.
    """
    outcomes: list[Outcome] = []
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
            outcomes.append(Outcome(began, time.monotonic() - began, status, error))
            turn += 1
        client.close()

    workers = [threading.Thread(target=work, args=(7 * i,), daemon=True) for i in range(threads)]
    for each in workers:
        each.start()
    try:
        yield outcomes
    finally:
        is_over.set()
        for each in workers:
            each.join(_TIMEOUT_SECONDS + 10)


def failures(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [each for each in outcomes if each.failed]
