"""A frozen batch process: it is ended after its time, and no other request suffers."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.servers import Answer
from tests.bad_requests import EARTH
from tests.live.clients import Client, failures, load
from tests.live.services import LARGE, is_running, running, wait_until
from tests.live.sizes import report, size

pytestmark = pytest.mark.slow

_SLOTS = {"threads": 3, "large_requests": 2}
_SECONDS = 10
"""Enough for a process to start on a busy machine."""
_MARGIN = 20
"""Seconds that a busy machine may add."""


def ask(port: int) -> tuple[Answer, float]:
    with Client(port) as client:
        began = time.monotonic()
        answer = client.post("/predict", LARGE)
        return answer, time.monotonic() - began


def predict(client: Client, turn: int):
    return client.post("/predict", EARTH)


def test_a_frozen_process_is_ended_its_request_refused_and_the_next_one_answered(tmp_path):
    with running(tmp_path, workers=1, **_SLOTS, large_seconds=_SECONDS) as service:
        wait_until(lambda: ask(service.port)[0].status == 200)
        for _ in range(size(1, 5)):
            (frozen,) = service.batch_processes()
            os.kill(frozen, signal.SIGSTOP)
            with load(service.port, predict, threads=2) as beside, ThreadPoolExecutor() as pool:
                first = pool.submit(ask, service.port)
                time.sleep(1)
                second = pool.submit(ask, service.port)
                answer, seconds = first.result()
                waited, seconds_waited = second.result()
            report(f"ended after {seconds:.1f} s; the one that waited took {seconds_waited:.1f} s")

            assert (answer.status, answer.json["code"]) == (503, "timeout")
            assert f"more than {_SECONDS} s," in answer.json["message"]
            assert "send fewer planets" in answer.json["message"]
            assert _SECONDS - 0.5 <= seconds < _SECONDS + _MARGIN
            assert waited.status == 200
            assert not is_running(frozen)
            assert not failures(beside)
            assert {each.status for each in beside} == {200}
            wait_until(lambda: ask(service.port)[0].status == 200)
        assert len(service.batch_processes()) == 1
        assert not list(service.temporary.glob("exohabit-*/large-*"))


def test_a_process_that_freezes_while_it_starts_is_ended_too(tmp_path):
    with (
        running(tmp_path, workers=1, **_SLOTS, large_seconds=_SECONDS) as service,
        ThreadPoolExecutor() as pool,
    ):
        request = pool.submit(ask, service.port)
        wait_until(service.batch_processes)
        (frozen,) = service.batch_processes()
        os.kill(frozen, signal.SIGSTOP)
        answer, _ = request.result()

        assert (answer.status, answer.json["code"]) == (503, "timeout")
        assert not is_running(frozen)
        wait_until(lambda: ask(service.port)[0].status == 200)


def test_a_service_stops_although_its_batch_process_is_frozen(tmp_path):
    with running(tmp_path, workers=1) as service:
        service.start_batch_processes()
        (frozen,) = service.batch_processes()
        os.kill(frozen, signal.SIGSTOP)

        assert service.stop() == 0
        wait_until(lambda: not is_running(frozen), 5)
