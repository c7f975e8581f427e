"""Security headers on every kind of answer, and no debugger."""

from __future__ import annotations

import pytest

from app import create_app
from exohabit.scoring.manifest import BundleError
from exohabit.service.api_keys import new_key
from exohabit.web.docs import POLICY
from tests.bad_requests import EARTH
from tests.conftest import StubBundle
from tests.running import python
from tests.ways import new_settings

pytestmark = pytest.mark.usefixtures("every_way")

HARDENING = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
ORIGIN = "https://example.org"
PREFLIGHT = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}


class Failing(StubBundle):
    """A model that always fails."""

    def score(self, _features):
        raise RuntimeError

    def check_golden(self) -> None:
        raise BundleError("it fails")


@pytest.fixture
def ask(stub, tmp_path):
    """Send requests to a service with all settings, and a model that works or fails."""
    path = tmp_path / "keys.json"
    key = new_key(path, "team")
    settings = new_settings(
        keys_file=path, rate_limit="5/hour", origins=(ORIGIN,), max_body_mib=1, log="off"
    )
    clients = {
        model: create_app(settings, model).test_client() for model in (stub, Failing(stub.manifest))
    }

    def ask(route: str, *, fails: bool = False, has_key: bool = True, **sent):
        method, address = route.split()
        headers = {**({"X-API-Key": key} if has_key else {}), **sent.pop("headers", {})}
        client = list(clients.values())[fails]
        return client.open(address, method=method, headers=headers, **sent)

    return ask


ANSWERS = {
    "GET /": 200,
    "HEAD /health": 200,
    "GET /ready": 200,
    "GET /metrics": 200,
    "GET /openapi.json": 200,
    "GET /docs/docs.js": 200,
    "OPTIONS /predict": 200,
    "GET /predict": 400,
    "GET /nothing": 404,
    "DELETE /rank": 405,
}


@pytest.mark.parametrize(("route", "status"), ANSWERS.items())
def test_every_answer_is_hardened(ask, route, status):
    check(ask(route), status)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": EARTH}, 200),
        ({"json": [EARTH] * 50, "headers": {"Accept-Encoding": "gzip"}}, 200),
        ({"json": [EARTH], "headers": {"Accept": "text/csv"}}, 200),
        ({"json": {}}, 400),
        ({"json": {}, "headers": {"Accept": "application/problem+json"}}, 400),
        ({"json": EARTH, "has_key": False}, 401),
        ({"data": bytes(2**20 + 1)}, 413),
        ({"data": "x", "content_type": "text/html"}, 415),
        ({"json": EARTH, "fails": True}, 500),
    ],
)
def test_every_answer_to_a_planet_is_hardened(ask, sent, status):
    check(ask("POST /predict", **sent), status)


def test_the_answer_that_the_service_is_not_ready_is_hardened(ask):
    check(ask("GET /ready", fails=True), 503)


def test_a_preflight_is_hardened(ask):
    check(ask("OPTIONS /predict", has_key=False, headers=PREFLIGHT), 200)


def test_a_304_is_hardened(ask):
    etag = ask("GET /model").headers["ETag"]

    check(ask("GET /model", headers={"If-None-Match": etag}), 304)


def test_a_429_is_hardened(ask):
    answers = [ask("GET /model") for _ in range(6)]

    check(answers[-1], 429)


def check(answer, status: int) -> None:
    assert answer.status_code == status
    assert {name: answer.headers.getlist(name) for name in HARDENING} == {
        name: [value] for name, value in HARDENING.items()
    }


def test_the_docs_page_has_a_policy_of_its_own(ask):
    answer = ask("GET /docs")

    assert answer.headers.getlist("Content-Security-Policy") == [POLICY]
    assert "frame-ancestors 'none'" in POLICY
    assert "unsafe" not in POLICY
    rest = {name: answer.headers[name] for name in HARDENING if "Policy" not in name}
    assert rest == {name: HARDENING[name] for name in rest}


@pytest.mark.parametrize(
    ("proxies", "scheme", "forwarded", "is_sent"),
    [
        (0, "http", None, False),
        (0, "http", "https", False),
        (0, "https", None, True),
        (1, "http", None, False),
        (1, "http", "https", True),
        (1, "http", "https, http", False),
        (1, "http", "http, https", True),
        (2, "http", "https, http", True),
        (1, "http", "HTTPS", True),
        (1, "http", "wss", False),
        (1, "https", "ftp", True),
    ],
)
@pytest.mark.parametrize("path", ["/health", "/nothing", "/docs"])
def test_only_clients_that_came_over_https_get_strict_transport_security(
    stub, proxies, scheme, forwarded, is_sent, path
):
    client = create_app(new_settings(proxies=proxies, log="off"), stub).test_client()
    headers = {"X-Forwarded-Proto": forwarded} if forwarded else {}

    answer = client.get(path, base_url=f"{scheme}://localhost", headers=headers)

    sent = answer.headers.getlist("Strict-Transport-Security")
    assert sent == (["max-age=31536000"] if is_sent else [])


DEBUG = """
from types import SimpleNamespace
from app import create_app
from exohabit.service.settings import Settings

app = create_app(Settings(log="off", large_kib=0), SimpleNamespace(version="none"))
answer = app.test_client().get("/stats?x=1")
print(app.debug, app.config["DEBUG"], app.testing, answer.status_code)
"""


def test_only_flask_run_can_start_the_debugger():
    done = python("-c", DEBUG, FLASK_DEBUG="1")

    assert done.stdout == "False False False 400\n"
