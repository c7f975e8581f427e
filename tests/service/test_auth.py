"""Who may call: with which keys, and by which names of the service."""

from __future__ import annotations

import json

import pytest
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.test import EnvironBuilder

from app import create_app
from exohabit.service import api_keys
from exohabit.service.api_keys import new_key, revoke_key
from tests.bad_requests import EARTH
from tests.service.callers import PAGE, PREFLIGHT, App, Unread, routes, send
from tests.ways import new_settings

pytestmark = pytest.mark.usefixtures("every_way")

PROBLEM_JSON = "application/problem+json"

EXPECTED = {
    "GET /": "open",
    "GET /health": "open",
    "GET /ready": "open",
    "GET /docs": "open",
    "GET /docs/<name>": "open",
    "GET /openapi.json": "open",
    "GET /model": "key",
    "GET /model/card": "key",
    "GET /model/card/<name>": "key",
    "GET /stats": "key",
    "GET /metrics": "key",
    "GET /predict": "key",
    "POST /predict": "key",
    "POST /rank": "key",
}
"""Of every route, whether it asks for a key. A new one needs a row here."""
RIGHT = {"right", "right bearer"}
NOWHERE = ("GET /nothing", "POST /predict/", "GET /docs/nothing/else", "DELETE /model", "GET /rank")
"""No routes, and methods that a route does not have."""


@pytest.fixture
def keyed(tmp_path, stub) -> App:
    return App(tmp_path, stub)


@pytest.mark.parametrize("path", ["/predict", "/rank", "/model"])
def test_who_is_shown_how_to_ask_is_shown_where_the_key_goes(keyed, path):
    shown = keyed.client.put(path, headers=keyed.headers["right"]).json["message"]

    commands = [part for part in shown.split(" — ") if "http" in part]
    assert len(commands) == (1 if path == "/model" else 3)
    assert all("X-API-Key" in command and "YOUR_KEY" in command for command in commands)
    assert keyed.key not in shown


def test_where_there_are_no_keys_none_is_shown(stub_client):
    assert "YOUR_KEY" not in stub_client.put("/predict").json["message"]


def test_every_route_says_here_whether_it_asks_for_a_key(keyed):
    assert routes(keyed.app) == set(EXPECTED)


@pytest.mark.parametrize("asked", EXPECTED)
def test_a_route_that_asks_for_a_key_lets_in_the_right_one_alone(keyed, asked):
    refused = {
        how
        for how, headers in keyed.headers.items()
        if send(keyed.client, asked, headers=headers).status_code == 401
    }

    assert refused == (set(keyed.headers) - RIGHT if EXPECTED[asked] == "key" else set())


@pytest.mark.parametrize("asked", EXPECTED)
def test_a_route_that_lets_somebody_in_answers(keyed, asked):
    how = keyed.headers["right" if EXPECTED[asked] == "key" else "none"]

    answer = send(
        keyed.client, asked, headers=how, query_string=EARTH if asked == "GET /predict" else ""
    )

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "asked", [*(asked for asked in EXPECTED if asked.startswith("GET")), "GET /nothing"]
)
def test_head_asks_for_a_key_where_get_does(keyed, asked):
    needs_key = EXPECTED.get(asked, "key") == "key"

    answer = send(keyed.client, asked.replace("GET", "HEAD"))

    assert (answer.status_code == 401) == needs_key


@pytest.mark.parametrize("asked", NOWHERE)
def test_what_is_nowhere_asks_for_a_key_too(keyed, asked):
    statuses = {
        how: send(keyed.client, asked, headers=headers).status_code
        for how, headers in keyed.headers.items()
    }

    assert {how for how, status in statuses.items() if status != 401} == RIGHT
    assert statuses["right"] in (404, 405)


@pytest.mark.parametrize("asked", EXPECTED)
def test_a_preflight_asks_for_no_key(tmp_path, stub, asked):
    client = App(tmp_path, stub, origins=(PAGE,)).client

    for headers in ({}, {"Origin": PAGE, **PREFLIGHT}):
        answer = client.options(asked.split()[1].replace("<name>", "docs.js"), headers=headers)
        assert answer.status_code == 200


def test_without_a_file_of_keys_none_is_asked_for(stub_client):
    for asked in EXPECTED:
        for headers in ({}, {"X-API-Key": "any"}, {"Authorization": "Bearer any"}):
            assert send(stub_client, asked, headers=headers).status_code != 401


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
def test_a_key_may_be_shown_in_several_ways(keyed, headers):
    shown = {name: value.format(keyed.key) for name, value in headers.items()}

    assert keyed.client.get("/stats", headers=shown).status_code == 200


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
def test_a_key_shown_in_any_other_way_is_none(keyed, headers):
    shown = {name: value.format(keyed.key, keyed.key) for name, value in headers.items()}

    assert keyed.client.get("/stats", headers=shown).status_code == 401


@pytest.mark.parametrize("name", ["key", "api_key", "X-API-Key", "access_token"])
def test_a_key_in_the_address_is_none(keyed, name):
    answer = keyed.client.get("/stats", query_string={name: keyed.key})

    assert answer.status_code == 401
    assert keyed.key not in answer.text


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("none", "X-API-Key"),
        ("wrong", "not known"),
        ("wrong bearer", "not known"),
        ("expired", "has expired"),
        ("expired bearer", "has expired"),
    ],
)
def test_a_refusal_says_why_and_how_to_do_better_but_not_which_key(keyed, how, says):
    shown = keyed.headers[how]

    answer = keyed.client.post("/predict", json=EARTH, headers=shown)

    assert (answer.json["status"], answer.json["code"]) == ("error", "unauthorized")
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    assert says in answer.json["message"]
    how_to = WWWAuthenticate.from_header(answer.headers["WWW-Authenticate"])
    assert (how_to.type, how_to["realm"]) == ("bearer", "ExoHabit")
    sent = answer.text + str(answer.headers)
    assert not any(value.removeprefix("Bearer ") in sent for value in shown.values())


@pytest.mark.parametrize("how", ["none", "wrong", "expired", "right"])
def test_a_refusal_comes_before_the_body_is_read(keyed, how):
    body = Unread()
    builder = EnvironBuilder("/predict", method="POST", headers=keyed.headers[how])
    environ = builder.get_environ() | {"wsgi.input": body, "CONTENT_LENGTH": "1000"}
    statuses = []

    answer = b"".join(keyed.app(environ, lambda status, *_: statuses.append(status)))

    assert statuses == ["400 BAD REQUEST" if how == "right" else "401 UNAUTHORIZED"]
    assert answer
    assert (body.reads > 0) == (how == "right")


def test_a_key_given_out_or_taken_back_counts_at_once_without_a_restart(
    keyed, tmp_path, monkeypatch
):
    monkeypatch.setattr(api_keys, "_CHECK_SECONDS", 0)
    path = tmp_path / "keys.json"

    new = {"X-API-Key": new_key(path, "new")}
    assert keyed.client.get("/stats", headers=new).status_code == 200

    revoke_key(path, "new")
    assert keyed.client.get("/stats", headers=new).status_code == 401


def test_a_service_whose_keys_cannot_be_read_does_not_start(tmp_path, stub):
    with pytest.raises(
        SystemExit, match=r"ExoHabit does not start\. .*nowhere\.json cannot be read"
    ):
        create_app(new_settings(keys_file=tmp_path / "nowhere.json"), stub)


@pytest.mark.parametrize("asked", ["GET /model", "HEAD /stats", "GET /predict", "GET /nothing"])
def test_what_is_got_with_a_key_is_kept_by_no_cache_that_others_share(keyed, asked):
    answer = send(keyed.client, asked, headers=keyed.headers["right"])

    assert answer.cache_control.private
    assert {"X-API-Key", "Authorization"} <= set(answer.vary)


def test_what_is_open_to_all_may_be_kept_for_all(keyed):
    answer = send(keyed.client, "GET /openapi.json", headers=keyed.headers["right"])

    assert not answer.cache_control.private
    assert "X-API-Key" not in answer.vary


TRUSTED = ("api.example.org", ".example.net")
UNTRUSTED = """
    localhost 127.0.0.1 example.org evil.example evil-example.net [::1 api.example.org:x é
    api.example.org.evil.example api.example.org@evil.example
""".split()


@pytest.mark.parametrize(
    "host", ["api.example.org", "API.example.org:80", "example.net", "a.b.example.net"]
)
def test_the_service_may_be_called_by_its_names(stub, host):
    client = create_app(new_settings(trusted_hosts=TRUSTED), stub).test_client()

    assert client.get("/model", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", [*UNTRUSTED, "", "a b"])
@pytest.mark.parametrize(
    "asked", ["GET /", "POST /predict", "GET /rank", "GET /nothing", "GET /health/"]
)
def test_by_any_other_name_it_refuses_in_the_one_shape(stub, asked, host):
    client = create_app(new_settings(trusted_hosts=TRUSTED), stub).test_client()

    answer = send(client, asked, headers={"Host": host})

    assert (answer.status_code, answer.json["code"]) == (400, "bad_request")
    assert answer.json["status"] == "error"
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    assert ".example.net" not in answer.text


@pytest.mark.parametrize("host", [*UNTRUSTED, "10.1.2.3:5000"])
@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_a_probe_may_call_by_any_name(stub, path, host):
    client = create_app(new_settings(trusted_hosts=TRUSTED), stub).test_client()

    assert client.get(path, headers={"Host": host}).status_code == 200


def test_a_name_that_a_proxy_forwards_is_not_believed(stub):
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
"""Of a request: its protocol, its Host as WSGI servers hand it over, and the answer's status."""


@pytest.mark.parametrize(("protocol", "host", "status"), HOSTS)
@pytest.mark.parametrize("path", ["/predict", "/rank", "/health"])
def test_a_request_names_exactly_one_host(stub_app, path, protocol, host, status):
    sent = {"json": [EARTH], "method": "POST"} if path != "/health" else {}
    environ = EnvironBuilder(path, **sent).get_environ()
    environ |= {"SERVER_PROTOCOL": protocol, "HTTP_HOST": host}
    if host is None:
        del environ["HTTP_HOST"]
    statuses = []

    answer = json.loads(b"".join(stub_app(environ, lambda said, _: statuses.append(said[:3]))))

    assert statuses == [str(status)]
    assert status == 200 or (answer["code"], "Host header" in answer["message"]) == (
        "bad_request",
        True,
    )
