"""A full disk: no process dies, small requests are answered, and large ones get a 503.

The service gets a file system of 10 MB for its temporary files.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bad_requests import EARTH
from tests.live.clients import Client, failures, load
from tests.live.services import LARGE, Service, new_service, stopped_at_the_end, wait_until
from tests.live.sizes import report, size

pytestmark = pytest.mark.slow

_SIZE = "10m"
_TOO_LARGE = json.dumps(EARTH).encode() + b" " * (11 * 2**20)
"""A body within the limits, but larger than the whole disk."""
_OPTIONAL = ("pl_insol", "pl_orbsmax", "pl_orbeccen", "st_teff", "st_rad", "st_mass")
_EXTRA = dict(zip(_OPTIONAL, (1.0, 1.0, 0.01, 5700, 1.0, 1.0), strict=True))
_NULLED = ("pl_bmasse", "st_spectype", "pl_eqt", "pl_orbper")
COMBINATIONS = [
    {**EARTH, **{n: _EXTRA[n] for n in optional}, **dict.fromkeys(nulled)}
    for nulled in itertools.chain.from_iterable(
        itertools.combinations(_NULLED, n) for n in range(len(_NULLED) + 1)
    )
    for optional in itertools.chain.from_iterable(
        itertools.combinations(_OPTIONAL, n) for n in range(len(_OPTIONAL) + 1)
    )
]
"""Planets that lack different columns: each is a new count, so that the files have to grow."""


@contextmanager
def service_on_a_small_disk(folder: Path, space: str = _SIZE, **settings) -> Iterator[Service]:
    service = new_service(folder, workers=2, **settings)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={space}", "tmpfs", str(service.temporary)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except OSError:
        pytest.skip("needs mount")
    if done.returncode:
        pytest.skip(f"needs the right to mount a file system: {done.stderr.strip()}")
    try:
        with stopped_at_the_end(service):
            service.start()
            service.wait_until_ready()
            yield service
    finally:
        subprocess.run(["umount", "--lazy", str(service.temporary)], check=True)


@contextmanager
def full(service: Service, left: int = 0) -> Iterator[None]:
    """Use up the free space, except for so many bytes."""
    filler = service.temporary / "filler"
    with filler.open("wb", buffering=0) as file:
        for piece in (2**16, 2**12, 1):
            try:
                while True:
                    file.write(bytes(piece))
            except OSError:
                continue
        file.truncate(file.tell() - left)
    try:
        yield
    finally:
        filler.unlink()


def predict(client: Client, turn: int):
    return client.post("/predict", EARTH)


def send_all_combinations(service: Service) -> set[int]:
    """Send many kinds of planets and mistakes, several times so that all workers get them."""
    statuses = set()
    for _ in range(4):
        with Client(service.port) as client:
            for planet in COMBINATIONS:
                statuses.add(client.post("/predict", planet).status)
            for method, path in itertools.product(
                ("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"),
                ("/", "/predict", "/rank", "/health", "/model", "/stats", "/docs", "/nothing"),
            ):
                statuses.add(client.ask(method, path).status)
    return statuses


def status_and_code(service: Service, body: bytes) -> tuple[int, str]:
    with Client(service.port) as client:
        answer = client.post("/predict", body)
        return answer.status, answer.json.get("code", "")


def test_with_10_mb_the_service_predicts_and_refuses_a_body_that_does_not_fit(tmp_path):
    with service_on_a_small_disk(tmp_path) as service:
        before = service.workers()
        ready = service.get("/ready").status
        large = [status_and_code(service, LARGE) for _ in range(4)]
        too_large = [status_and_code(service, _TOO_LARGE) for _ in range(4)]
        again = status_and_code(service, LARGE)
        left = list(service.temporary.glob("exohabit-*/large-*"))

        assert ready == 200
        assert large == [(200, "")] * 4
        assert too_large == [(503, "busy")] * 4
        assert again == (200, "")
        assert not left
        assert service.workers() == before


def test_a_disk_that_fills_up_kills_nothing_and_costs_only_large_requests(tmp_path):
    with service_on_a_small_disk(tmp_path) as service:
        service.start_batch_processes()
        before = service.family()
        with load(service.port, predict, threads=4) as predictions, full(service):
            ready = service.get("/ready")
            large = [status_and_code(service, LARGE) for _ in range(8)]
            statuses = send_all_combinations(service)
            time.sleep(size(1, 30))
        after = service.family()
        recovered = service.get("/ready").status
        large_after = [status_and_code(service, LARGE) for _ in range(4)]
        statuses_again = send_all_combinations(service)
        metrics = service.metrics()
    report(
        f"{len(predictions)} small predictions on a full disk, {len(failures(predictions))} failed"
    )

    assert after == before
    assert not failures(predictions)
    assert {each.status for each in predictions} == {200}
    assert (ready.status, ready.json["code"]) == (503, "not_ready")
    assert "full" in ready.json["message"]
    assert large == [(503, "busy")] * 8
    assert statuses == statuses_again == {200, 400, 404, 405}
    assert recovered == 200
    assert large_after == [(200, "")] * 4
    # Counts that could not be written on the full disk were written completely afterwards.
    combinations = 8 * len(COMBINATIONS)
    assert metrics.by("exohabit_requests_total", "route")["/predict"] >= combinations


def test_a_worker_that_is_killed_on_a_full_disk_is_replaced(tmp_path):
    with service_on_a_small_disk(tmp_path) as service, full(service):
        before = set(service.workers())
        os.kill(min(before), signal.SIGKILL)
        wait_until(lambda: len(set(service.workers()) - before) == 1)
        with load(service.port, predict, threads=4) as predictions:
            wait_until(lambda: sum(each.status == 200 for each in predictions) > 500)
            time.sleep(3)
        assert len(service.workers()) == 2
        assert min(before) not in service.workers()
    # Only requests on the killed worker's connections may have failed.
    assert not failures(predictions[20:])


def test_a_service_that_starts_on_an_almost_full_disk_answers_uncounted(tmp_path):
    service = new_service(tmp_path, workers=1)
    with service_on_a_small_disk(tmp_path / "small") as small, full(small, left=2**16):
        service.temporary = small.temporary
        with stopped_at_the_end(service):
            service.start()
            wait_until(lambda: answers(service))
            with Client(service.port) as client:
                prediction = client.post("/predict", EARTH).status
                ready = client.get("/ready").json
                metrics = client.get("/metrics").status

    assert (prediction, metrics) == (200, 200)
    assert ready["code"] == "not_ready"
    assert "missing in /metrics" in service.err.read_text()


def answers(service: Service) -> bool:
    try:
        return service.get("/health").status == 200
    except OSError:
        return False
