"""Soak: after very many requests of every kind, a worker has no more memory than before.

A warm-up fills caches and counts by label. Afterwards each worker may grow by less than 1 MB per
100,000 requests, and its files and threads stay the same.
"""

from __future__ import annotations

import gzip
import itertools
import json
import random
import re
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bench.servers import HOST
from tests.bad_requests import BAD_REQUESTS, EARTH
from tests.live.services import LARGE, Service, running
from tests.live.sizes import report, size

pytestmark = pytest.mark.slow

WARM_UP = size(3_000, 50_000)
REQUESTS = size(6_000, 1_000_000)
THREADS = 4
_KEPT_FOR = 200
"""Requests on one connection; a new one may reach another worker."""
_ALLOWED = size(8 * 2**20, REQUESTS * 10)
"""Bytes: 1 MB per 100,000 requests; in the short form, what the allocator itself adds and drops.

A list that keeps the environment of each request grows by more than twice as much.
"""
_SMALL = 2**16


def sent(method: str, path: str, body: bytes | None = None, **headers: str) -> bytes:
    """Return the bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: here"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += [] if body is None else [f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


def kinds(seed: int):
    """Yield requests of every kind; many of them are unique."""
    planets = [{**EARTH, "name": f"planet {i}"} for i in range(20)]
    csv = "pl_rade,pl_bmasse,pl_orbper,pl_eqt,st_spectype\n" + "1,1,365,255,G2 V\n" * 20
    query = "&".join(f"{name}={value}" for name, value in EARTH.items())
    bad = [
        sent(each.method, each.path, each.content, **each.headers)
        for each in BAD_REQUESTS
        if len(each.content or b"") < _SMALL and each.path.isascii() and " " not in each.path
    ]
    other = itertools.cycle(bad)
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    for turn in itertools.count():
        unique = f"{chance.getrandbits(64):x}"
        planet = json.dumps({**EARTH, "name": unique, f"key-{unique}": 1}).encode()
        yield sent("POST", "/predict", planet, X_Request_ID=unique)
        yield sent("POST", "/predict", json.dumps({**EARTH, "pl_eqt": turn % 1500}).encode())
        yield sent("POST", "/rank?top=3", json.dumps({"planets": planets}).encode())
        yield sent("POST", "/rank", csv.encode(), Content_Type="text/csv", Accept="text/csv")
        yield sent("GET", f"/predict?{query}&name={unique}", Accept=f"text/{unique}, */*;q=0.5")
        yield sent("POST", "/predict", gzip.compress(planet), Content_Encoding="gzip")
        yield sent("POST", "/predict?explain=true", planet)
        yield sent("GET", f"/{unique}", User_Agent=unique, traceparent=unique)
        yield sent("POST", "/predict", planet, Content_Type=f"text/{unique}")
        yield sent("GET", ("/health", "/ready", "/model", "/docs", "/openapi.json")[turn % 5])
        yield sent("POST", "/predict", json.dumps({**EARTH, "st_spectype": unique}).encode())
        yield from itertools.islice(other, 3)
        if turn % 200 == 0:
            yield sent("GET", "/metrics")
        if turn % 500 == 0:
            yield sent("POST", "/predict", LARGE)


class Connection:
    """A connection that sends raw requests and reads the answers."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket = socket.create_connection((HOST, port), 60)
        self._rest = b""

    def ask(self, request: bytes) -> int:
        """Return the status of the answer; connect again if the server then closes."""
        self._socket.sendall(request)
        while b"\r\n\r\n" not in self._rest:
            self._receive()
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        head = head.lower()
        length = re.search(rb"content-length: (\d+)", head)
        missing = int(length[1]) if length and not request.startswith(b"HEAD") else 0
        while len(self._rest) < missing:
            self._receive()
        self._rest = self._rest[missing:]
        if b"connection: close" in head:
            self.close()
            self.__init__(self._port)
        return int(head.split(b" ", 2)[1])

    def _receive(self) -> None:
        received = self._socket.recv(2**16)
        if not received:
            raise ConnectionError("the service closed the connection")
        self._rest += received

    def close(self) -> None:
        self._socket.close()


def send_many(port: int, number: int) -> Counter[int]:
    """Send so many requests from several threads, and count the statuses."""

    def work(seed: int) -> Counter[int]:
        statuses: Counter[int] = Counter()
        connection = Connection(port)
        try:
            for turn, request in enumerate(itertools.islice(kinds(seed), number // THREADS), 1):
                statuses[connection.ask(request)] += 1
                if turn % _KEPT_FOR == 0:
                    connection.close()
                    connection = Connection(port)
        finally:
            connection.close()
        return statuses

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(work, range(THREADS)), Counter())


def memory(pid: int) -> int:
    """Return the private memory of a process in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+) kB", status)[1]) * 1024


def number_of(pid: int, what: str) -> int:
    return len(list(Path(f"/proc/{pid}/{what}").iterdir()))


def held(service: Service) -> dict[int, tuple[int, int, int]]:
    """Return the memory, the open files and the threads of each worker."""
    return {
        pid: (memory(pid), number_of(pid, "fd"), number_of(pid, "task"))
        for pid in service.workers()
    }


def test_mixed_requests_leave_nothing_behind_in_a_worker(tmp_path):
    with running(tmp_path, workers=2, log="json") as service:
        service.start_batch_processes()
        send_many(service.port, WARM_UP)
        before, files = held(service), sorted(service.shared().iterdir())
        done = 0
        statuses: Counter[int] = Counter()
        while done < REQUESTS:
            statuses += send_many(service.port, min(100_000, REQUESTS))
            done += min(100_000, REQUESTS)
            now = held(service)
            grown = [now[pid][0] - before[pid][0] for pid in before]
            report(
                f"{done} requests: memory {[n[0] >> 10 for n in now.values()]} KiB, grown by "
                f"{[each >> 10 for each in grown]} KiB, files and threads "
                f"{[n[1:] for n in now.values()]}"
            )
        files_now = sorted(service.shared().iterdir())
    report(f"statuses {dict(statuses)}")

    assert set(now) == set(before)
    assert max(grown) < _ALLOWED
    # A connection that is just being closed may still be open.
    assert all(abs(now[pid][1] - before[pid][1]) <= THREADS for pid in before)
    # A pool may start a thread late.
    assert all(abs(now[pid][2] - before[pid][2]) <= 2 for pid in before)
    assert files_now == files
    assert 500 not in statuses
    assert {200, 400, 404, 405, 415} <= set(statuses)
