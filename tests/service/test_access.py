"""Origins whose pages may call the service, as the headers say it; tests/browser sees it done."""

from __future__ import annotations

import pytest

from app import create_app
from service.access import EXPOSED
from service.config import Settings

ALLOWED = "http://localhost:3000"
LISTED = ("https://example.org", ALLOWED)
REFUSED = """
    http://localhost:30001 http://localhost:300 http://localhost https://localhost:3000 null *
    http://localhost:3000.evil.example http://localhost:3000@evil.example http://localhost:3000/
    http://evil-localhost:3000 http://evil.localhost:3000 http://evil.example/http://localhost:3000
    http://localhost:3000,http://evil.example https://example.org.evil.example https://exampleXorg
    https://www.example.org https://example.org:443
""".split()
EARTH = {"pl_rade": 1.1, "pl_bmasse": 0.9, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}
ASKING = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type",
}


@pytest.fixture
def allowing(stub):
    """Get a client of a service that allows some origins."""
    return lambda origins: create_app(Settings(origins=origins), stub).test_client()


def access_control(answer) -> dict[str, str]:
    prefix = "access-control-"
    sent = {name.lower(): value for name, value in answer.headers.items()}
    return {name[len(prefix) :]: sent[name] for name in sent if name.startswith(prefix)}


def everything(client, origin: str):
    """Send a preflight, a good request, one to a page that may be kept, and a bad one."""
    headers = {"Origin": origin}
    yield client.options("/predict", headers={**headers, **ASKING})
    yield client.post("/predict", json=EARTH, headers=headers)
    yield client.get("/model", headers=headers)
    yield client.get("/nothing", headers=headers)


@pytest.mark.parametrize(("origins", "allowed"), [(LISTED, ALLOWED), (("*",), "*")])
def test_a_preflight_is_told_what_a_page_may_send(allowing, origins, allowed):
    told = allowing(origins).options("/predict", headers={"Origin": ALLOWED, **ASKING})

    sent = access_control(told)
    assert told.status_code == 200
    assert sent["allow-origin"] == allowed
    assert sent["allow-headers"] == "content-type"
    assert "POST" in sent["allow-methods"]
    assert int(sent["max-age"]) >= 60
    assert "allow-credentials" not in sent


@pytest.mark.parametrize(("origins", "allowed"), [(LISTED, ALLOWED), (("*",), "*")])
def test_answers_and_errors_may_be_read_with_their_useful_headers(allowing, origins, allowed):
    _, *answers = everything(allowing(origins), ALLOWED)

    for answer in answers:
        sent = access_control(answer)
        assert sent["allow-origin"] == allowed
        assert set(sent["expose-headers"].split(", ")) == set(EXPOSED)


@pytest.mark.parametrize(
    ("origins", "origin"), [*((LISTED, each) for each in REFUSED), ((), ALLOWED), ((), "null")]
)
def test_an_origin_that_is_not_on_the_list_is_told_nothing(allowing, origins, origin):
    for answer in everything(allowing(origins), origin):
        assert access_control(answer) == {}


@pytest.mark.parametrize(("origins", "varies"), [(LISTED, True), (("*",), False), ((), False)])
@pytest.mark.parametrize("origin", [ALLOWED, "http://other.example"])
def test_a_cache_is_told_where_the_answer_depends_on_the_origin(allowing, origins, varies, origin):
    for answer in everything(allowing(origins), origin):
        vary = ", ".join(answer.headers.getlist("Vary"))
        assert vary.count("Origin") == varies


def test_an_answer_open_to_all_says_so_even_to_whom_it_does_not_matter(allowing):
    answer = allowing(("*",)).get("/model")

    assert access_control(answer)["allow-origin"] == "*"


def test_an_origin_is_known_whatever_its_case(allowing):
    for answer in everything(allowing(LISTED), ALLOWED.upper()):
        assert access_control(answer)["allow-origin"] == ALLOWED.upper()
