"""The app and its routes, with a stub for a model."""

from __future__ import annotations

import pytest

from app import create_app
from exohabit.service.app_state import AppState
from tests.bad_requests import EARTH
from tests.service.callers import fill
from tests.ways import new_settings

pytestmark = pytest.mark.usefixtures("every_way")


def test_the_start_page_lists_every_route(stub_app):
    answer = stub_app.test_client().get("/").json

    assert answer["status"] == "success"
    assert "does not tell whether a planet is inhabited" in answer["about"]
    listed = {(each["method"], each["path"]) for each in answer["endpoints"]}
    assert listed == {
        ("GET", "/"),
        ("GET", "/health"),
        ("GET", "/ready"),
        ("GET", "/stats"),
        ("GET", "/metrics"),
        ("GET", "/model"),
        ("GET", "/model/card"),
        ("GET", "/openapi.json"),
        ("GET", "/docs"),
        ("GET", "/planets"),
        ("GET", "/planets/suggest"),
        ("GET", "/planets/{name}"),
        ("GET", "/planets/{name}/predict"),
        ("GET", "/predict"),
        ("POST", "/predict"),
        ("POST", "/rank"),
    }
    assert all(each["summary"].endswith(".") for each in answer["endpoints"])


@pytest.mark.parametrize("content_type", [None, "application/json", "application/geo+json"])
def test_json_is_read_with_and_without_a_content_type(stub_client, content_type):
    answer = stub_client.post("/predict", data=stub_body(), content_type=content_type)

    assert answer.status_code == 200


def stub_body() -> bytes:
    return b'{"pl_rade": 6, "pl_bmasse": 1, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}'


def test_top_keeps_the_best(stub_client):
    planets = [{**EARTH, "pl_rade": radius} for radius in (1, 3, 2)]

    answer = stub_client.post("/rank?top=2", json=planets).json

    assert [each["index"] for each in answer["ranked_planets"]] == [1, 2]


def test_the_body_limit_is_a_setting(stub_client):
    answer = stub_client.post("/rank", data=b" " * (2**20 + 1), content_type="application/json")

    assert answer.status_code == 413
    assert "1 MiB" in answer.json["message"]


@pytest.mark.parametrize("path", ["/", "/health"])
def test_head_is_get_without_a_body(stub_client, path):
    answer = stub_client.head(path)

    assert answer.status_code == 200
    assert answer.data == b""


@pytest.mark.parametrize(("path", "allowed"), [("/predict", "POST"), ("/health", "GET")])
def test_options_lists_the_allowed_methods(stub_client, path, allowed):
    answer = stub_client.options(path)

    assert answer.status_code == 200
    assert allowed in answer.headers["Allow"]


def test_a_failed_request_does_not_affect_the_next(stub_client):
    before = stub_client.post("/predict", json=EARTH).json
    stub_client.post("/predict", data=b"[" * 100_000)

    assert stub_client.post("/predict", json=EARTH).json == before


def test_without_a_bundle_the_app_loads_its_own(bundle):
    app = create_app(new_settings())

    assert app.test_client().get("/health").json["model_version"] == bundle.version


ROUTES = [
    *("GET /", "GET /health", "GET /ready", "GET /stats", "GET /metrics", "GET /model"),
    *("GET /model/card", "GET /model/card/<name>", "GET /docs", "GET /docs/<name>"),
    *("GET /answer", "GET /static/<name>", "GET /static/echarts/<name>"),
    *("GET /table", "GET /map", "GET /map/planets", "GET /map/planet"),
    *("GET /openapi.json", "GET /predict", "POST /predict", "POST /rank", "GET /planets"),
    *("GET /planets/suggest", "GET /planets/<name>", "GET /planets/<name>/predict"),
]


SHOWS_PROBLEMS = "GET /answer"
"""A part of a page, which says what is wrong with the address."""


def test_the_table_of_routes_is_complete(stub_app):
    rules = stub_app.url_map.iter_rules()

    assert {f"{m} {r}" for r in rules for m in r.methods - {"HEAD", "OPTIONS"}} == set(ROUTES)


@pytest.mark.parametrize("route", [route for route in ROUTES if route != SHOWS_PROBLEMS])
def test_every_route_refuses_an_unknown_query_parameter(stub_app, route):
    method, path = route.split()
    path = fill(path)
    client = stub_app.test_client()
    body = [EARTH] if method == "POST" else None

    answer = client.open(f"{path}?colour=red", method=method, json=body)

    assert (answer.status_code, answer.json["code"]) == (400, "invalid_input")
    problems = {(each["code"], each.get("parameter")) for each in answer.json["problems"]}
    assert ("unknown_parameter", "colour") in problems
    assert client.options(f"{path}?colour=red").status_code == 200


def test_the_app_has_one_extension_with_all_its_state(stub_app):
    assert [name for name in stub_app.extensions if "exohabit" in name] == ["exohabit"]
    assert isinstance(stub_app.extensions["exohabit"], AppState)
