"""Capacity: large requests are judged in a process of their own, a few at a time."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

import pytest
from werkzeug.test import EnvironBuilder

from app import create_app
from exohabit.service import admission
from exohabit.service import batch_process as apart_module
from exohabit.service.settings import Settings
from tests.service.callers import Unread

pytestmark = pytest.mark.usefixtures("every_way")

EARTH = {"pl_rade": 1.1, "pl_bmasse": 0.9, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}
PLACES = 2
MANY = [{**EARTH, "name": f"planet {number}", "pl_eqt": 200 + number} for number in range(30)]
TABLE = f"{','.join(EARTH)}\n" + f"{','.join(map(str, EARTH.values()))}\n" * 100
PADDED = json.dumps(EARTH).encode() + b" " * 2000
SOON = 60
"""Seconds in which a process must have started and answered, on however busy a machine."""


class BatchProcess:
    """A service that takes what is above 1 KiB for large, and the process that judges that."""

    def __init__(self, bundle) -> None:
        settings = Settings(large_kib=1, large_requests=PLACES, log="off")
        others = multiprocessing.active_children()
        self.app = create_app(settings, bundle)
        self.ask(json=MANY)
        (self._process,) = set(multiprocessing.active_children()) - set(others)
        self._others = others

    def ask(self, path: str = "/rank", **sent):
        return self.app.test_client().post(path, **sent)

    @property
    def pids(self) -> list[int]:
        return [each.pid for each in set(multiprocessing.active_children()) - set(self._others)]

    @contextmanager
    def held(self) -> Iterator[int]:
        """Hold the process up, so that what it is given stays with it."""
        (pid,) = self.pids
        os.kill(pid, signal.SIGSTOP)
        try:
            yield pid
        finally:
            if pid in self.pids:
                os.kill(pid, signal.SIGCONT)

    def close(self) -> None:
        self.app.extensions["exohabit-room"].apart.shutdown()


@pytest.fixture(scope="module")
def apart(bundle) -> Iterator[BatchProcess]:
    made = BatchProcess(bundle)
    yield made
    made.close()


@pytest.fixture(scope="module")
def here(bundle):
    """A client of a service that judges everything in its own process."""
    return create_app(Settings(large_kib=0, log="off"), bundle).test_client()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(8) as made:
        yield made


def crowd(apart: BatchProcess, pool: ThreadPoolExecutor) -> tuple[Future, set[Future]]:
    """Ask for one more than there is room for; return who is turned away, and who waits."""
    asked = {pool.submit(apart.ask, json=MANY) for _ in range(PLACES + 1)}
    done, waiting = wait(asked, SOON, FIRST_COMPLETED)
    (turned_away,) = done
    return turned_away, waiting


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
        ("/predict?explain=true", {"json": [EARTH] * 1001}),
    ],
)
def test_a_large_request_is_answered_as_it_is_in_process(apart, here, path, sent):
    headers = {"X-Request-ID": "same", **sent.pop("headers", {})}

    large = apart.ask(path, headers=headers, **sent)
    in_process = here.post(path, headers=headers, **sent)

    assert large.data == in_process.data
    assert large.status == in_process.status
    assert dict(large.headers) == dict(in_process.headers)


def test_what_is_large_is_judged_by_the_other_process_and_what_is_small_here(apart, pool):
    with apart.held():
        large = pool.submit(apart.ask, json=MANY)
        small = [apart.ask("/predict", json=EARTH) for _ in range(20)]
        assert not large.done()

    assert {answer.status_code for answer in small} == {200}
    assert large.result(SOON).status_code == 200


def test_a_body_of_just_the_size_is_small_and_one_byte_more_is_large(apart, pool):
    body = json.dumps(EARTH).encode().ljust(1024)

    with apart.held():
        assert apart.ask("/predict", data=body).status_code == 200
        larger = pool.submit(apart.ask, "/predict", data=body + b" ")
        wait([larger], 0.2)
        assert not larger.done()

    assert larger.result(SOON).status_code == 200


def test_a_body_whose_planets_are_to_be_explained_is_large_far_sooner(apart, pool):
    body = json.dumps(EARTH).encode()

    with apart.held():
        assert apart.ask("/predict?context=true", data=body).status_code == 200
        costly = pool.submit(apart.ask, "/predict?explain=true", data=body)
        wait([costly], 0.2)
        assert not costly.done()

    assert costly.result(SOON).status_code == 200


def test_one_large_request_too_many_is_told_to_ask_again_and_the_others_are_answered(apart, pool):
    with apart.held():
        turned_away, waiting = crowd(apart, pool)
        answer = turned_away.result()
        again = apart.ask(json=MANY)
        small = apart.ask("/predict", json=EARTH)

    assert (answer.status_code, answer.json["code"]) == (503, "busy")
    assert (answer.json["status"], answer.headers["Retry-After"]) == ("error", "1")
    assert again.status_code == 503
    assert small.status_code == 200
    assert [each.result(SOON).status_code for each in waiting] == [200] * PLACES


@pytest.mark.parametrize(
    "declared", [{"CONTENT_LENGTH": "2000"}, {"HTTP_TRANSFER_ENCODING": "chunked"}]
)
def test_a_body_for_which_there_is_no_room_is_refused_before_it_is_read(apart, pool, declared):
    body = Unread()
    environ = EnvironBuilder("/rank", method="POST").get_environ()
    environ |= {"wsgi.input": body, "wsgi.input_terminated": True, **declared}
    statuses = []

    with apart.held():
        _, waiting = crowd(apart, pool)
        answer = b"".join(apart.app(environ, lambda status, *_: statuses.append(status[:3])))

    assert (statuses, body.reads) == (["503"], 0)
    assert json.loads(answer)["code"] == "busy"
    assert [each.result(SOON).status_code for each in waiting] == [200] * PLACES


@pytest.mark.parametrize(
    ("declared", "status"),
    [
        ({"CONTENT_LENGTH": str(32 * 2**20 + 1)}, "413"),
        ({"CONTENT_TYPE": "text/csv", "HTTP_TRANSFER_ENCODING": "chunked"}, "411"),
        ({"CONTENT_TYPE": "text/plain", "CONTENT_LENGTH": "2000"}, "415"),
    ],
)
def test_a_body_that_would_never_be_accepted_is_not_told_to_ask_again(
    apart, pool, declared, status
):
    environ = EnvironBuilder("/rank", method="POST").get_environ() | declared
    statuses = []

    with apart.held():
        _, waiting = crowd(apart, pool)
        b"".join(apart.app(environ, lambda said, _: statuses.append(said[:3])))

    assert statuses == [status]
    assert [each.result(SOON).status_code for each in waiting] == [200] * PLACES


@pytest.mark.parametrize(
    ("content_type", "data", "status"),
    [
        ("text/csv", "\n".join(TABLE.splitlines()[:30]), 200),
        ("application/json", "[" + "{}," * 30 + "{}]", 400),
        ("application/json", "[" + '"",' * 130 + "1]", 400),
    ],
)
def test_a_body_of_many_planets_is_large_whatever_its_bytes(
    apart, pool, monkeypatch, content_type, data, status
):
    monkeypatch.setattr(admission, "_MANY_PLANETS", 20)
    with apart.held():
        large = pool.submit(apart.ask, data=data, content_type=content_type)
        wait([large], 0.2)
        assert not large.done()
        assert apart.ask(data=json.dumps([EARTH], indent=1).replace(",", "\n,")).status_code == 200

    assert len(data) < 1024
    assert large.result(SOON).status_code == status


class Dying:
    """A pool whose process dies of whatever it is given."""

    def submit(self, *_):
        raise BrokenProcessPool


def test_a_request_of_which_two_processes_die_is_told_to_ask_again(stub, monkeypatch):
    monkeypatch.setattr(apart_module.BatchProcess, "started", lambda *_, **__: Dying())
    client = create_app(Settings(large_kib=1, log="off"), stub).test_client()

    answers = [client.post("/rank", json=MANY) for _ in range(10)]

    assert {(answer.status_code, answer.json["code"]) for answer in answers} == {(503, "busy")}


def no_space(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("failing", ["large_request_folder", "Apart.started"])
def test_a_large_request_for_which_there_is_no_space_is_told_to_ask_again(
    stub, monkeypatch, caplog, failing
):
    monkeypatch.setattr(f"exohabit.service.batch_process.{failing}", no_space)
    client = create_app(Settings(large_kib=1, log="off"), stub).test_client()

    answers = [client.post("/rank", json=MANY) for _ in range(4)]

    assert {(answer.status_code, answer.json["code"]) for answer in answers} == {(503, "busy")}
    assert answers[0].headers["Retry-After"] == "1"
    assert "No space left on device" in caplog.text
    assert client.post("/predict", json=EARTH).status_code == 200


@pytest.mark.parametrize(
    ("error", "code", "retry"),
    [(apart_module.TookTooLong, "timeout", None), (apart_module.WaitedTooLong, "busy", "1")],
)
def test_a_request_that_took_too_long_is_told_otherwise_than_one_that_was_not_begun(
    stub, monkeypatch, error, code, retry
):
    def fail(*_):
        raise error

    monkeypatch.setattr(apart_module.BatchProcess, "judge", fail)
    settings = Settings(large_kib=1, large_seconds=7, log="off")

    answer = create_app(settings, stub).test_client().post("/rank", json=MANY)

    assert (answer.status_code, answer.json["code"]) == (503, code)
    assert answer.headers.get("Retry-After") == retry
    assert code == "busy" or "more than 7 s," in answer.json["message"]


def test_a_place_is_free_again_after_a_success_an_error_and_a_refusal(apart):
    bad = [{**EARTH, "pl_rade": -1}] * 30

    statuses = [apart.ask(json=sent).status_code for sent in [MANY, bad] * (PLACES + 1)]

    assert statuses == [200, 400] * (PLACES + 1)


def test_a_process_that_is_killed_is_replaced_and_its_requests_are_answered(apart, pool, caplog):
    with apart.held() as pid:
        turned_away, waiting = crowd(apart, pool)
        os.kill(pid, signal.SIGKILL)
        answers = [each.result(SOON) for each in waiting]

    assert turned_away.result().status_code == 503
    assert [answer.status_code for answer in answers] == [200] * PLACES
    assert answers[0].data == answers[1].data
    assert "the process for large requests has died" in caplog.text
    (new,) = apart.pids
    assert new != pid


def test_a_process_that_is_killed_while_idle_is_replaced_too(apart):
    (pid,) = apart.pids
    os.kill(pid, signal.SIGKILL)

    answer = apart.ask(json=MANY)

    assert answer.status_code == 200
    (new,) = apart.pids
    assert new != pid


def test_the_planets_of_a_large_request_are_counted(bundle, apart):
    def planets() -> int:
        return apart.app.test_client().get("/stats").json["planets"]

    before = planets()
    apart.ask(json=MANY)

    assert planets() - before == len(MANY)


def taken(places: admission.Slots) -> int:
    """Take all that are free, and say how many."""
    return sum(places.acquire() for _ in range(65))


@pytest.mark.parametrize(
    ("threads", "asked", "large", "refused"),
    [(1, 4, 1, 0), (2, 4, 1, 1), (3, 4, 2, 1), (4, 4, 3, 2), (4, 2, 2, 2), (8, 64, 7, 2)],
)
def test_large_and_refused_requests_have_places(stub, threads, asked, large, refused):
    settings = Settings(threads=threads, large_requests=asked, log="off")

    assert taken(create_app(settings, stub).extensions["exohabit-room"].places) == large
    assert taken(create_app(settings, stub).extensions["exohabit-drains"]) == refused


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("asked", [1, 2, 64])
def test_of_two_threads_or_more_one_waits_for_nobody(asked, order):
    for threads in range(2, 65):
        places = admission.shared_out(Settings(threads=threads, large_requests=asked))
        held = [each for each in places[::order] for _ in range(64) if each.acquire()]

        assert len(held) < threads
        for each in held:
            each.release()
        assert all(each.acquire() for each in held)


def test_by_default_a_worker_takes_as_many_large_requests_as_its_setting_says():
    settings = Settings()

    assert taken(admission.shared_out(settings)[0]) == settings.large_requests


def test_with_nought_nothing_is_large(stub):
    app = create_app(Settings(large_kib=0, log="off"), stub)

    assert app.extensions["exohabit-room"].apart is None
    assert app.test_client().post("/rank", json=[EARTH] * 5000).status_code == 200
