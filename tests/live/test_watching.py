"""Watching: the service has every series that alerts, dashboard and documents name."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bench.servers import ROOT
from exohabit.service.api_keys import new_key
from tests.bad_requests import EARTH
from tests.deploy.test_files import complaints, need
from tests.live.clients import Client
from tests.live.prometheus import PANELS, QUERIES, RULES
from tests.live.services import running
from tests.redis_server import redis_server

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
DOCS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SERIES = re.compile(r"\bexohabit_\w+")
ALERTS = re.findall(r"alert: (\w+)", RULES.read_text())


@pytest.fixture(scope="module")
def metrics(tmp_path_factory) -> Iterator[str]:
    """The metrics of a service with every part that reports something."""
    folder = tmp_path_factory.mktemp("watched")
    keys = folder / "keys.json"
    headers = {"X-API-Key": new_key(keys, "prometheus")}
    settings = {"workers": 2, "rate_limit": "1000/minute", "keys_file": keys}
    with (
        redis_server() as redis,
        running(folder, redis=redis.url, **settings) as service,
        Client(service.port) as client,
    ):
        assert client.ask("POST", "/predict", EARTH, headers).status == 200
        yield client.ask("GET", "/metrics", None, headers).body.decode()


def test_the_service_has_every_series_of_the_alerts_and_the_dashboard(metrics):
    there = {
        sample.name
        for family in text_string_to_metric_families(metrics)
        for sample in family.samples
    }

    expressions = re.sub(r"#.*", "", RULES.read_text())
    assert set(SERIES.findall(expressions)) - there == set()
    assert {name for _, query in QUERIES for name in SERIES.findall(query)} - there == set()


def test_the_documents_say_of_each_metric_what_it_answers_and_of_no_other(metrics):
    families = {
        each.name + "_total" * (each.type == "counter"): each
        for each in text_string_to_metric_families(metrics)
    }
    rows = re.findall(r"^\| `(exohabit_\w+)` \| (.*?) ?\| (.+) \|$", DOCS, re.M)

    assert {name for name, _, _ in rows} == families.keys()
    for name, labels, question in rows:
        used = {label for sample in families[name].samples for label in sample.labels} - {"le"}
        assert set(filter(None, labels.split(", "))) == used, name
        assert "?" in question


def test_every_panel_says_which_question_it_answers():
    assert [panel["title"] for panel in PANELS if not panel["description"].count("?")] == []


def test_the_runbook_says_of_each_alert_how_urgent_it_is_and_what_to_do():
    sections = re.findall(r"^### (\w+)\n\n(\w+)\. (.+)", RUNBOOK, re.M)
    severities = re.findall(r"severity: (page|ticket)\}", RULES.read_text())

    assert [name for name, _, _ in sections] == ALERTS
    assert [severity for _, severity, _ in sections] == severities
    links = re.findall(r"runbook: docs/runbook\.md#(\w+)", RULES.read_text())
    assert links == [alert.lower() for alert in ALERTS]


def test_prometheus_accepts_the_rules():
    assert not complaints(need("promtool"), "check", "rules", RULES)
