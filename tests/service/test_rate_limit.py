"""Rate limits: who is counted, what a ranking costs, and the headers of an answer."""

from __future__ import annotations

import inspect
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from limits.storage import memory
from werkzeug.test import EnvironBuilder

from app import create_app
from exohabit.service import rate_limit
from exohabit.service.app_state import app_state
from tests.bad_requests import EARTH
from tests.service.callers import EXPECTED, PAGE, PREFLIGHT, App, send
from tests.ways import new_settings

pytestmark = pytest.mark.usefixtures("every_way")


@pytest.fixture
def limited(stub):
    """Make an app with a rate limit and without keys."""

    def make(rate: str, **settings):
        return create_app(new_settings(rate_limit=rate, large_kib=0, log="off", **settings), stub)

    return make


def stop_clock(monkeypatch, now: list[float]) -> None:
    """Make windows follow a clock that the test moves."""
    clock = SimpleNamespace(time=lambda: now[0], monotonic=time.monotonic, sleep=time.sleep)
    for module in (rate_limit, memory):
        monkeypatch.setattr(module, "time", clock)


def from_address(address: str) -> dict:
    return {"environ_base": {"REMOTE_ADDR": address}}


def limits_of(answer) -> tuple[str | None, ...]:
    """Return the RateLimit headers of an answer: Limit, Remaining, Reset."""
    return tuple(
        answer.headers.get(f"RateLimit-{name}") for name in ("Limit", "Remaining", "Reset")
    )


def test_exactly_the_allowed_number_of_concurrent_requests_pass(limited):
    app = limited("100/hour")

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: app.test_client().get("/model").status_code, range(200)))

    assert (statuses.count(200), statuses.count(429)) == (100, 100)


def test_headers_tell_how_much_is_left_and_when_to_try_again(limited):
    client = limited("3/hour").test_client()

    answers = [client.get("/model") for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert [limits_of(answer)[:2] for answer in answers] == [("3", left) for left in "21000"]
    assert all(0 < int(limits_of(answer)[2]) <= 3600 for answer in answers)
    assert [answer.headers.get("Retry-After") for answer in answers[:3]] == [None] * 3
    for refused in answers[3:]:
        assert refused.headers["Retry-After"] == limits_of(refused)[2]
        assert (refused.json["status"], refused.json["code"]) == ("error", "rate_limited")
        assert "3 per hour" in refused.json["message"]


def test_a_window_ends_and_another_begins(limited, monkeypatch):
    now = [1000.0]
    stop_clock(monkeypatch, now)
    client = limited("2/minute").test_client()
    assert [client.get("/model").status_code for _ in range(3)] == [200, 200, 429]

    now[0] += 59.5
    assert limits_of(client.get("/model")) == ("2", "0", "1")
    now[0] += 0.5
    assert limits_of(client.get("/model")) == ("2", "1", "60")


def test_of_several_limits_the_strictest_one_is_in_the_headers(limited):
    client = limited("3/minute; 5/hour").test_client()

    assert [limits_of(client.get("/model"))[:2] for _ in range(3)] == [
        ("3", "2"),
        ("3", "1"),
        ("3", "0"),
    ]


def test_of_several_limits_each_can_refuse(limited, monkeypatch):
    now = [1000.0]
    stop_clock(monkeypatch, now)
    client = limited("3/minute; 5/hour").test_client()

    first = [client.get("/model").status_code for _ in range(3)]
    now[0] += 60
    second = [client.get("/model") for _ in range(3)]

    assert first == [200] * 3
    assert [answer.status_code for answer in second] == [200, 200, 429]
    assert [limits_of(answer) for answer in second] == [("5", left, "3540") for left in "100"]


@pytest.mark.parametrize(
    "rate", ["5/minute, 7/hour", "5/minute | 7/hour", "5 per minute", "5/minute; 5/minute"]
)
def test_a_rate_may_have_any_notation_of_the_library(limited, rate):
    client = limited(rate).test_client()

    assert limits_of(client.get("/model"))[:2] == ("5", "4")


@pytest.mark.parametrize(
    ("planets", "left"),
    [(1, 19), (100, 19), (101, 18), (200, 18), (201, 17), (1901, 0), (3000, 0)],
)
@pytest.mark.parametrize("path", ["/rank", "/predict"])
def test_every_hundred_planets_or_part_of_it_cost_a_request(limited, path, planets, left):
    answer = limited("20/hour").test_client().post(path, json=[EARTH] * planets)

    assert answer.status_code == 200
    assert limits_of(answer)[:2] == ("20", str(left))


@pytest.mark.parametrize(("planets", "left"), [(2, 19), (3, 18), (40, 0)])
@pytest.mark.parametrize("more", ["explain=true", "uncertainty=true", "order_by=score_low"])
def test_an_explained_planet_costs_as_much_as_fifty(limited, more, planets, left):
    answer = limited("20/hour").test_client().post(f"/rank?{more}", json=[EARTH] * planets)

    assert answer.status_code == 200
    assert limits_of(answer)[:2] == ("20", str(left))


def test_a_large_ranking_may_exceed_the_limit_and_is_counted_in_full(limited):
    client = limited("3/hour").test_client()
    client.get("/model")
    client.get("/model")

    ranked = client.post("/rank", json=[EARTH] * 1000)
    refused = client.get("/model")

    assert (ranked.status_code, limits_of(ranked)[:2]) == (200, ("3", "0"))
    assert (refused.status_code, limits_of(refused)[:2]) == (429, ("3", "0"))


def test_a_ranking_is_counted_in_every_window(limited, monkeypatch):
    now = [1000.0]
    stop_clock(monkeypatch, now)
    client = limited("20/minute; 21/hour").test_client()

    ranked = client.post("/rank", json=[EARTH] * 1900)
    now[0] += 60

    assert limits_of(ranked)[:2] == ("20", "1")
    assert limits_of(client.get("/model"))[:2] == ("21", "1")
    assert limits_of(client.get("/model"))[:2] == ("21", "0")
    assert client.get("/model").status_code == 429


def test_a_ranking_that_fails_costs_one_request(limited):
    client = limited("20/hour").test_client()

    answer = client.post("/rank", json=[{**EARTH, "pl_rade": -1}] * 1000)

    assert (answer.status_code, limits_of(answer)[:2]) == (400, ("20", "19"))


def test_each_key_has_its_own_limit_whatever_the_address(tmp_path, stub):
    keyed = App(tmp_path, stub, rate_limit="2/hour")

    def statuses(key: str) -> list[int]:
        addresses = ("10.0.0.1", "10.0.0.2", "10.0.0.1")
        headers = {"X-API-Key": key}
        return [
            keyed.client.get("/model", headers=headers, **from_address(each)).status_code
            for each in addresses
        ]

    assert statuses(keyed.key) == [200, 200, 429]
    assert statuses(keyed.other) == [200, 200, 429]


def test_requests_without_a_valid_key_are_not_counted(tmp_path, stub):
    keyed = App(tmp_path, stub, rate_limit="2/hour")

    refused = [keyed.client.get("/model", headers=keyed.headers["wrong"]) for _ in range(5)]

    assert [(answer.status_code, limits_of(answer)) for answer in refused] == [
        (401, (None,) * 3)
    ] * 5
    assert limits_of(keyed.client.get("/model", headers=keyed.headers["right"]))[:2] == ("2", "1")


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", True),
        ("2001:db8::1", "2001:DB8:0:0::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("10.0.0.1", "::ffff:10.0.0.1", True),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", False),
        ("::1", "127.0.0.1", False),
    ],
)
def test_each_ipv4_address_or_ipv6_network_has_its_own_limit(limited, one, other, are_one):
    client = limited("1/hour").test_client()
    client.get("/model", **from_address(one))

    answer = client.get("/model", **from_address(other))

    assert (answer.status_code == 429) == are_one


def test_a_long_address_takes_little_memory(limited):
    client = limited("1000/hour", proxies=1).test_client()

    for number in range(20):
        client.get("/model", headers={"X-Forwarded-For": f"{number}" + "x" * 50_000})

    assert all(len(key) < 200 for key in counter_of(client.application).storage)


def counter_of(app):
    """Return the counter of an app's requests."""
    count = app_state(app).hooks.before[-1]
    return inspect.getclosurevars(count).nonlocals["counter"]


def test_requests_start_no_threads_and_the_number_of_windows_is_limited(limited, monkeypatch):
    monkeypatch.setattr(rate_limit, "MAX_KEYS", 10)
    client = limited("5/hour").test_client()
    client.get("/model")
    before = threading.enumerate()

    for number in range(100):
        client.get("/model", **from_address(f"10.0.0.{number}"))

    assert set(threading.enumerate()) <= set(before)
    assert len(counter_of(client.application).storage) <= 10


def test_when_there_are_too_many_windows_those_that_end_first_are_dropped(limited, monkeypatch):
    monkeypatch.setattr(rate_limit, "MAX_KEYS", 100)
    client = limited("5/hour; 100/second").test_client()
    for _ in range(4):
        client.get("/model", **from_address("10.0.0.1"))

    for number in range(60):
        client.get("/model", **from_address(f"10.0.1.{number}"))
    answers = [client.get("/model", **from_address("10.0.0.1")).status_code for _ in range(2)]

    assert answers == [200, 429]


@pytest.mark.parametrize(
    ("rates", "seconds"), [("1/second; 2/hour", 3600), ("1/hour; 2/second", 3600)]
)
def test_retry_after_is_the_time_after_which_no_limit_refuses(limited, monkeypatch, rates, seconds):
    stop_clock(monkeypatch, [1000.0])
    client = limited(rates).test_client()

    answers = [client.get("/model") for _ in range(4)]

    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) == seconds


def test_refused_requests_count_in_every_window(limited, monkeypatch):
    now = [1000.0]
    stop_clock(monkeypatch, now)
    client = limited("2/minute; 6/hour").test_client()

    statuses = [client.get("/model").status_code for _ in range(4)]
    now[0] += 60
    later = [limits_of(client.get("/model"))[:2] for _ in range(3)]

    assert statuses == [200, 200, 429, 429]
    assert later == [("2", "1"), ("2", "0"), ("2", "0")]


def test_open_routes_and_preflights_are_not_counted(limited):
    client = limited("1/hour", origins=(PAGE,)).test_client()

    for route in (each for each in EXPECTED if EXPECTED[each] == "open"):
        for answer in (send(client, route), send(client, route), send(client, route)):
            assert (answer.status_code, limits_of(answer)) == (200, (None,) * 3)
    for _ in range(3):
        client.options("/predict", headers={"Origin": PAGE, **PREFLIGHT})
    assert client.get("/model").status_code == 200


def test_every_other_route_is_counted(limited):
    client = limited("1/hour").test_client()

    for number, route in enumerate(each for each in EXPECTED if EXPECTED[each] == "key"):
        sender = from_address(f"10.0.0.{number}")
        assert send(client, route, **sender).status_code != 429
        assert send(client, route, **sender).status_code == 429


def test_without_a_limit_nothing_is_counted(stub_client):
    answers = [stub_client.get("/model") for _ in range(50)]

    assert {(answer.status_code, limits_of(answer)) for answer in answers} == {(200, (None,) * 3)}


FORWARDED = "X-Forwarded-For X-Real-IP Forwarded X-Forwarded X-Client-IP True-Client-IP".split()


def test_without_a_proxy_forged_addresses_have_no_effect(limited):
    app = limited("10/hour")
    environ = EnvironBuilder("/model", environ_base={"REMOTE_ADDR": "10.0.0.1"}).get_environ()
    statuses = []

    for number in range(1_000):
        forged = f"{number >> 8}.{number & 255}.0.1"
        headers = {f"HTTP_{name.upper().replace('-', '_')}": forged for name in FORWARDED}
        answer = app(environ | headers, lambda status, *_: statuses.append(status[:3]))
        answer.close()

    assert (statuses.count("200"), statuses.count("429")) == (10, 990)


@pytest.mark.parametrize(("proxies", "counted"), [(0, 3), (1, -1), (2, -2)])
def test_only_addresses_forwarded_by_trusted_proxies_are_used(limited, proxies, counted):
    client = limited("1/hour", proxies=proxies).test_client()
    hops = ["10.1.0.1", "10.2.0.1", "10.3.0.1", "10.0.0.1"]  # the last one is of the connection

    def status(changed: int | None) -> int:
        addresses = [hop.replace(".1", ".9") if i == changed else hop for i, hop in enumerate(hops)]
        headers = {"X-Forwarded-For": ", ".join(addresses[:3])}
        return client.get("/model", headers=headers, **from_address(addresses[3])).status_code

    assert status(None) == 200
    gained = [i for i in range(4) if status(i) == 200]
    assert gained == [counted if proxies == 0 else 3 + counted]


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1:5678",
        "[2001:db8::1]:443",
        "[2001:db8::1]",
        "a:b",
        "unknown",
        "_hidden",
        "",
        "é",
        "::1/64",
        ":",
    ],
)
def test_a_forwarded_address_of_any_form_is_counted(limited, address):
    client = limited("1/hour", proxies=1).test_client()
    headers = {"X-Forwarded-For": address}

    statuses = [client.get("/model", headers=headers).status_code for _ in range(2)]

    assert statuses == [200, 429]
