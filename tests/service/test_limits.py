"""Limits: counts of one process, counts in a Redis of the test's own, and what if that fails."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from redis import Redis

from app import create_app
from service import blocks, redis_windows
from service.config import Settings
from service.limits import Windows
from service.redis_windows import RedisWindows
from tests.redis_server import RedisServer
from tests.running import HOST, free_port
from tests.service.waiting import SOON, at_once, until

pytestmark = pytest.mark.usefixtures("every_way")

LONG = 3600
MANY = 10**6


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(redis_windows, "_PAUSE", 0.02)


@pytest.fixture(autouse=True)
def one_by_one(monkeypatch):
    """Have nothing counted ahead; what that changes is told in test_blocks."""
    monkeypatch.setattr(blocks, "_MOST_HELD", 1)


class Counter:
    """Counts in windows as requests do, and how often it was done without Redis."""

    def __init__(self, redis: str | None) -> None:
        self._fallbacks: list[None] = []
        self.windows = Windows(redis, self._on_fallback)

    def _on_fallback(self) -> None:
        self._fallbacks.append(None)

    @property
    def fallbacks(self) -> int:
        return len(self._fallbacks)

    def is_shared(self) -> bool:
        shared = self.windows._shared
        return shared is None or not shared._windows.is_down

    def count(
        self, key: str = "key", seconds: int = LONG, amount: int = 1, most: int = MANY
    ) -> int:
        return self.windows.count(key, seconds, most, amount).asked


@pytest.fixture
def counter(redis, patient):
    return Counter(redis.url)


@pytest.mark.parametrize("is_shared", [True, False])
def test_counts_are_exact_however_many_count_at_once(redis, patient, is_shared):
    counter = Counter(redis.url if is_shared else None)

    numbers = at_once(16, 50, counter.count)

    assert numbers == list(range(1, 801))
    assert counter.fallbacks == 0


def test_counts_in_redis_are_those_of_all_processes(redis, patient):
    counters = [Counter(redis.url) for _ in range(4)]
    turns = itertools.cycle(counters)

    counted = at_once(8, 50, lambda: next(turns).count())

    assert counted == list(range(1, 401))


def test_counts_in_this_process_are_its_own():
    one, other = Counter(None), Counter(None)

    assert [one.count(), one.count(), other.count()] == [1, 2, 1]


@pytest.mark.parametrize("is_shared", [True, False])
def test_each_key_has_a_window_and_an_amount_counts_at_once(redis, patient, is_shared):
    counter = Counter(redis.url if is_shared else None)

    assert [counter.count("a"), counter.count("b", amount=5), counter.count("a", amount=10)] == [
        1,
        5,
        11,
    ]


@pytest.mark.parametrize("amount", [1, 7])
def test_a_window_in_redis_ends_and_another_begins(counter, amount):
    assert counter.count(seconds=1, amount=amount) == amount
    assert counter.count("other", amount=amount) == amount

    until(lambda: counter.count(seconds=1, amount=amount) == amount)

    assert counter.count("other", amount=amount) == 2 * amount
    assert counter.fallbacks == 0


def test_a_window_in_redis_ends_when_it_says_however_often_it_is_counted_in(redis, patient):
    shared = RedisWindows(redis.url)
    first = shared.count("key", LONG, MANY, 1)
    with Redis.from_url(redis.url) as client:
        end = client.pexpiretime("key")
        for _ in range(3):
            time.sleep(0.01)
            shared.count("key", LONG, MANY, 1)

        assert client.pexpiretime("key") == end
        assert LONG - SOON < first.seconds_left <= LONG
        client.expire("key", 5)
        assert shared.count("key", LONG, MANY, 1).seconds_left <= 5


def test_nothing_stays_in_redis_for_ever(counter, redis):
    for amount in (1, 5, 1):
        counter.count("a", amount=amount)
        counter.count("b", amount=amount)

    with Redis.from_url(redis.url) as client:
        assert {"a", "b"} <= {key.decode() for key in client.scan_iter()}
        assert all(0 < client.pttl(key) <= LONG * 1000 for key in client.scan_iter())


def test_where_nothing_listens_counts_are_made_here_and_that_is_counted(caplog):
    counter = Counter(f"redis://{HOST}:{free_port()}")

    numbers = [counter.count() for _ in range(20)]

    assert numbers == list(range(1, 21))
    assert counter.fallbacks == 20
    assert not counter.is_shared()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "limits are counted in each worker" in caplog.text


def configure(redis: RedisServer, **settings) -> None:
    with Redis.from_url(redis.url) as client:
        for name, value in settings.items():
            client.config_set(name.replace("_", "-"), value)
        client.client_kill_filter(_type="normal", skipme=True)


FAILURES = {
    "killed": (RedisServer.kill, RedisServer.restart),
    "restarted": (RedisServer.restart, RedisServer.restart),
    "frozen": (RedisServer.freeze, RedisServer.thaw),
    "frozen and killed": (RedisServer.freeze, RedisServer.restart),
    "full": (partial(configure, maxmemory=1), partial(configure, maxmemory=0)),
    "read-only": (
        partial(configure, min_replicas_to_write=9),
        partial(configure, min_replicas_to_write=0),
    ),
    "locked": (partial(configure, requirepass="other"), RedisServer.restart),
}
"""What can happen to a Redis, and how it is mended."""
LASTING = {how: failure for how, failure in FAILURES.items() if how != "restarted"}


@pytest.mark.parametrize("fail", [fail for fail, _ in LASTING.values()], ids=LASTING)
def test_when_redis_fails_counts_go_on_here_and_nothing_is_raised(redis, fail):
    counter = Counter(redis.url)
    counter.count()
    before = counter.fallbacks

    fail(redis)
    numbers = at_once(8, 25, counter.count)

    assert numbers == list(range(1 + before, 201 + before))
    assert counter.fallbacks == 200 + before


@pytest.mark.parametrize(("fail", "mend"), FAILURES.values(), ids=FAILURES)
def test_redis_takes_over_again_by_itself(redis, fail, mend):
    counter = Counter(redis.url)

    def is_counted_in_redis() -> bool:
        before = counter.fallbacks
        counter.count("again")
        return counter.fallbacks == before

    until(is_counted_in_redis)
    fail(redis)
    at_once(4, 5, counter.count)
    mend(redis)

    until(is_counted_in_redis)
    assert counter.is_shared()
    with Redis.from_url(redis.url) as client:
        assert int(client.get("again")) > 0


@pytest.mark.parametrize("fail", [fail for fail, _ in LASTING.values()], ids=LASTING)
def test_a_redis_that_does_not_count_is_not_taken_for_one_that_does(redis, caplog, fail):
    counter = Counter(redis.url)
    until(counter.is_shared)
    fail(redis)
    until(lambda: counter.count() and not counter.is_shared())
    caplog.clear()

    for _ in range(15):
        counter.count()
        time.sleep(redis_windows._PAUSE)

    assert not counter.is_shared()
    assert caplog.messages == []


def test_the_log_says_when_redis_fails_and_when_it_is_back(redis, patient, caplog):
    counter = Counter(redis.url)
    redis.kill()
    at_once(4, 5, counter.count)
    redis.restart()

    until(counter.is_shared)

    until(lambda: len(caplog.messages) == 2)
    assert "limits are counted in each worker, for Redis fails: " in caplog.messages[0]
    assert caplog.messages[1] == "limits are counted in Redis again"


def test_what_a_frozen_redis_answers_late_is_taken_for_nothing_else(redis):
    counter = Counter(redis.url)
    until(lambda: at_once(8, 1, counter.count) and counter.is_shared())

    redis.freeze()
    at_once(8, 3, lambda: counter.count("frozen", amount=1000))
    redis.thaw()
    until(counter.is_shared)

    counted = [counter.count("after") for _ in range(20)]
    assert max(counted) <= 20


@pytest.mark.parametrize("name", ["nowhere.invalid", "a..b", "x" * 70, "256.256.256.256"])
def test_a_name_that_cannot_be_looked_up_is_a_redis_that_fails(name):
    counter = Counter(f"redis://{name}:6379")

    assert [counter.count(), counter.count()] == [1, 2]
    assert not counter.is_shared()


def test_of_several_addresses_of_a_name_the_one_that_answers_is_taken(redis, patient, monkeypatch):
    look_up = socket.getaddrinfo

    def look_up_two(name, port, *more, **options):
        names = ("127.0.0.2", HOST) if name == "redis.example" else (name,)
        return [each for name in names for each in look_up(name, port, *more, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up_two)
    counter = Counter(f"redis://redis.example:{redis.port}")

    assert counter.count() == 1
    assert counter.fallbacks == 0


def test_while_redis_fails_one_thread_alone_looks_after_it():
    counter = Counter(f"redis://{HOST}:{free_port()}")

    at_once(16, 20, counter.count)

    shared = counter.windows._shared._windows
    looking = [
        thread
        for thread in threading.enumerate()
        if getattr(getattr(thread, "_target", None), "__self__", None) is shared
    ]
    assert len(looking) == 1


def test_a_service_with_a_redis_that_fails_limits_all_the_same(stub, redis):
    settings = Settings(rate_limit="5/hour", redis=redis.url, log="off")
    app = create_app(settings, stub)
    redis.kill()

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: app.test_client().get("/model").status_code, range(40)))

    counted, _ = app.extensions["exohabit-metrics"].exposed("")
    assert (statuses.count(200), statuses.count(429)) == (5, 35)
    assert b"exohabit_limiter_fallbacks_total 40.0" in counted


def test_services_with_one_redis_limit_together_and_a_ranking_costs_in_both(stub, redis, patient):
    settings = Settings(rate_limit="30/hour", redis=redis.url, log="off", large_kib=0)
    clients = [create_app(settings, stub).test_client() for _ in range(2)]
    planet = {"pl_rade": 1, "pl_bmasse": 1, "pl_orbper": 9, "pl_eqt": 255, "st_spectype": "G"}

    left = [client.get("/model").headers["RateLimit-Remaining"] for client in clients]
    ranked = clients[0].post("/rank", json=[planet] * 950)
    more = [clients[i % 2].get("/model").status_code for i in range(20)]

    assert left == ["29", "28"]
    assert ranked.headers["RateLimit-Remaining"] == "18"
    assert (more.count(200), more.count(429)) == (18, 2)


def test_after_hundreds_of_looks_in_vain_redis_takes_over_all_the_same(redis, monkeypatch):
    monkeypatch.setattr(redis_windows, "_PAUSE", 0)
    looks = []
    look = RedisWindows._answers
    monkeypatch.setattr(
        RedisWindows, "_answers", lambda self: bool(looks.append(None)) or look(self)
    )
    counter = Counter(redis.url)
    redis.kill()
    counter.count()

    until(lambda: len(looks) > 300)
    redis.restart()

    until(counter.is_shared)
    until(lambda: counter.count("again") and "again" in keys_of(redis))


def keys_of(redis: RedisServer) -> set[str]:
    with Redis.from_url(redis.url) as client:
        return {key.decode() for key in client.scan_iter()}
