"""Alerts: a real Prometheus fires each when its cause is there."""

from __future__ import annotations

import re

import pytest

from exohabit.service.api_keys import new_key
from tests.bad_requests import EARTH
from tests.live.causes import CAUSES, RATE, watched
from tests.live.clients import Client
from tests.live.prometheus import QUERIES, RULES, prometheus
from tests.live.services import Service, running, wait_until
from tests.redis_server import redis_server

pytestmark = pytest.mark.slow


@pytest.fixture
def redis():
    with redis_server() as server:
        yield server


def test_every_alert_has_a_cause_that_is_provoked():
    assert re.findall(r"alert: (\w+)", RULES.read_text()) == list(CAUSES)


@pytest.mark.parametrize("alert", CAUSES)
def test_an_alert_fires_when_its_cause_is_there_and_not_before(alert, tmp_path):
    with CAUSES[alert](tmp_path) as (prometheus, provoke):
        before = prometheus.firing()
        provoke()
        wait_until(lambda: alert in prometheus.firing(), 300)
        texts = prometheus.annotations()

    assert alert not in before
    assert not [text for text in texts if "no value" in text or "error" in text]


def test_a_service_in_good_health_fires_no_alert(tmp_path):
    with watched(tmp_path, workers=2) as (service, prometheus):
        for _ in range(10):
            assert service.get("/ready").status == 200
            prometheus.wait_for_scrapes(1)

        assert prometheus.firing() == set()


def test_every_panel_of_the_dashboard_shows_something(tmp_path, redis):
    keys = tmp_path / "keys.json"
    key = new_key(keys, "prometheus")
    settings = {"redis": redis.url, "rate_limit": RATE, "keys_file": keys, "workers": 2}
    with (
        running(tmp_path / "service", **settings) as service,
        prometheus(tmp_path / "prometheus", service, key=key) as watching,
    ):
        for _ in range(5):
            ask_everything(service, key)
            watching.wait_for_scrapes(1)
        empty = {title for title, query in QUERIES if not watching.query(query)}

    assert empty == set()


def ask_everything(service: Service, key: str) -> None:
    headers = {"X-API-Key": key}
    with Client(service.port) as client:
        assert client.ask("POST", "/predict", EARTH, headers).status == 200
        assert client.ask("POST", "/predict", {}, headers).status == 400
