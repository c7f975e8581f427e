"""Large requests: small ones are answered beside them, and too many are refused at once."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from bench.servers import HOST
from tests.bad_requests import EARTH
from tests.live.clients import Client, Request, failures, load, send_all
from tests.live.services import Service, running, wait_until
from tests.live.sizes import percentile, report, size

RANKING = json.dumps({"planets": [EARTH] * 100_000}).encode()


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    folder = tmp_path_factory.mktemp("capacity")
    with running(folder, workers=2, threads=3, large_requests=2) as running_service:
        running_service.start_batch_processes()
        yield running_service


def predict(client: Client, turn: int):
    return client.post("/predict", EARTH)


def rank(client: Client, turn: int):
    return client.post("/rank?top=1", RANKING)


def test_small_requests_are_answered_while_a_hundred_thousand_planets_are_ranked(service):
    with load(service.port, predict, threads=4) as alone:
        time.sleep(size(1, 20))
    with load(service.port, rank, threads=2, pause=0) as rankings:
        time.sleep(0.3)
        with load(service.port, predict, threads=4) as beside:
            time.sleep(size(2, 30))
    p99 = [
        percentile((each.seconds for each in outcomes), 99) * 1000 for outcomes in (alone, beside)
    ]
    report(
        f"p99 of {len(alone)} predictions alone {p99[0]:.1f} ms, of {len(beside)} beside "
        f"{len(rankings)} rankings {p99[1]:.1f} ms: {p99[1] / p99[0]:.1f} times"
    )

    assert not failures(alone)
    assert not failures(beside)
    assert {each.status for each in [*alone, *beside, *rankings]} == {200}
    assert len(beside) > 20
    assert rankings


def test_large_requests_without_a_free_slot_get_a_retry_after(service):
    requests = [Request("POST", "/rank?top=1", RANKING)] * size(12, 100)

    answered = send_all([service.port], requests, threads=12, kept_for=1)

    statuses = Counter(answer.status for _, answer in answered)
    report(f"{len(requests)} rankings of 100,000, 12 at a time, 4 slots: {dict(statuses)}")
    assert set(statuses) == {200, 503}
    for _, answer in answered:
        if answer.status == 503:
            assert answer.json["code"] == "busy"
            assert answer.headers["Retry-After"] == "1"
    with Client(service.port) as client:
        assert rank(client, 0).status == 200


def test_slow_large_bodies_leave_a_thread_to_small_requests(tmp_path):
    """Of four threads, two wait for admitted bodies, and one drains a refused body."""
    head = f"POST /rank HTTP/1.1\r\nHost: here\r\nContent-Length: {len(RANKING)}\r\n\r\n"
    settings = {"workers": 1, "threads": 4, "large_requests": 2}
    with running(tmp_path, **settings) as service, ExitStack() as open_connections:
        slow = [socket.create_connection((HOST, service.port), 20) for _ in range(8)]
        for each in slow:
            open_connections.enter_context(each)
            each.sendall(head.encode() + RANKING[:100])
        with Client(service.port) as client:
            wait_until(lambda: client.get("/stats").json["refused"] == {"busy": 6}, 20)
            statuses = [predict(client, turn).status for turn in range(20)]
        readable, _, _ = select.select(slow, [], [], 0)
        answers = [each.recv(2**16).lower() for each in readable]

    assert statuses == [200] * 20
    assert len(answers) == 6
    assert sum(b"connection: close" in answer for answer in answers) == 5


def test_slow_small_bodies_leave_a_thread_to_others(tmp_path):
    body = json.dumps(EARTH).encode()
    head = f"POST /predict HTTP/1.1\r\nHost: here\r\nContent-Length: {len(body)}\r\n\r\n"
    with running(tmp_path, workers=1, threads=4) as service, ExitStack() as open_connections:
        slow = [socket.create_connection((HOST, service.port), 20) for _ in range(3)]
        with load(service.port, predict, threads=8, pause=0) as many:
            wait_until(lambda: len(many) > 500, 20)
            for each in slow:
                open_connections.enter_context(each)
                each.sendall(head.encode() + body[:10])
            before = len(many)
            wait_until(lambda: len(many) > before + 500, 20)
        for each in slow:
            each.sendall(body[10:])
        answers = [each.recv(2**16) for each in slow]

    assert not failures(many)
    assert {each.status for each in many} == {200}
    assert all(answer.startswith(b"HTTP/1.1 200") for answer in answers)


def signal_batch_processes(service: Service, number: signal.Signals) -> None:
    for pid in service.batch_processes():
        os.kill(pid, number)


def test_a_large_request_survives_the_death_of_its_batch_process(tmp_path):
    with (
        running(tmp_path, workers=1) as service,
        Client(service.port) as client,
        ThreadPoolExecutor() as pool,
    ):
        service.start_batch_processes()
        signal_batch_processes(service, signal.SIGSTOP)  # or it might have answered
        ranking = pool.submit(rank, client, 0)
        time.sleep(0.3)
        signal_batch_processes(service, signal.SIGKILL)

        assert ranking.result().status == 200


def test_no_large_request_hangs_if_a_new_batch_process_dies_while_it_starts(tmp_path):
    with running(tmp_path, workers=1) as service, ThreadPoolExecutor() as pool:
        service.start_batch_processes()
        signal_batch_processes(service, signal.SIGSTOP)  # as above
        ranking = pool.submit(status_of_ranking, service)
        time.sleep(0.2)
        dead = set(service.batch_processes())
        signal_batch_processes(service, signal.SIGKILL)
        wait_until(lambda: set(service.batch_processes()) - dead, 10)
        signal_batch_processes(service, signal.SIGKILL)
        try:
            statuses = [ranking.result(15)]
            statuses += [pool.submit(status_of_ranking, service).result(15) for _ in range(2)]
        finally:
            service.kill()  # or a request that hangs would delay the end of the test

    assert statuses[0] in (200, 503)
    assert statuses[-1] == 200


def status_of_ranking(service: Service) -> int:
    with Client(service.port) as client:
        return rank(client, 0).status
