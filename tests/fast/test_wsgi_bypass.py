"""The WSGI bypass sends what Flask's routes send, and leaves other requests to Flask."""

from __future__ import annotations

import gc
import gzip
import json
import weakref

import pytest
from flask import Response
from werkzeug.test import EnvironBuilder

from app import create_app
from exohabit.fast import wsgi_bypass
from exohabit.service.api_keys import new_key
from exohabit.service.request_state import RequestState
from exohabit.service.settings import Settings
from tests.bad_requests import BAD_REQUESTS, EARTH

JSON = {"content_type": "application/json"}
TABLE = f"{','.join(EARTH)}\n{','.join(map(str, EARTH.values()))}\n"
MANY = [{**EARTH, "name": f"planet {number}", "pl_eqt": 200 + number} for number in range(40)]
HEADERS = {
    "no header": {},
    "an id": {"X-Request-ID": "mine"},
    "a bad id": {"X-Request-ID": "no\tgood"},
    "a trace": {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"},
    "gzip": {"Accept-Encoding": "gzip, br;q=0.5"},
    "no gzip": {"Accept-Encoding": "gzip;q=0"},
    "a table": {"Accept": "text/csv"},
    "lines": {"Accept": "application/x-ndjson"},
    "problems": {"Accept": "application/problem+json"},
    "an origin": {"Origin": "https://example.org"},
    "an unknown key": {"X-API-Key": "", "Authorization": "Bearer nobody"},
    "no key": {"X-API-Key": ""},
    "another host": {"Host": "example.org"},
    "no host": {"Host": "a..b"},
    "a long host": {"Host": 64 * "x"},
    "https": {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"},
}
BODIES = {
    "a planet": ("/predict", json.dumps(EARTH).encode(), JSON),
    "a list": ("/predict", json.dumps(MANY).encode(), JSON),
    "a ranking": ("/rank", json.dumps({"planets": MANY}).encode(), JSON),
    "a table": ("/rank", TABLE.encode(), {"content_type": "text/csv"}),
    "gzip": (
        "/rank",
        gzip.compress(json.dumps(MANY).encode()),
        {**JSON, "headers": {"Content-Encoding": "gzip"}},
    ),
    "nothing": ("/predict", b"", JSON),
    "a form": ("/rank", b"a=b", {"content_type": "application/x-www-form-urlencoded"}),
    "a warning": ("/predict", json.dumps({**EARTH, "st_spectype": "DC"}).encode(), JSON),
}
CONFIGURATIONS = {
    "defaults": {},
    "everything": {
        "rate_limit": "1000/minute",
        "proxies": 1,
        "trusted_hosts": ("localhost",),
        "origins": ("https://example.org",),
    },
}


@pytest.fixture(scope="module", params=CONFIGURATIONS)
def both(request, bundle, tmp_path_factory):
    """Return clients of an app with the bypass and of one without it, and a valid key."""
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    key = new_key(path, "somebody")
    more = {"keys_file": path} if request.param == "everything" else {}
    settings = {"log": "off", **CONFIGURATIONS[request.param], **more}
    apps = [create_app(Settings(fast=fast, **settings), bundle) for fast in ("on", "off")]
    return [app.test_client() for app in apps], key


def answer_of(client, path, body, options, headers):
    """Send a request; return the answer without what differs each time."""
    response = client.post(path, data=body, headers=headers, **options)
    response.close()  # reads the rest of a refused body
    new_id = response.headers["X-Request-ID"].encode()
    varies = ("RateLimit-Reset", "X-Request-ID")
    kept = sorted((name, value) for name, value in response.headers.items() if name not in varies)
    return response.status_code, kept, response.data.replace(new_id, b"")


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
@pytest.mark.parametrize(("path", "body", "options"), BODIES.values(), ids=BODIES)
def test_both_ways_send_the_same_status_headers_and_body(both, path, body, options, headers):
    clients, key = both
    options = dict(options)
    headers = {"X-API-Key": key, **options.pop("headers", {}), **headers}

    with_bypass, without = (answer_of(c, path, body, options, headers) for c in clients)

    assert with_bypass == without


@pytest.fixture(scope="module")
def stub_clients(stub):
    return [
        create_app(Settings(max_body_mib=1, fast=fast), stub).test_client()
        for fast in ("on", "off")
    ]


@pytest.mark.parametrize("bad", BAD_REQUESTS, ids=lambda bad: bad.why)
def test_both_ways_send_the_same_errors(stub_clients, bad):
    answers = []
    for client in stub_clients:
        headers = {**bad.headers, "X-Request-ID": "mine"}
        response = client.open(bad.path, method=bad.method, data=bad.content, headers=headers)
        response.close()
        answers.append((response.status_code, sorted(response.headers.items()), response.data))

    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("method", "path", "query", "is_handled"),
    [
        ("POST", "/predict", "", True),
        ("POST", "/rank", "", True),
        ("GET", "/predict", "", False),
        ("OPTIONS", "/predict", "", False),
        ("POST", "/predict", "explain=true", False),
        ("POST", "/predict/", "", False),
        ("POST", "/health", "", False),
        ("PUT", "/rank", "", False),
        ("GET", "/", "", False),
    ],
)
def test_it_handles_posts_of_planets_without_a_query_only(
    stub_app, monkeypatch, method, path, query, is_handled
):
    environ = EnvironBuilder(path, method=method, query_string=query, json=[EARTH]).get_environ()
    passed_on = []
    monkeypatch.setattr(
        stub_app, "full_dispatch_request", lambda *_: passed_on.append(True) or Response()
    )

    stub_app.wsgi_app(environ, lambda *_: None)

    assert bool(passed_on) != is_handled


def test_a_request_that_is_passed_to_flask_is_counted_once(stub_app):
    client = stub_app.test_client()
    before = client.get("/stats").json

    client.post("/predict", json={})
    client.post("/predict", json=EARTH)

    after = client.get("/stats").json
    assert after["by_route"]["POST /predict"] - before["by_route"].get("POST /predict", 0) == 2
    assert after["refused"]["invalid_input"] == 1


def test_a_request_that_is_passed_to_flask_does_not_keep_its_body(stub_app, monkeypatch):
    states = []
    monkeypatch.setattr(
        wsgi_bypass,
        "RequestState",
        lambda *args: states.append(weakref.ref(state := RequestState(*args))) or state,
    )
    gc.collect()
    gc.disable()
    try:
        stub_app.test_client().post("/predict", json={"pl_rade": -1})

        assert [state() for state in states] == [None]
    finally:
        gc.enable()
