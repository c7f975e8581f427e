"""Errors in their one shape."""

from __future__ import annotations

import logging

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.usefixtures("every_way")

EARTH = {"pl_rade": 1.1, "pl_bmasse": 0.9, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}
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
def test_an_error_comes_as_rfc_9457_to_who_asks_for_it(stub_client, accept):
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
        "text/html",
        f"{PROBLEM_JSON};q=0",
        f"application/json, {PROBLEM_JSON}; q=0.1",
    ],
)
def test_an_error_comes_in_our_own_shape_to_everybody_else(stub_client, accept):
    answer = stub_client.post("/predict", json={}, headers={"Accept": accept} if accept else {})

    assert answer.mimetype == "application/json"
    assert answer.json["status"] == "error"


def test_a_success_is_json_whatever_is_accepted(stub_client):
    answer = stub_client.post("/predict", json=EARTH, headers={"Accept": PROBLEM_JSON})

    assert answer.mimetype == "application/json"
    assert answer.json["status"] == "success"


def test_405_keeps_allow_and_shows_how_to_ask(stub_client):
    answer = stub_client.get("/rank")

    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}
    assert "curl http://localhost/rank" in answer.json["message"]
    assert "Invoke-RestMethod http://localhost/rank" in answer.json["message"]


def test_a_bare_get_shows_an_address_that_works(stub_client):
    message = stub_client.get("/predict").json["message"]

    address = message.partition("Example: http://localhost")[2]
    assert stub_client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("path", "meant"), [("/predict/", "/predict"), ("/Rank", "/rank"), ("/docs/", "/docs")]
)
def test_an_address_that_was_nearly_right_is_told_the_right_one(stub_client, path, meant):
    assert f": did you mean {meant}? GET /" in stub_client.get(path).json["message"]


@pytest.mark.parametrize("path", ["/nothing", "/" + "x" * 5000, "/\xe9"])
def test_any_other_address_is_told_where_to_look(stub_client, path):
    message = stub_client.get(path).json["message"]

    assert "did you mean" not in message
    assert "GET / lists" in message
    assert len(message) < 200


def test_an_unforeseen_failure_is_a_500_that_reveals_nothing_and_is_logged(
    stub_app, monkeypatch, caplog
):
    def fail(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("inference.predict", fail)
    with caplog.at_level(logging.ERROR):
        answer = stub_app.test_client().post(
            "/predict", json=EARTH, headers={"X-Request-ID": "lost-1"}
        )

    assert answer.status_code == 500
    assert answer.json["code"] == "internal_error"
    assert "secret" not in answer.text
    assert answer.json["request_id"] == "lost-1"
    assert "secret detail" in caplog.text
    assert "lost-1" in caplog.text


def test_the_hint_shows_the_example_that_the_readme_begins_with(stub_client):
    example = (ROOT / "examples" / "predict.json").read_text().strip()

    hint = stub_client.post("/predict", data="x", content_type="text/plain").json["message"]

    assert f"-d '{example}'" in hint
