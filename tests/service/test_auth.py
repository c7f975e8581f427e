"""Authentication: API keys and host names."""

from __future__ import annotations

from functools import partial

import pytest
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.test import EnvironBuilder

from app import create_app
from exohabit.service import api_keys
from exohabit.service.api_keys import new_key, revoke_key
from tests.bad_requests import EARTH
from tests.service.callers import EXPECTED, PAGE, PREFLIGHT, App, Unread, call, fill, routes, send
from tests.ways import Way, every_way_of, new_settings

pytestmark = pytest.mark.usefixtures("every_way")

PROBLEM_JSON = "application/problem+json"

RIGHT = {"right", "right bearer"}
NOWHERE = ("GET /nothing", "POST /predict/", "GET /docs/nothing/else", "DELETE /model", "GET /rank")
"""Unknown paths, and methods that a route does not have."""


@pytest.fixture(scope="module")
def apps(stub, tmp_path_factory) -> dict[str, App]:
    """A service for each way, for all tests: a new one makes a catalogue at its first planet."""
    return every_way_of(lambda fast: App(tmp_path_factory.mktemp("keys"), stub, fast=fast))


@pytest.fixture
def keyed(apps) -> App:
    return apps[Way.fast]


@pytest.mark.parametrize("path", ["/predict", "/rank", "/model"])
def test_an_example_request_shows_where_to_put_the_key(keyed, path):
    message = keyed.client.put(path, headers=keyed.headers["right"]).json["message"]

    commands = [part for part in message.split(" — ") if "http" in part]
    assert len(commands) == (1 if path == "/model" else 3)
    assert all("X-API-Key" in command and "YOUR_KEY" in command for command in commands)
    assert keyed.key not in message


def test_without_keys_an_example_request_has_none(stub_client):
    assert "YOUR_KEY" not in stub_client.put("/predict").json["message"]


def test_the_table_has_every_route(keyed):
    assert routes(keyed.app) == set(EXPECTED)


@pytest.mark.parametrize("route", EXPECTED)
def test_a_route_that_needs_a_key_accepts_only_a_valid_one(keyed, route):
    refused = {
        how
        for how, headers in keyed.headers.items()
        if send(keyed.client, route, headers=headers).status_code == 401
    }

    assert refused == (set(keyed.headers) - RIGHT if EXPECTED[route] == "key" else set())


@pytest.mark.parametrize("route", EXPECTED)
def test_every_route_answers_an_admitted_request(keyed, route):
    how = keyed.headers["right" if EXPECTED[route] == "key" else "none"]

    answer = send(
        keyed.client, route, headers=how, query_string=EARTH if route == "GET /predict" else ""
    )

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "route", [*(route for route in EXPECTED if route.startswith("GET")), "GET /nothing"]
)
def test_head_needs_a_key_if_get_does(keyed, route):
    needs_key = EXPECTED.get(route, "key") == "key"

    answer = send(keyed.client, route.replace("GET", "HEAD"))

    assert (answer.status_code == 401) == needs_key


@pytest.mark.parametrize("route", NOWHERE)
def test_unknown_paths_need_a_key_too(keyed, route):
    statuses = {
        how: send(keyed.client, route, headers=headers).status_code
        for how, headers in keyed.headers.items()
    }

    assert {how for how, status in statuses.items() if status != 401} == RIGHT
    assert statuses["right"] in (404, 405)


def test_a_preflight_needs_no_key(tmp_path, stub):
    client = App(tmp_path, stub, origins=(PAGE,)).client

    for route in EXPECTED:
        for headers in ({}, {"Origin": PAGE, **PREFLIGHT}):
            answer = client.options(fill(route.split()[1]), headers=headers)
            assert answer.status_code == 200, route


def test_without_a_keys_file_no_key_is_needed(stub_client):
    for route in EXPECTED:
        for headers in ({}, {"X-API-Key": "any"}, {"Authorization": "Bearer any"}):
            assert send(stub_client, route, headers=headers).status_code != 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "bearer {}"},
        {"Authorization": "BEARER  {} "},
        {"X-API-Key": " {} "},
        {"X-API-Key": "{}", "Authorization": "Basic dXNlcjpwYXNz"},
        {"X-API-Key": "", "Authorization": "Bearer {}"},
    ],
)
def test_a_key_can_be_sent_in_several_ways(keyed, headers):
    sent = {name: value.format(keyed.key) for name, value in headers.items()}

    assert keyed.client.get("/stats", headers=sent).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "{}"},
        {"Authorization": "Basic {}"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer {} {}"},
        {"X-API-Key": "Bearer {}"},
        {"X-API-Key": "wrong", "Authorization": "Bearer {}"},
        {"X-API-Key": "é"},
        {"X-API-Key": "x" * 100_000},
        {"Cookie": "X-API-Key={}"},
    ],
    ids=lambda headers: str(headers)[:60],
)
def test_a_key_sent_in_any_other_way_is_refused(keyed, headers):
    sent = {name: value.format(keyed.key, keyed.key) for name, value in headers.items()}

    assert keyed.client.get("/stats", headers=sent).status_code == 401


@pytest.mark.parametrize("name", ["key", "api_key", "X-API-Key", "access_token"])
def test_a_key_in_the_query_is_refused(keyed, name):
    answer = keyed.client.get("/stats", query_string={name: keyed.key})

    assert answer.status_code == 401
    assert keyed.key not in answer.text


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("none", "X-API-Key"),
        ("wrong", "is unknown"),
        ("wrong bearer", "is unknown"),
        ("expired", "has expired"),
        ("expired bearer", "has expired"),
    ],
)
def test_a_401_says_why_and_does_not_repeat_the_key(keyed, how, says):
    headers = keyed.headers[how]

    answer = keyed.client.post("/predict", json=EARTH, headers=headers)

    assert (answer.json["status"], answer.json["code"]) == ("error", "unauthorized")
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    assert says in answer.json["message"]
    how_to = WWWAuthenticate.from_header(answer.headers["WWW-Authenticate"])
    assert (how_to.type, how_to["realm"]) == ("bearer", "ExoHabit")
    sent = answer.text + str(answer.headers)
    assert not any(value.removeprefix("Bearer ") in sent for value in headers.values())


@pytest.mark.parametrize("header", ["X-API-Key", "Authorization"])
@pytest.mark.parametrize("length", [201, 1_001, 100_000])
def test_a_key_that_is_too_long_is_called_so(keyed, header, length):
    key = ("Bearer " if header == "Authorization" else "") + "x" * length

    answer = keyed.client.get("/stats", headers={header: key})

    assert (answer.status_code, answer.json["code"]) == (401, "unauthorized")
    assert answer.json["message"] == "This key is too long: it has over 200 characters."


@pytest.mark.parametrize("how", ["none", "wrong", "expired", "right"])
def test_a_401_is_sent_before_the_body_is_read(keyed, how):
    body = Unread()
    builder = EnvironBuilder("/predict", method="POST", headers=keyed.headers[how])
    environ = builder.get_environ() | {"wsgi.input": body, "CONTENT_LENGTH": "1000"}

    status, _ = call(keyed.app, environ)

    assert status == (400 if how == "right" else 401)
    assert (body.reads > 0) == (how == "right")


def test_a_new_or_revoked_key_takes_effect_without_a_restart(stub, tmp_path, monkeypatch):
    keyed = App(tmp_path, stub)
    monkeypatch.setattr(api_keys, "_CHECK_SECONDS", 0)
    path = tmp_path / "keys.json"

    new = {"X-API-Key": new_key(path, "new")}
    assert keyed.client.get("/stats", headers=new).status_code == 200

    revoke_key(path, "new")
    assert keyed.client.get("/stats", headers=new).status_code == 401


def test_a_service_whose_keys_cannot_be_read_does_not_start(tmp_path, stub):
    with pytest.raises(
        SystemExit,
        match=r"^ExoHabit does not start\. EXOHABIT_KEYS_FILE: .*nowhere\.json does not exist",
    ):
        create_app(new_settings(keys_file=tmp_path / "nowhere.json"), stub)


@pytest.mark.parametrize("route", ["GET /model", "HEAD /stats", "GET /predict", "GET /nothing"])
def test_an_answer_that_needs_a_key_is_private_to_shared_caches(keyed, route):
    answer = send(keyed.client, route, headers=keyed.headers["right"])

    assert answer.cache_control.private
    assert {"X-API-Key", "Authorization"} <= set(answer.vary)


def test_an_open_answer_may_be_cached_for_everybody(keyed):
    answer = send(keyed.client, "GET /openapi.json", headers=keyed.headers["right"])

    assert not answer.cache_control.private
    assert "X-API-Key" not in answer.vary


TRUSTED = ("api.example.org", ".example.net")
UNTRUSTED = """
    localhost 127.0.0.1 example.org evil.example evil-example.net [::1 api.example.org:x é
    api.example.org.evil.example api.example.org@evil.example
""".split()


@pytest.fixture(scope="module")
def trusting(stub) -> dict:
    """A client for each way of a service that has host names of its own."""
    settings = every_way_of(partial(new_settings, trusted_hosts=TRUSTED))
    return {fast: create_app(each, stub).test_client() for fast, each in settings.items()}


@pytest.mark.parametrize(
    "host", ["api.example.org", "API.example.org:80", "example.net", "a.b.example.net"]
)
def test_the_service_accepts_its_host_names(trusting, host):
    client = trusting[Way.fast]

    assert client.get("/model", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", [*UNTRUSTED, "", "a b"])
@pytest.mark.parametrize(
    "route", ["GET /", "POST /predict", "GET /rank", "GET /nothing", "GET /health/"]
)
def test_any_other_host_name_is_refused(trusting, route, host):
    answer = send(trusting[Way.fast], route, headers={"Host": host})

    assert (answer.status_code, answer.json["code"]) == (400, "bad_request")
    assert answer.json["status"] == "error"
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    assert ".example.net" not in answer.text


@pytest.mark.parametrize("host", [*UNTRUSTED, "10.1.2.3:5000"])
@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_a_probe_may_use_any_host_name(trusting, path, host):
    assert trusting[Way.fast].get(path, headers={"Host": host}).status_code == 200


def test_a_forwarded_host_name_is_ignored(stub):
    client = create_app(new_settings(trusted_hosts=TRUSTED, proxies=1), stub).test_client()
    headers = {"Host": "evil.example", "X-Forwarded-Host": "api.example.org"}

    assert client.get("/model", headers=headers).status_code == 400


HOSTS = [
    ("HTTP/1.1", None, 400),
    ("HTTP/1.1", "", 400),
    ("HTTP/1.1", "here,there", 400),
    ("HTTP/1.1", "here", 200),
    ("HTTP/1.0", None, 200),
    ("HTTP/1.0", "", 200),
    ("HTTP/1", "", 200),
    ("HTTP/1.0", "here,there", 400),
]
"""Protocol and Host of a request as WSGI servers pass it, and the status of the answer."""


@pytest.mark.parametrize(("protocol", "host", "status"), HOSTS)
@pytest.mark.parametrize("path", ["/predict", "/rank", "/health"])
def test_a_request_names_exactly_one_host(stub_app, path, protocol, host, status):
    sent = {"json": [EARTH], "method": "POST"} if path != "/health" else {}
    environ = EnvironBuilder(path, **sent).get_environ()
    environ |= {"SERVER_PROTOCOL": protocol, "HTTP_HOST": host}
    if host is None:
        del environ["HTTP_HOST"]

    found, answer = call(stub_app, environ)

    assert found == status
    assert status == 200 or (answer["code"], "Host header" in answer["message"]) == (
        "bad_request",
        True,
    )
