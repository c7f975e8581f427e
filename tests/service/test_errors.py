"""Errors: every error has the same format."""

from __future__ import annotations

import json
import logging

import pytest

from exohabit.service.log_writer import JSONFormatter
from tests.bad_requests import EARTH
from tests.conftest import ROOT

pytestmark = pytest.mark.usefixtures("every_way")

PROBLEM_JSON = "application/problem+json"


@pytest.mark.parametrize(
    "accept",
    [
        PROBLEM_JSON,
        f"{PROBLEM_JSON}, */*",
        f"application/json, {PROBLEM_JSON}",
        f"application/json;q=0.5, {PROBLEM_JSON};q=0.9",
        f"{PROBLEM_JSON}; charset=utf-8",
    ],
)
def test_an_error_is_sent_as_rfc_9457_on_request(stub_client, accept):
    answer = stub_client.post("/predict", json={}, headers={"Accept": accept})

    assert answer.mimetype == PROBLEM_JSON
    assert answer.json["status"] == 400
    assert {"type", "title", "detail", "code", "request_id", "problems"} <= set(answer.json)


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "*/*",
        "application/json",
        f"application/json, {PROBLEM_JSON};q=0.1",
        f"{PROBLEM_JSON};q=0",
        f"application/json, {PROBLEM_JSON}; q=0.1",
    ],
)
def test_an_error_is_sent_in_our_own_format_otherwise(stub_client, accept):
    answer = stub_client.post("/predict", json={}, headers={"Accept": accept} if accept else {})

    assert answer.mimetype == "application/json"
    assert answer.json["status"] == "error"


def test_a_success_is_json_whatever_is_accepted(stub_client):
    answer = stub_client.post("/predict", json=EARTH, headers={"Accept": PROBLEM_JSON})

    assert answer.mimetype == "application/json"
    assert answer.json["status"] == "success"


def test_405_keeps_allow_and_shows_an_example(stub_client):
    answer = stub_client.get("/rank")

    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}
    assert "curl http://localhost/rank" in answer.json["message"]
    assert "Invoke-RestMethod http://localhost/rank" in answer.json["message"]


def test_get_without_a_query_shows_a_url_that_works(stub_client):
    message = stub_client.get("/predict").json["message"]

    address = message.partition("Example: http://localhost")[2]
    assert stub_client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("path", "suggested"), [("/predict/", "/predict"), ("/Rank", "/rank"), ("/docs/", "/docs")]
)
def test_an_almost_right_path_gets_a_suggestion(stub_client, path, suggested):
    assert f": did you mean {suggested}? GET /" in stub_client.get(path).json["message"]


@pytest.mark.parametrize("path", ["/nothing", "/" + "x" * 5000, "/\xe9"])
def test_any_other_path_gets_a_hint_where_to_look(stub_client, path):
    message = stub_client.get(path).json["message"]

    assert "did you mean" not in message
    assert "GET / lists" in message
    assert len(message) < 200


def test_an_unexpected_error_is_a_500_that_reveals_nothing_and_is_logged(stub_app, failing, caplog):
    with caplog.at_level(logging.ERROR):
        answer = stub_app.test_client().post(
            "/predict", json=EARTH, headers={"X-Request-ID": "lost-1"}
        )

    assert answer.status_code == 500
    assert answer.json["code"] == "internal_error"
    assert "secret" not in answer.text
    assert answer.json["request_id"] == "lost-1"
    assert "secret detail" in caplog.text
    (line,) = [json.loads(JSONFormatter().format(each)) for each in caplog.records]
    told = {"level": "error", "request_id": "lost-1", "method": "POST", "route": "/predict"}
    assert line.items() >= told.items()


def test_each_500_is_counted(stub_app, failing):
    client = stub_app.test_client()

    for _ in range(3):
        client.post("/predict", json=EARTH)
    assert client.get("/nothing").status_code == 404

    assert "exohabit_failures_total 3.0\n" in client.get("/metrics").text


def test_the_example_request_is_the_first_one_of_the_readme(stub_client):
    example = (ROOT / "examples" / "predict.json").read_text().strip()

    hint = stub_client.post("/predict", data="x", content_type="text/plain").json["message"]

    assert f"-d '{example}'" in hint
