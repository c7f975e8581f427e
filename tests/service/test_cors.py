"""CORS headers; tests/browser tests them in a browser."""

from __future__ import annotations

import pytest

from app import create_app
from exohabit.service.cors import EXPOSED_HEADERS
from tests.bad_requests import EARTH
from tests.service.callers import PAGE, PREFLIGHT, App
from tests.ways import new_settings

pytestmark = pytest.mark.usefixtures("every_way")

LISTED = ("https://example.org", PAGE)
REFUSED = """
    http://localhost:30001 http://localhost:300 http://localhost https://localhost:3000 null *
    http://localhost:3000.evil.example http://localhost:3000@evil.example http://localhost:3000/
    http://evil-localhost:3000 http://evil.localhost:3000 http://evil.example/http://localhost:3000
    http://localhost:3000,http://evil.example https://example.org.evil.example https://exampleXorg
    https://www.example.org https://example.org:443
""".split()
REFUSED_AT_ANY_PORT = """
    https://localhost:3000 http://localhost:3000.evil.example http://localhost:3000@evil.example
    http://localhost.evil.example:3000 http://evil-localhost:3000 http://localhost:3000/ null
    http://localhost: http://localhost:x http://localhost:123456 http://127.0.0.1:3000
    http://evil.example/http://localhost:3000 http://localhost:1,http://evil.example
""".split()
PROBLEM_JSON = "application/problem+json"


@pytest.fixture
def allowing(stub):
    """Make a client of a service that allows some origins."""
    return lambda origins: create_app(new_settings(origins=origins), stub).test_client()


def access_control(answer) -> dict[str, str]:
    prefix = "access-control-"
    sent = {name.lower(): value for name, value in answer.headers.items()}
    return {name[len(prefix) :]: sent[name] for name in sent if name.startswith(prefix)}


def everything(client, origin: str):
    """Send a preflight, a good request, one whose answer may be cached, and a bad one."""
    headers = {"Origin": origin}
    yield client.options("/predict", headers={**headers, **PREFLIGHT})
    yield client.post("/predict", json=EARTH, headers=headers)
    yield client.get("/model", headers=headers)
    yield client.get("/nothing", headers=headers)


@pytest.mark.parametrize(("origins", "allowed"), [(LISTED, PAGE), (("*",), "*")])
def test_a_preflight_lists_what_a_page_may_send(allowing, origins, allowed):
    answer = allowing(origins).options("/predict", headers={"Origin": PAGE, **PREFLIGHT})

    sent = access_control(answer)
    assert answer.status_code == 200
    assert sent["allow-origin"] == allowed
    assert sent["allow-headers"] == "content-type"
    assert "POST" in sent["allow-methods"]
    assert int(sent["max-age"]) >= 60
    assert "allow-credentials" not in sent


@pytest.mark.parametrize(("origins", "allowed"), [(LISTED, PAGE), (("*",), "*")])
def test_a_page_may_read_answers_errors_and_some_headers(allowing, origins, allowed):
    _, *answers = everything(allowing(origins), PAGE)

    for answer in answers:
        sent = access_control(answer)
        assert sent["allow-origin"] == allowed
        assert set(sent["expose-headers"].split(", ")) == set(EXPOSED_HEADERS)
        assert len(answer.headers.getlist("Access-Control-Allow-Origin")) == 1


@pytest.mark.parametrize(
    ("origins", "origin"), [*((LISTED, each) for each in REFUSED), ((), PAGE), ((), "null")]
)
def test_an_unlisted_origin_gets_no_headers(allowing, origins, origin):
    for answer in everything(allowing(origins), origin):
        assert access_control(answer) == {}


OF_THIS_MACHINE = ("http://localhost:*", "http://[::1]:*")


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:5173", "HTTP://LOCALHOST:3000", "http://localhost", "http://[::1]:1"],
)
def test_a_page_at_any_port_of_this_machine_may_be_allowed(allowing, origin):
    for answer in everything(allowing(OF_THIS_MACHINE), origin):
        assert access_control(answer)["allow-origin"] == origin
        assert ", ".join(answer.headers.getlist("Vary")).count("Origin") == 1


@pytest.mark.parametrize("origin", [*REFUSED_AT_ANY_PORT, *OF_THIS_MACHINE])
def test_any_port_of_this_machine_allows_no_other_machine(allowing, origin):
    for answer in everything(allowing(OF_THIS_MACHINE), origin):
        assert access_control(answer) == {}


@pytest.mark.parametrize(("origins", "varies"), [(LISTED, True), (("*",), False), ((), False)])
@pytest.mark.parametrize("origin", [PAGE, "http://other.example"])
def test_vary_tells_caches_if_the_answer_depends_on_the_origin(allowing, origins, varies, origin):
    for answer in everything(allowing(origins), origin):
        vary = ", ".join(answer.headers.getlist("Vary"))
        assert vary.count("Origin") == varies


def test_with_all_origins_allowed_every_answer_says_so(allowing):
    answer = allowing(("*",)).get("/model")

    assert access_control(answer)["allow-origin"] == "*"


def test_the_case_of_an_origin_does_not_matter(allowing):
    for answer in everything(allowing(LISTED), PAGE.upper()):
        assert access_control(answer)["allow-origin"] == PAGE.upper()


def test_pages_may_read_a_401_as_problem_json(tmp_path, stub):
    client = App(tmp_path, stub, origins=LISTED).client

    answer = client.post("/predict", json=EARTH, headers={"Accept": PROBLEM_JSON, "Origin": PAGE})

    assert answer.status_code == 401
    assert (answer.mimetype, answer.json["status"]) == (PROBLEM_JSON, 401)
    assert access_control(answer)["allow-origin"] == PAGE
