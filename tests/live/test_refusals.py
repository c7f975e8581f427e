"""Refusals over real sockets: a refused client gets its answer, and nobody else waits for it."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from contextlib import ExitStack

import pytest

from bench.servers import HOST
from exohabit.service.api_keys import new_key
from tests.bad_requests import EARTH
from tests.live.clients import Client, failures, load
from tests.live.proxy import nginx_before
from tests.live.services import running
from tests.live.sizes import percentile, report, size

HALF_SENT = 40
BODY = json.dumps(EARTH).encode()


@pytest.fixture(scope="module")
def keyed(tmp_path_factory):
    """A service of two workers that needs a key, the key, and nginx in front of it."""
    folder = tmp_path_factory.mktemp("keyed")
    file = folder / "keys.json"
    key = {"X-API-Key": new_key(file, "somebody")}
    settings = {"workers": 2, "keys_file": file, "proxies": 1}
    with running(folder / "service", **settings) as service, nginx_before(service.port) as nginx:
        yield service, key, nginx


def test_clients_that_send_half_a_body_do_not_stop_others_behind_nginx(keyed):
    _, key, nginx = keyed
    head = f"POST /rank HTTP/1.1\r\nHost: here\r\nX-API-Key: {key['X-API-Key']}\r\n"
    head += f"Content-Length: {len(BODY)}\r\n\r\n"

    def predict(client: Client, turn: int):
        return client.post("/predict", BODY, key)

    with load(nginx.port, predict) as alone:
        time.sleep(size(2, 10))
    with ExitStack() as open_connections:
        for _ in range(HALF_SENT):
            half_sent = socket.create_connection((HOST, nginx.port), 20)
            open_connections.enter_context(half_sent)
            half_sent.sendall(head.encode() + BODY[: len(BODY) // 2])
        with load(nginx.port, predict) as beside:
            time.sleep(size(2, 7))
    p99 = [
        percentile((each.seconds for each in outcomes), 99) * 1000 for outcomes in (alone, beside)
    ]
    report(f"p99 {p99[0]:.0f} ms alone, {p99[1]:.0f} ms beside {HALF_SENT} half-sent bodies")

    assert not failures(alone)
    assert not failures(beside)
    assert {each.status for each in beside} == {200}
    assert len(beside) > len(alone) / 10


def test_a_client_without_a_key_is_refused_before_it_sends_a_body(keyed):
    service, _, _ = keyed
    with socket.create_connection((HOST, service.port), 20) as connection:
        connection.sendall(b"POST /rank HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000\r\n\r\n")
        answer = b""
        while not answer.endswith(b"}"):
            answer += connection.recv(2**16)

    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b'"code":"unauthorized"' in answer


@pytest.mark.parametrize("way", ["directly", "behind nginx"])
def test_a_client_without_a_key_is_refused_after_it_sent_thirty_megabytes(keyed, way):
    service, _, nginx = keyed
    port = nginx.port if way == "behind nginx" else service.port

    for _ in range(size(3, 20)):
        with Client(port, in_one_piece=False) as client:
            answer = client.post("/rank", b" " * 30_000_000)
        assert answer.status == 401
        assert json.loads(answer.body)["code"] == "unauthorized"


@pytest.mark.parametrize("way", ["directly", "behind nginx"])
def test_many_clients_without_a_key_are_refused_on_open_connections(keyed, way):
    service, _, nginx = keyed
    port = nginx.port if way == "behind nginx" else service.port
    statuses, raised, cut_short = [], [], []

    def ask() -> None:
        with Client(port, in_one_piece=False) as client:
            for _ in range(size(100, 1_000)):
                try:
                    statuses.append(client.post("/predict", BODY).status)
                except (OSError, http.client.HTTPException) as error:
                    raised.append(type(error).__name__)
                    client.close()
            cut_short.append(client.cut_short)

    clients = [threading.Thread(target=ask, daemon=True) for _ in range(16)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    report(
        f"{way}: {len(statuses)} got an answer, {sum(cut_short)} of them before all was sent, "
        f"{len(raised)} did not: {set(raised)}"
    )

    assert set(statuses) == {401}
    assert not raised


def test_http_2_is_not_supported(tmp_path):
    """With HTTP/2, granian 2.8.7 holds a thread for every body that a client cancels."""
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
    with running(tmp_path, workers=1) as service, Client(service.port) as client:
        with socket.create_connection((HOST, service.port), 20) as connection:
            connection.sendall(preface)
            received = connection.recv(2**10)

        assert received == b""
        assert client.get("/health", {"Connection": "Upgrade", "Upgrade": "h2c"}).status == 200
