"""Access log: request ids, traces and the log line of a request; health and readiness."""

from __future__ import annotations

import logging
import re

import pytest

from app import create_app
from exohabit.service.api_keys import new_key
from exohabit.service.log_writer import JSONFormatter, TextFormatter
from tests.bad_requests import EARTH
from tests.ways import new_settings

pytestmark = pytest.mark.usefixtures("every_way")


@pytest.mark.parametrize("given", ["a", "A-b_c.9", "x" * 64])
def test_a_well_formed_request_id_comes_back(stub_client, given):
    answer = stub_client.get("/health", headers={"X-Request-ID": given})

    assert answer.headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "ä", "a;b", "<script>", "a,b"])
def test_any_other_request_id_is_replaced(stub_client, given):
    answer = stub_client.get("/health", headers={"X-Request-ID": given})

    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])


def test_every_request_has_a_different_id(stub_client):
    ids = {stub_client.get("/health").headers["X-Request-ID"] for _ in range(5)}

    assert len(ids) == 5


def test_an_error_repeats_its_request_id(stub_client):
    answer = stub_client.get("/nowhere", headers={"X-Request-ID": "mine"})

    assert (answer.headers["X-Request-ID"], answer.json["request_id"]) == ("mine", "mine")


TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"


@pytest.mark.parametrize(
    "trace",
    [
        f"00-{TRACE_ID}-{PARENT}-01",
        f"00-{TRACE_ID}-{PARENT}-00",
        f"cc-{TRACE_ID}-{PARENT}-01",
        f"01-{TRACE_ID}-{PARENT}-01-what-the-future-will-be-like",
    ],
)
def test_a_trace_is_passed_through_and_logged(stub_client, caplog, trace):
    with caplog.at_level(logging.INFO):
        answer = stub_client.get("/health", headers={"traceparent": trace})

    assert answer.headers["traceparent"] == trace
    assert caplog.records[-1].event["trace_id"] == TRACE_ID


@pytest.mark.parametrize(
    "trace",
    [
        "",
        "00",
        f"ff-{TRACE_ID}-{PARENT}-01",
        f"0-{TRACE_ID}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE_ID}-{'0' * 16}-01",
        f"00-{TRACE_ID.upper()}-{PARENT}-01",
        f"00-{TRACE_ID[1:]}-{PARENT}-01",
        f"00-{TRACE_ID}-{PARENT}",
        f"00-{TRACE_ID}-{PARENT}-1",
        f"00-{TRACE_ID}-{PARENT}-0g",
        f"00-{TRACE_ID}-{PARENT}-01-more",
        f"00-{TRACE_ID}-{PARENT}-01x",
        f"cc-{TRACE_ID}-{PARENT}-01x",
        f"00-{TRACE_ID}-{PARENT}-01, 00-{TRACE_ID}-{PARENT}-01",
        f"00_{TRACE_ID}_{PARENT}_01",
        "٣٣-" + "a" * 32,
    ],
)
def test_an_invalid_trace_is_ignored(stub_client, caplog, trace):
    with caplog.at_level(logging.INFO):
        answer = stub_client.get("/health", headers={"traceparent": trace})

    assert answer.status_code == 200
    assert "traceparent" not in answer.headers
    assert "trace_id" not in caplog.records[-1].event


CANARY = "Kanarienvogel"


def test_the_log_line_of_a_request_has_no_data_of_the_client(stub, tmp_path, caplog):
    path = tmp_path / "keys.json"
    key = new_key(path, "team")
    client = create_app(new_settings(keys_file=path, proxies=1), stub).test_client()
    headers = {
        "X-API-Key": key,
        "X-Request-ID": "mine",
        "X-Forwarded-For": "203.0.113.77",
        "User-Agent": CANARY,
        "Referer": f"https://example.org/{CANARY}",
        "Cookie": CANARY,
    }
    planets = [{**EARTH, "name": CANARY, "pl_rade": 1.2345678}] * 3

    with caplog.at_level(logging.INFO):
        answer = client.post(f"/rank?top=1&{CANARY}={CANARY}", json=planets, headers=headers)
        client.post("/rank?top=1", json=planets, headers=headers)
        client.get(f"/docs/{CANARY}", headers=headers)
        client.get("/stats", headers={**headers, "X-API-Key": f"{CANARY}-{key[1:]}"})

    assert answer.status_code == 400
    events = [record.event for record in caplog.records]
    assert all(0 <= event.pop("ms") < 60_000 for event in events)
    common = {"request_id": "mine"}
    rank = {**common, "method": "POST", "route": "/rank"}
    docs = {**common, "method": "GET", "route": "/docs/<name>"}
    assert events == [
        {**rank, "status": 400, "code": "invalid_input", "key": "team"},
        {**rank, "status": 200, "planets": 3, "key": "team"},
        {**docs, "status": 404, "code": "not_found"},
        {**common, "method": "GET", "route": "/stats", "status": 401, "code": "unauthorized"},
    ]
    for formatter in (JSONFormatter(), TextFormatter()):
        written = "".join(map(formatter.format, caplog.records))
        for secret in (CANARY, key[1:], "203.0.113.77", "127.0.0.1", "1.2345678", "top=1"):
            assert secret not in written


def test_an_unknown_path_is_not_logged(stub_client, caplog):
    with caplog.at_level(logging.INFO):
        stub_client.open(f"/{CANARY}", method="BREW")

    event = caplog.records[-1].event
    assert (event["method"], event["route"], event["status"]) == ("other", "unmatched", 404)


def test_an_unexpected_error_is_logged_with_its_exception_and_the_request(
    stub_client, failing, caplog
):
    with caplog.at_level(logging.INFO):
        stub_client.post("/predict", json=EARTH, headers={"X-Request-ID": "mine"})

    error, line = caplog.records
    assert error.getMessage() == "the request failed"
    assert error.event == {"request_id": "mine", "method": "POST", "route": "/predict"}
    assert str(error.exc_info[1]) == "secret detail"
    assert (line.event["status"], line.event["code"]) == (500, "internal_error")


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", "/", {}, 200),
        ("HEAD", "/health", {}, 200),
        ("GET", "/metrics", {}, 200),
        ("GET", "/docs/docs.css", {}, 200),
        ("OPTIONS", "/predict", {}, 200),
        ("POST", "/predict", {"json": EARTH}, 200),
        ("POST", "/rank", {"json": [EARTH]}, 200),
        ("POST", "/rank", {"json": [EARTH], "headers": {"Accept": "text/csv"}}, 200),
        ("POST", "/predict", {"json": {}}, 400),
        ("POST", "/predict", {"data": "{"}, 400),
        ("GET", "/nothing", {}, 404),
        ("GET", "/rank", {}, 405),
        ("POST", "/predict", {"data": b" " * (2**20 + 1)}, 413),
        ("POST", "/predict", {"data": "x", "content_type": "text/html"}, 415),
    ],
)
def test_every_answer_has_the_model_version_and_the_request_id(
    stub_client, method, path, sent, status
):
    answer = stub_client.open(path, method=method, **sent)

    assert answer.status_code == status
    assert answer.headers.getlist("X-Model-Version") == ["stub"]
    assert len(answer.headers.getlist("X-Request-ID")) == 1
