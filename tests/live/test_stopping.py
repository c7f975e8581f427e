"""How a service stops: it is not ready, it finishes its requests, and nothing is left."""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore

import pytest

from bench.servers import HOST
from tests.bad_requests import EARTH
from tests.catalog.small import write
from tests.live.clients import Client
from tests.live.services import (
    Service,
    command_of,
    is_running,
    new_service,
    running,
    stopped_at_the_end,
    wait_until,
)
from tests.live.sizes import report, size

RANKING = json.dumps({"planets": [EARTH] * 100_000}).encode()


def rank(port: int, sent: Semaphore) -> tuple[int, float]:
    """Rank a hundred thousand planets; return the status and the time of the answer."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        connection.request("POST", "/rank?top=1", RANKING)
        sent.release()
        response = connection.getresponse()
        response.read()
        return response.status, time.monotonic()
    finally:
        connection.close()


def test_a_service_that_stops_is_not_ready_at_once_and_answers_for_a_while(tmp_path):
    with running(tmp_path, workers=2, drain_seconds=2) as service:
        with Client(service.port) as client:
            assert client.get("/ready").status == 200
            service.ask_to_stop()
            ended = time.monotonic()
            wait_until(lambda: client.get("/ready").status == 503, 1)
            noticed = time.monotonic() - ended
            statuses, codes = [], []
            while time.monotonic() < ended + 1.5:
                statuses.append(client.post("/predict", EARTH).status)
                codes.append(client.get("/ready").json["code"])
                time.sleep(0.02)
        exit_code = service.wait_for_the_end()
        lasted = time.monotonic() - ended
    report(f"503 {noticed * 1000:.0f} ms after SIGTERM, the end {lasted:.1f} s after it")

    assert set(statuses) == {200}
    assert set(codes) == {"not_ready"}
    assert exit_code == 0
    assert lasted >= 2
    assert not any(map(is_running, service.members))
    assert not list(service.temporary.iterdir())


def test_running_rankings_are_finished_before_the_end(tmp_path):
    with (
        running(tmp_path, workers=1, threads=3, large_requests=2) as service,
        ThreadPoolExecutor() as pool,
    ):
        service.start_batch_processes()
        sent = Semaphore(0)
        rankings = [pool.submit(rank, service.port, sent) for _ in range(2)]
        for _ in rankings:
            assert sent.acquire(timeout=60)
        service.ask_to_stop()
        ended = time.monotonic()
        answers = [each.result() for each in rankings]
        exit_code = service.wait_for_the_end()
    report(f"answered {', '.join(f'{when - ended:.1f} s' for _, when in answers)} after SIGTERM")

    assert [status for status, _ in answers] == [200, 200]
    assert max(when for _, when in answers) > ended
    assert exit_code == 0
    assert not any(map(is_running, service.members))
    assert not list(service.temporary.iterdir())


def test_no_process_of_a_killed_server_is_left(tmp_path):
    for turn in range(size(1, 5)):
        with running(tmp_path / str(turn), workers=2) as service, ThreadPoolExecutor() as pool:
            service.start_batch_processes()
            sent = Semaphore(0)
            ranking = pool.submit(rank, service.port, sent)
            assert sent.acquire(timeout=60)
            service.process.send_signal(signal.SIGKILL)
            service.process.wait(10)
            lasted = wait_until(lambda pids=service.members: not any(map(is_running, pids)), 20)
            ranking.exception()
        report(f"{len(service.members)} processes ended {lasted:.1f} s after the server was killed")

        assert len(service.members) >= 5


def is_up(service: Service) -> bool:
    try:
        return service.get("/ready").status == 200
    except OSError:
        return False


MOMENTS: dict[str, Callable[[Service], object]] = {
    "while it prepares the catalogue": lambda service: [
        *service.temporary.glob("exohabit-*/server.flock")
    ],
    "while its workers start": lambda service: "Spawning worker-1" in service.err.read_text(),
    "when it is ready": is_up,
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_ctrl_c_ends_the_service_without_a_warning_or_a_traceback(tmp_path, moment):
    with stopped_at_the_end(new_service(tmp_path, workers=2)) as service:
        service.start()
        wait_until(lambda: MOMENTS[moment](service))
        members = service.family()
        os.killpg(service.process.pid, signal.SIGINT)
        exit_code = service.wait_for_the_end()
    said = [line for line in service.err.read_text().splitlines() if "[INFO]" not in line]

    assert said == []
    assert exit_code in (0, 130)
    assert not any(map(is_running, members))
    assert not list(service.temporary.iterdir())


def test_sigterm_while_it_starts_leaves_no_file_and_no_process(tmp_path):
    catalog = write(tmp_path / "catalog.sqlite", version=None)
    with stopped_at_the_end(new_service(tmp_path, catalog=catalog)) as service:
        service.start()
        wait_until(lambda: any(b"catalog.scoring" in command_of(pid) for pid in service.family()))
        members = service.family()
        service.ask_to_stop()
        exit_code = service.wait_for_the_end()
        # A signal between the start of the child and the call that waits for it does not kill the
        # child: it ends once it reads its input, which is closed then.
        wait_until(lambda: not any(map(is_running, members)), 10)

    assert exit_code == 128 + signal.SIGTERM
    assert service.err.read_text() == ""
    assert len(members) == 2
    assert not list(service.temporary.iterdir())


@pytest.mark.parametrize("drain_seconds", [0, 2])
def test_sigterm_to_all_processes_while_workers_start_is_no_failure(tmp_path, drain_seconds):
    settings = {"workers": 2, "drain_seconds": drain_seconds}
    with stopped_at_the_end(new_service(tmp_path, **settings)) as service:
        service.start()
        wait_until(lambda: "Listening" in service.err.read_text())
        os.killpg(service.process.pid, signal.SIGTERM)
        exit_code = service.wait_for_the_end()

    assert exit_code == 0
    assert not any(map(is_running, service.family()))
    assert not list(service.temporary.iterdir())
