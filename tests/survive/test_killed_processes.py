"""Killed processes: nothing of them is left behind, and no answer is wrong.

tests/live/test_replicas.py and test_stopping.py show that SIGTERM under load loses no request.

granian replaces a worker that died. But if the newest worker dies within 5.5 s, and no other did
meanwhile, granian assumes a crash loop and ends the server. Then systemd or the container runtime
has to start it again. So these tests kill the workers one after the other.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from bench.servers import Answer
from tests.bad_requests import EARTH
from tests.live.clients import Client, failures, load
from tests.live.services import LARGE, Service, is_running, running, wait_until
from tests.live.sizes import report, size

pytestmark = pytest.mark.slow

PLANETS = [{**EARTH, "pl_eqt": 200 + i, "name": f"planet {i}"} for i in range(50)]
_TRIES = 200
_REPLACED_SECONDS = 5.5


def bodies(service: Service) -> list[str]:
    return [str(each) for each in service.temporary.glob("exohabit-*/large-*")]


def all_files(service: Service) -> list[str]:
    return sorted(each.name for each in service.shared().iterdir())


def rank_and_ignore_errors(port: int) -> None:
    try:
        with Client(port) as client:
            client.post("/rank", LARGE)
    except OSError:
        pass


@contextmanager
def large_requests_in_flight(service: Service, number: int):
    """Freeze the batch processes, so that the files of bodies stay until their worker dies."""
    stopped = service.batch_processes()
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor() as pool:
        for _ in range(number):
            pool.submit(rank_and_ignore_errors, service.port)
        try:
            wait_until(lambda: len(bodies(service)) == len(stopped))
            yield
        finally:
            for pid in stopped:
                if is_running(pid):
                    os.kill(pid, signal.SIGKILL)


def test_files_of_a_killed_worker_are_removed_within_seconds(tmp_path):
    with running(tmp_path, workers=2) as service:
        service.start_batch_processes()
        files = all_files(service)
        for _ in range(size(1, 10)):
            service.start_batch_processes()
            with large_requests_in_flight(service, 8):
                began = time.monotonic()
                killed = service.workers()
                for pid in killed:
                    os.kill(pid, signal.SIGKILL)
                wait_until(lambda: not bodies(service))
            report(f"bodies of two killed workers were gone after {time.monotonic() - began:.1f} s")
            wait_until(lambda killed=killed: len(set(service.workers()) - set(killed)) == 2)
            wait_until_all_answer(service)
            time.sleep(_REPLACED_SECONDS)
            assert all_files(service) == files
        with Client(service.port) as client:
            assert client.post("/predict", LARGE).status == 200


def wait_until_all_answer(service: Service) -> None:
    """Wait until each worker has answered a request."""
    before = service.requests_by_worker()

    def has_each() -> bool:
        with suppress(OSError):  # no worker listens yet
            service.get("/health")
        return len(service.requests_by_worker() - before) == service.settings["workers"]

    wait_until(has_each)


def test_files_of_a_killed_server_are_removed_at_the_next_start(tmp_path):
    with running(tmp_path, workers=1) as service:
        service.start_batch_processes()
        with large_requests_in_flight(service, 1):
            service.kill()
        left = {each.name for each in service.temporary.iterdir()}
        service.start()
        service.wait_until_ready()
        now = {each.name for each in service.temporary.iterdir()}

    assert len(left) == len(now) == 1
    assert not left & now
    assert not list(service.temporary.iterdir())


def answered(client: Client, method: str, path: str, body: object) -> Answer:
    """Send a request, again if the connection breaks: its worker may have been killed."""
    for _ in range(_TRIES):
        try:
            return client.ask(method, path, body)
        except (OSError, http.client.HTTPException):
            client.close()
            time.sleep(0.1)
    raise TimeoutError(f"no answer to {path} in {_TRIES} tries")


def test_workers_killed_every_second_under_load_never_cause_a_wrong_answer(tmp_path):
    """Each kill waits until three of the four workers have answered since the last one.

    Otherwise, on a busy machine, most workers would be starting.
    """
    many = json.dumps({"planets": PLANETS}).encode()
    requests = [
        *(("POST", "/predict", json.dumps(planet).encode()) for planet in PLANETS),
        ("POST", "/rank", many),
        ("POST", "/rank?top=3", many),
        ("GET", "/predict?" + "&".join(f"{k}={v}" for k, v in EARTH.items()), None),
        ("POST", "/predict", b"{"),
    ]
    with running(tmp_path, workers=4) as service:
        with Client(service.port) as client:
            right = [content(client.ask(*request)) for request in requests]
        files = all_files(service)

        def ask(client: Client, turn: int) -> Answer:
            which = turn % len(requests)
            if turn % 10 == 0:
                client.close()  # or a new worker would get no connection
            answer = answered(client, *requests[which])
            assert content(answer) == right[which]
            return answer

        killed = 0
        counted = service.requests_by_worker()
        with load(service.port, ask, threads=8, pause=0.005) as outcomes:
            for _ in range(size(6, 60)):
                began = time.monotonic()
                if len(service.requests_by_worker() - counted) >= 3:
                    kill_the_oldest(service)
                    killed += 1
                    counted = service.requests_by_worker()
                time.sleep(max(0.0, 1 - (time.monotonic() - began)))
        wait_until(lambda: len(service.workers()) == 4)
        with Client(service.port) as client:
            after = [content(client.ask(*request)) for request in requests]
        report(
            f"{killed} workers killed, {len(outcomes)} requests, {len(failures(outcomes))} failed, "
            f"the longest took {max(each.seconds for each in outcomes):.1f} s"
        )

        assert killed >= size(2, 20)
        assert len(outcomes) > 200
        assert not failures(outcomes)
        assert after == right
        assert all_files(service) == files
        assert service.process.poll() is None


def content(answer: Answer) -> tuple[int, bytes]:
    """Return the parts of an answer that must not change: all but the request id."""
    own_id = answer.headers["X-Request-ID"].encode()
    return answer.status, answer.body.replace(own_id, b"")


def kill_the_oldest(service: Service) -> None:
    """Kill the oldest worker."""
    oldest = min(service.workers(), key=started)
    os.kill(oldest, signal.SIGKILL)
    wait_until(lambda: not is_running(oldest))


def started(pid: int) -> int:
    """Return the start time of a process, in ticks since the machine started."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except OSError:
        return 0


def test_the_server_ends_if_a_worker_dies_again_right_after_it_was_replaced(tmp_path):
    """This is why systemd and container runtimes must restart the service."""
    with running(tmp_path, workers=2) as service:
        first, _ = service.workers()
        before = set(service.workers())
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: set(service.workers()) - before, 20)
        (new,) = set(service.workers()) - before
        os.kill(new, signal.SIGKILL)

        assert service.wait_for_the_end() == 1
        assert "crash loop" in service.err.read_text()
        assert not list(service.temporary.iterdir())
