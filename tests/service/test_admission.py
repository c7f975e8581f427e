"""Admission: large requests run in the batch process, a few at a time."""

from __future__ import annotations

import errno
import gzip
import io
import json
import os
import signal
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress

import pytest
from werkzeug.test import EnvironBuilder

from app import create_app
from exohabit.service import admission, batch_process
from exohabit.service.app_state import app_state
from exohabit.service.metrics import Metrics
from exohabit.service.settings import SHARED, Settings
from tests.bad_requests import EARTH
from tests.service.callers import Unread, call
from tests.ways import Way, new_settings

pytestmark = pytest.mark.usefixtures("every_way")

SLOTS = 2
MANY = [{**EARTH, "name": f"planet {number}", "pl_eqt": 200 + number} for number in range(30)]
TABLE = f"{','.join(EARTH)}\n" + f"{','.join(map(str, EARTH.values()))}\n" * 100
PADDED = json.dumps(EARTH).encode() + b" " * 2000
SOON = 60
"""Seconds in which a process must have started and answered, even on a busy machine."""


class BatchService:
    """A service for which bodies above 1 KiB are large, and its batch process."""

    def __init__(self, bundle, fast: str) -> None:
        settings = Settings(
            threads=SLOTS + 1, large_kib=1, large_requests=SLOTS, fast=fast, log="off"
        )
        self.app = create_app(settings, bundle)
        self._process = app_state(self.app).admission.process
        self.send(json=MANY)

    def send(self, path: str = "/rank", **sent):
        return self.app.test_client().post(path, **sent)

    @property
    def pid(self) -> int:
        (found,) = self._process.start()._processes
        return found

    @contextmanager
    def suspended(self) -> Iterator[int]:
        """Suspend the process, so that requests stay in it."""
        pid = self.pid
        os.kill(pid, signal.SIGSTOP)
        try:
            yield pid
        finally:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def close(self) -> None:
        self._process.shutdown()


@pytest.fixture(scope="module")
def services(bundle) -> Iterator[dict[str, BatchService]]:
    made = {fast: BatchService(bundle, fast) for fast in ("on", "off")}
    yield made
    for each in made.values():
        each.close()


@pytest.fixture
def batch(services) -> BatchService:
    """The service of the current way."""
    return services[Way.fast]


@pytest.fixture(scope="module")
def in_process(bundle):
    """A client of a service without a batch process."""
    return create_app(new_settings(large_kib=0, log="off"), bundle).test_client()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(8) as made:
        yield made


def fill(batch: BatchService, pool: ThreadPoolExecutor) -> tuple[Future, set[Future]]:
    """Send one more request than there are slots; return the refused one, and the others."""
    sent = {pool.submit(batch.send, json=MANY) for _ in range(SLOTS + 1)}
    done, waiting = wait(sent, SOON, FIRST_COMPLETED)
    (refused,) = done
    return refused, waiting


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/rank", {"json": MANY}),
        ("/rank?top=3&fields=score,name", {"json": {"planets": MANY}}),
        ("/rank", {"json": MANY, "headers": {"Accept": "text/csv"}}),
        ("/predict", {"json": MANY}),
        ("/predict", {"json": MANY, "headers": {"Accept": "application/x-ndjson"}}),
        ("/predict", {"data": PADDED}),
        ("/predict", {"json": [*MANY, {**EARTH, "pl_rade": None, "pl_bmasse": None}]}),
        ("/rank", {"data": TABLE, "content_type": "text/csv"}),
        ("/rank", {"data": TABLE.replace("pl_rade", "pl_rad"), "content_type": "text/csv"}),
        ("/predict", {"json": [{**EARTH, "pl_rade": -1}, *MANY, {**EARTH, "pl_eqt": "x"}]}),
        ("/predict", {"data": PADDED.replace(b'"pl_rade"', b'"pl_rad"')}),
        ("/predict", {"data": PADDED.replace(b"1.1", b"null").replace(b"0.9", b"null")}),
        ("/rank", {"data": b"[" * 5000}),
        ("/rank", {"data": b'{"planets": []}' + b" " * 2000}),
        ("/rank?top=0&colour=red", {"json": MANY}),
        ("/rank?explain=true&order_by=score_low&context=true", {"json": [EARTH] * 3}),
        ("/predict?explain=true", {"json": [EARTH] * 2001}),
    ],
)
def test_a_large_request_is_answered_as_it_is_in_process(batch, in_process, path, sent):
    headers = {"X-Request-ID": "same", **sent.pop("headers", {})}

    large = batch.send(path, headers=headers, **sent)
    small = in_process.post(path, headers=headers, **sent)

    assert large.data == small.data
    assert large.status == small.status
    assert dict(large.headers) == dict(small.headers)


def test_large_requests_run_in_the_batch_process_and_small_ones_do_not(batch, pool):
    with batch.suspended():
        large = pool.submit(batch.send, json=MANY)
        small = [batch.send("/predict", json=EARTH) for _ in range(20)]
        assert not large.done()

    assert {answer.status_code for answer in small} == {200}
    assert large.result(SOON).status_code == 200


def test_a_body_of_the_limit_is_small_and_one_byte_more_is_large(batch, pool):
    body = json.dumps(EARTH).encode().ljust(1024)

    with batch.suspended():
        assert batch.send("/predict", data=body).status_code == 200
        larger = pool.submit(batch.send, "/predict", data=body + b" ")
        wait([larger], 0.2)
        assert not larger.done()

    assert larger.result(SOON).status_code == 200


def test_a_body_with_planets_to_explain_is_large_sooner(batch, pool):
    body = json.dumps(EARTH).encode()

    with batch.suspended():
        assert batch.send("/predict?context=true", data=body).status_code == 200
        costly = pool.submit(batch.send, "/predict?explain=true", data=body)
        wait([costly], 0.2)
        assert not costly.done()

    assert costly.result(SOON).status_code == 200


def test_one_large_request_too_many_gets_503_and_the_others_are_answered(batch, pool):
    with batch.suspended():
        refused, waiting = fill(batch, pool)
        answer = refused.result()
        again = batch.send(json=MANY)
        small = batch.send("/predict", json=EARTH)

    assert (answer.status_code, answer.json["code"]) == (503, "busy")
    assert (answer.json["status"], answer.headers["Retry-After"]) == ("error", "1")
    assert again.status_code == 503
    assert small.status_code == 200
    assert [each.result(SOON).status_code for each in waiting] == [200] * SLOTS


@pytest.mark.parametrize(("path", "size"), [("/rank", "2000"), ("/rank?explain=true", "21")])
def test_without_a_free_slot_a_body_is_refused_before_it_is_read(batch, pool, path, size):
    body = Unread()
    environ = EnvironBuilder(path, method="POST").get_environ()
    environ |= {"wsgi.input": body, "wsgi.input_terminated": True, "CONTENT_LENGTH": size}

    with batch.suspended():
        _, waiting = fill(batch, pool)
        found, answer = call(batch.app, environ)

    assert (found, answer["code"], body.reads) == (503, "busy", 0)
    assert [each.result(SOON).status_code for each in waiting] == [200] * SLOTS


def test_without_a_free_slot_a_body_of_the_limit_is_answered(batch, pool):
    with batch.suspended():
        _, waiting = fill(batch, pool)
        answer = batch.send("/predict", data=json.dumps(EARTH).encode().ljust(1024))

    assert answer.status_code == 200
    assert [each.result(SOON).status_code for each in waiting] == [200] * SLOTS


def test_without_a_free_slot_a_small_body_that_inflates_to_a_large_one_is_refused(batch, pool):
    body = gzip.compress(json.dumps([EARTH]).encode() + b" " * 4_000)
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}

    with batch.suspended():
        _, waiting = fill(batch, pool)
        answer = batch.send(data=body, headers=headers)

    assert len(body) < 1024
    assert (answer.status_code, answer.json["code"]) == (503, "busy")
    assert [each.result(SOON).status_code for each in waiting] == [200] * SLOTS


@pytest.mark.parametrize(
    ("body", "status"),
    [(json.dumps([EARTH]).encode(), 200), (json.dumps(MANY).encode(), 503)],
    ids=["small", "large"],
)
def test_a_body_without_a_declared_size_needs_a_slot_only_if_it_is_large(batch, pool, body, status):
    environ = EnvironBuilder("/rank", method="POST", content_type="application/json").get_environ()
    environ |= {"wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True}
    environ |= {"HTTP_TRANSFER_ENCODING": "chunked"}

    with batch.suspended():
        _, waiting = fill(batch, pool)
        found, _ = call(batch.app, environ)

    assert found == status
    assert [each.result(SOON).status_code for each in waiting] == [200] * SLOTS


@pytest.mark.parametrize(
    ("declared", "status"),
    [
        ({"CONTENT_LENGTH": str(32 * 2**20 + 1)}, 413),
        ({"CONTENT_TYPE": "text/csv", "HTTP_TRANSFER_ENCODING": "chunked"}, 411),
        ({"CONTENT_TYPE": "text/plain", "CONTENT_LENGTH": "2000"}, 415),
    ],
)
def test_a_body_that_is_never_accepted_gets_its_own_error_instead_of_503(
    batch, pool, declared, status
):
    environ = EnvironBuilder("/rank", method="POST").get_environ() | declared

    with batch.suspended():
        _, waiting = fill(batch, pool)
        found, _ = call(batch.app, environ)

    assert found == status
    assert [each.result(SOON).status_code for each in waiting] == [200] * SLOTS


@pytest.mark.parametrize(
    ("content_type", "data", "status"),
    [
        ("text/csv", "\n".join(TABLE.splitlines()[:30]), 200),
        ("application/json", "[" + "{}," * 30 + "{}]", 400),
        ("application/json", "[" + '"",' * 130 + "1]", 400),
        ("application/json", "[" + '"Earth",' * 10 + '"Earth"]', 200),
        ("application/json", "[" + '":Earth",' * 10 + '":Earth"]', 200),
        ("application/json", "[" + '{"name": "Earth"},' * 10 + '"Earth"]', 200),
        ("application/x-ndjson", '"Earth"\n' * 11, 200),
    ],
)
def test_a_body_of_many_planets_is_large_however_few_its_bytes(
    batch, pool, monkeypatch, content_type, data, status
):
    monkeypatch.setattr(admission, "_MANY_PLANETS", 20)
    monkeypatch.setattr(admission, "_MANY_NAMES", 10)
    with batch.suspended():
        large = pool.submit(batch.send, data=data, content_type=content_type)
        wait([large], 0.2)
        assert not large.done()
        assert batch.send(data=json.dumps([EARTH], indent=1).replace(",", "\n,")).status_code == 200

    assert len(data) < 1024
    assert large.result(SOON).status_code == status


class Dying:
    """A pool whose process dies of every request."""

    def submit(self, *_):
        raise BrokenProcessPool


def test_a_request_that_kills_two_processes_gets_503(stub, monkeypatch):
    monkeypatch.setattr(batch_process.BatchProcess, "start", lambda *_, **__: Dying())
    client = create_app(new_settings(large_kib=1, log="off"), stub).test_client()

    answers = [client.post("/rank", json=MANY) for _ in range(10)]

    assert {(answer.status_code, answer.json["code"]) for answer in answers} == {(503, "busy")}


def no_space(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_large_request_without_the_folder_for_temporary_files_gets_503(
    stub, monkeypatch, caplog, tmp_path
):
    client = create_app(new_settings(large_kib=1, log="off"), stub).test_client()
    monkeypatch.setenv(SHARED, str(tmp_path / "gone"))

    answer = client.post("/rank", json=MANY)

    assert (answer.status_code, answer.json["code"]) == (503, "busy")
    assert "No such file or directory" in caplog.text
    assert client.post("/predict", json=EARTH).status_code == 200


@pytest.mark.parametrize("failing", ["large_request_folder", "BatchProcess.start"])
def test_a_large_request_without_disk_space_gets_503(stub, monkeypatch, caplog, failing):
    monkeypatch.setattr(f"exohabit.service.batch_process.{failing}", no_space)
    client = create_app(new_settings(large_kib=1, log="off"), stub).test_client()

    answers = [client.post("/rank", json=MANY) for _ in range(4)]

    assert {(answer.status_code, answer.json["code"]) for answer in answers} == {(503, "busy")}
    assert answers[0].headers["Retry-After"] == "1"
    assert "No space left on device" in caplog.text
    assert client.post("/predict", json=EARTH).status_code == 200


@pytest.mark.parametrize(
    ("error", "code", "retry"),
    [(batch_process.TookTooLong, "timeout", None), (batch_process.WaitedTooLong, "busy", "1")],
)
def test_a_request_that_took_too_long_and_one_that_did_not_start_get_different_errors(
    stub, monkeypatch, error, code, retry
):
    def fail(*_):
        raise error

    monkeypatch.setattr(batch_process.BatchProcess, "run", fail)
    settings = new_settings(large_kib=1, large_seconds=7, log="off")

    answer = create_app(settings, stub).test_client().post("/rank", json=MANY)

    assert (answer.status_code, answer.json["code"]) == (503, code)
    assert answer.headers.get("Retry-After") == retry
    assert code == "busy" or "more than 7 s," in answer.json["message"]


def test_a_slot_is_free_again_after_success_and_error(batch):
    bad = [{**EARTH, "pl_rade": -1}] * 30

    statuses = [batch.send(json=sent).status_code for sent in [MANY, bad] * (SLOTS + 1)]

    assert statuses == [200, 400] * (SLOTS + 1)


def test_a_process_that_is_killed_is_replaced_and_its_requests_are_answered(batch, pool, caplog):
    with batch.suspended() as pid:
        refused, waiting = fill(batch, pool)
        os.kill(pid, signal.SIGKILL)
        answers = [each.result(SOON) for each in waiting]

    assert refused.result().status_code == 503
    assert [answer.status_code for answer in answers] == [200] * SLOTS
    assert answers[0].data == answers[1].data
    assert "the batch process has died" in caplog.text
    assert batch.pid != pid


def test_a_process_that_is_killed_while_idle_is_replaced_too(batch):
    pid = batch.pid
    os.kill(pid, signal.SIGKILL)

    answer = batch.send(json=MANY)

    assert answer.status_code == 200
    assert batch.pid != pid


def test_the_planets_of_a_large_request_are_counted(bundle, batch):
    def planets() -> int:
        return batch.app.test_client().get("/stats").json["planets"]

    before = planets()
    batch.send(json=MANY)

    assert planets() - before == len(MANY)


def test_by_default_a_worker_takes_as_many_large_requests_as_its_setting_says():
    settings = new_settings()

    assert (
        admission.Admission(settings, None, Metrics("stub")).slots.max_large
        == settings.large_requests
    )


def test_with_a_limit_of_0_no_request_is_large(stub):
    app = create_app(new_settings(large_kib=0, log="off"), stub)

    slots = app_state(app).admission.slots
    while slots.take_large():
        pass
    assert app_state(app).admission.process is None
    assert app.test_client().post("/rank", json=[EARTH] * 5000).status_code == 200
