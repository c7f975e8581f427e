"""Rate limits in Redis: exact over all processes, and counted locally while Redis fails."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import prometheus_client
import pytest
from redis import Redis

from app import create_app
from bench.servers import HOST, free_port
from exohabit.service import rate_limit
from exohabit.service.rate_limit import LocalCounter, RedisCounter
from exohabit.service.settings import Settings
from tests.bad_requests import EARTH
from tests.redis_server import RedisServer
from tests.service.waiting import SOON, at_once, until

HOUR = 3600
MANY = 10**6


class Counter:
    """Counts as the service does, and records how often it did so without Redis."""

    def __init__(self, redis: str | None, rate: str = f"{MANY}/hour") -> None:
        settings = Settings(rate_limit=rate, redis=redis)
        self._fallbacks = prometheus_client.Counter("fallbacks", "", registry=None)
        self.counter = RedisCounter(settings, self._fallbacks) if redis else LocalCounter(settings)

    @property
    def fallbacks(self) -> int:
        return int(self._fallbacks.collect()[0].samples[0].value)

    def count(self, client: str = "client", amount: int = 1) -> int:
        return self.counter.add(client, amount)[0][1]

    def is_shared(self) -> bool:
        before = self.fallbacks
        self.count("again")
        return self.fallbacks == before


@pytest.fixture(autouse=True)
def short_pause(probes_end_with_the_test, monkeypatch):
    monkeypatch.setattr(rate_limit, "PROBE_SECONDS", 0.02)


@pytest.fixture
def counter(redis, patient):
    return Counter(redis.url)


@pytest.mark.parametrize("is_shared", [True, False])
def test_counts_are_exact_with_many_threads(redis, patient, is_shared):
    counter = Counter(redis.url if is_shared else None)

    assert at_once(16, 50, counter.count) == list(range(1, 801))
    assert counter.fallbacks == 0


def test_counts_in_redis_include_all_processes(redis, patient):
    counters = [Counter(redis.url) for _ in range(4)]

    with ThreadPoolExecutor(8) as pool:
        counted = sorted(pool.map(lambda i: counters[i % 4].count(), range(400)))

    assert counted == list(range(1, 401))


def test_each_client_has_a_window_for_each_rate(redis, patient):
    counter = Counter(redis.url, "5/minute; 7/hour; 5/minute; 1/3 day").counter

    counter.add("a", 1)
    counter.add("b", 4)

    assert [(count, ms_left / 1000) for _, count, ms_left in counter.add("a", 10)] == [
        (11, pytest.approx(60, abs=1)),
        (11, pytest.approx(HOUR, abs=1)),
        (11, pytest.approx(3 * 24 * HOUR, abs=1)),
    ]


def test_several_rates_take_one_command(redis, patient):
    counter = Counter(redis.url, "5/minute; 7/hour; 100/day")
    with Redis.from_url(redis.url) as client:
        before = client.info("commandstats")["cmdstat_eval"]["calls"]
        counter.counter.add("a", 1)
        calls = client.info("commandstats")["cmdstat_eval"]["calls"] - before

    assert calls <= 1 + 5  # and some probes


def test_a_window_ends_and_another_begins(redis, patient):
    counter = Counter(redis.url, "9/second")

    assert [counter.count(), counter.count()] == [1, 2]
    until(lambda: counter.count() == 1)
    assert counter.fallbacks == 0


def test_counting_does_not_extend_a_window_and_no_key_stays_forever(counter, redis):
    with Redis.from_url(redis.url) as client:
        counter.count()
        (key,) = client.scan_iter("*/client/*")
        end = client.pexpiretime(key)
        for _ in range(3):
            time.sleep(0.01)
            counter.count()

        assert client.pexpiretime(key) == end
        assert all(0 < client.pttl(each) <= HOUR * 1000 for each in client.scan_iter())
        client.persist(key)
        counter.count()
        assert 0 < client.pttl(key) <= HOUR * 1000


def test_a_redis_without_cached_scripts_works(counter, redis):
    with Redis.from_url(redis.url) as client:
        for expected in range(1, 5):
            client.script_flush()
            assert counter.count() == expected
    assert counter.fallbacks == 0


def configure(redis: RedisServer, **settings) -> None:
    with Redis.from_url(redis.url) as client:
        for name, value in settings.items():
            client.config_set(name.replace("_", "-"), value)
        client.client_kill_filter(_type="normal", skipme=True)


REDIS_FAILURES = {
    "killed": (RedisServer.kill, RedisServer.restart),
    "frozen": (RedisServer.freeze, RedisServer.thaw),
    "frozen and killed": (RedisServer.freeze, RedisServer.restart),
    "full": (partial(configure, maxmemory=1), partial(configure, maxmemory=0)),
    "read-only": (
        partial(configure, min_replicas_to_write=9),
        partial(configure, min_replicas_to_write=0),
    ),
    "locked": (partial(configure, requirepass="other"), RedisServer.restart),
}
"""How Redis can fail, and how it is repaired."""


@pytest.mark.parametrize(("fail", "repair"), REDIS_FAILURES.values(), ids=REDIS_FAILURES)
def test_while_redis_fails_counting_is_local_and_later_in_redis_again(redis, caplog, fail, repair):
    counter = Counter(redis.url)
    until(counter.is_shared)
    before = counter.fallbacks
    caplog.clear()

    fail(redis)
    numbers = at_once(8, 25, partial(counter.count, "new"))
    fallbacks = counter.fallbacks - before
    time.sleep(10 * rate_limit.PROBE_SECONDS)
    warnings = list(caplog.messages)
    repair(redis)

    assert numbers == list(range(1, 201))
    assert fallbacks == 200
    assert 1 <= len(warnings) < 5  # not one for each request; a reply on its way may bring a second
    assert all(each.startswith("limits are counted in each worker, ") for each in warnings)
    until(counter.is_shared)
    assert caplog.messages[len(warnings)] == "limits are counted in Redis again"
    with Redis.from_url(redis.url) as client:
        assert [*client.scan_iter("*/again/*")]


def test_a_redis_that_was_restarted_is_used_again(redis):
    counter = Counter(redis.url)
    redis.restart()

    until(counter.is_shared)


def test_a_late_reply_of_a_frozen_redis_is_not_taken_for_another(redis):
    counter = Counter(redis.url)
    until(counter.is_shared)

    redis.freeze()
    at_once(8, 3, partial(counter.count, "frozen", 1000))
    redis.thaw()
    until(counter.is_shared)

    assert max(counter.count("after") for _ in range(20)) <= 20


@pytest.mark.parametrize("name", ["nowhere.invalid", "a..b", "x" * 70, "256.256.256.256"])
def test_an_unknown_host_name_counts_as_a_failure_of_redis(name, caplog):
    counter = Counter(f"redis://{name}:6379")

    assert [counter.count(), counter.count()] == [1, 2]
    assert counter.fallbacks == 2
    until(lambda: len(caplog.messages) == 1)


def test_requests_do_not_wait_for_a_name_lookup(monkeypatch):
    is_over = threading.Event()
    waits = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: waits.append(is_over.wait(SOON)) or [])
    counter = Counter("redis://redis.example:6379")

    numbers = [counter.count() for _ in range(1000)]

    assert numbers == list(range(1, 1001))
    assert not waits
    is_over.set()


def test_if_a_name_has_several_addresses_the_one_that_answers_is_used(redis, patient, monkeypatch):
    look_up = socket.getaddrinfo

    def look_up_two(name, *more):
        names = ("127.0.0.2", HOST) if name == "redis.example" else (name,)
        return [each for name in names for each in look_up(name, *more)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up_two)
    counter = Counter(f"redis://redis.example:{redis.port}")

    assert counter.count() == 1
    assert counter.fallbacks == 0


def test_a_late_error_of_an_earlier_connection_does_not_count(redis, patient):
    counter = Counter(redis.url)
    assert counter.count() == 1
    shared = counter.counter
    own_connection = shared._own.connection

    def fail_late() -> None:
        """Raise the error of a reply that was awaited while Redis failed and recovered."""
        shared._failures += 1
        raise TimeoutError

    own_connection.read_response = fail_late
    counter.count()
    del own_connection.read_response

    assert shared.works
    assert [counter.count("other"), counter.fallbacks] == [1, 1]


def test_a_password_and_a_database_work(redis, patient):
    configure(redis, requirepass="secret")
    counter = Counter(redis.url.replace("//", "//:secret@").replace("/0", "/3"))

    assert [counter.count(), counter.count(), counter.fallbacks] == [1, 2, 0]


def test_without_a_server_counting_is_local(caplog):
    before = threading.active_count()
    counter = Counter(f"redis://{HOST}:{free_port()}")

    assert at_once(16, 20, counter.count) == list(range(1, 321))
    assert counter.fallbacks == 320
    # The storage of `limits` starts a timer of 10 ms; only the thread that watches Redis remains.
    until(lambda: threading.active_count() <= before + 1)
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_after_hundreds_of_failed_probes_redis_is_used_again(redis, monkeypatch):
    monkeypatch.setattr(rate_limit, "PROBE_SECONDS", 0)
    counter = Counter(redis.url)
    redis.kill()
    counter.count()
    time.sleep(0.5)
    redis.restart()

    until(counter.is_shared)


def test_a_service_whose_redis_fails_still_limits(stub, redis):
    settings = Settings(rate_limit="5/hour", redis=redis.url, log="off")
    app = create_app(settings, stub)
    redis.kill()

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: app.test_client().get("/model").status_code, range(40)))

    counted, _ = app.extensions["exohabit"].metrics.exposition("")
    assert (statuses.count(200), statuses.count(429)) == (5, 35)
    assert b"exohabit_limiter_fallbacks_total 40.0" in counted


def test_services_with_one_redis_share_their_counts(stub, redis, patient):
    settings = Settings(rate_limit="30/hour", redis=redis.url, log="off", large_kib=0)
    clients = [create_app(settings, stub).test_client() for _ in range(2)]

    left = [client.get("/model").headers["RateLimit-Remaining"] for client in clients]
    ranked = clients[0].post("/rank", json=[EARTH] * 950)
    more = [clients[i % 2].get("/model").status_code for i in range(20)]

    assert left == ["29", "28"]
    assert ranked.headers["RateLimit-Remaining"] == "18"
    assert (more.count(200), more.count(429)) == (18, 2)
