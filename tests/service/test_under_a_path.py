"""A service behind a proxy: the addresses that it shows have the path and scheme of the proxy."""

from __future__ import annotations

import pytest

from app import create_app
from tests.bad_requests import EARTH
from tests.ways import new_settings

pytestmark = pytest.mark.usefixtures("every_way")

UNDER_EXO = {"X-Forwarded-Prefix": "/exo"}


@pytest.fixture
def behind(stub):
    """Make a client of a service behind a number of proxies."""
    return lambda proxies: create_app(new_settings(proxies=proxies), stub).test_client()


@pytest.mark.parametrize("proxies", [1, 2])
@pytest.mark.parametrize("prefix", ["/exo", "/exo/"])
@pytest.mark.parametrize(
    ("method", "path", "example"),
    [
        ("GET", "/rank", "curl http://localhost/exo/rank -H"),
        ("GET", "/predict", "http://localhost/exo/predict?pl_rade=1.1&"),
        ("DELETE", "/predict", "Invoke-RestMethod http://localhost/exo/predict -Method Post"),
        ("POST", "/health", "curl http://localhost/exo/health"),
    ],
)
def test_an_example_request_has_the_path(behind, proxies, prefix, method, path, example):
    headers = {"X-Forwarded-Prefix": prefix}

    answer = behind(proxies).open(path, method=method, headers=headers)

    assert example in answer.json["message"]


def test_an_example_of_a_refused_body_has_the_path(behind):
    answer = behind(1).post("/predict", data="x", content_type="text/html", headers=UNDER_EXO)

    assert answer.status_code == 415
    assert "curl http://localhost/exo/predict -H" in answer.json["message"]


def test_an_unknown_address_is_told_with_the_path(behind):
    message = behind(1).get("/predct", headers=UNDER_EXO).json["message"]

    assert message == (
        'There is nothing at "/exo/predct": did you mean /exo/predict? '
        "GET /exo/ lists all endpoints."
    )


def test_the_model_card_has_the_path(behind):
    assert behind(1).get("/model", headers=UNDER_EXO).json["card"] == "/exo/model/card"


@pytest.mark.parametrize(
    "prefix",
    [
        "//example.org",
        "https://example.org",
        "exo",
        "/exo/../..//example.org",
        "/exo\\example.org",
        "/<script>",
        '"/exo, /more"',
        "/exo?top=1",
        "/" + "a" * 200,
    ],
)
def test_a_path_that_is_not_plain_is_ignored(behind, prefix):
    client, headers = behind(1), {"X-Forwarded-Prefix": prefix}

    assert client.get("/model", headers=headers).json["card"] == "/model/card"
    assert "http://localhost/rank" in client.get("/rank", headers=headers).json["message"]
    assert "GET / lists" in client.get("/nothing", headers=headers).json["message"]


def test_the_last_proxy_names_the_path(behind):
    headers = {"X-Forwarded-Prefix": "//example.org, /exo"}

    assert behind(1).get("/model", headers=headers).json["card"] == "/exo/model/card"


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_cache_keeps_the_answers_under_each_path_apart(behind, proxies):
    answer = behind(proxies).get("/model", headers=UNDER_EXO)

    assert ("X-Forwarded-Prefix" in answer.vary) is (proxies > 0)


def test_without_trusted_proxies_no_path_is_believed(behind):
    client = behind(0)

    assert "http://localhost/rank" in client.get("/rank", headers=UNDER_EXO).json["message"]
    assert client.get("/model", headers=UNDER_EXO).json["card"] == "/model/card"


def test_the_path_changes_no_prediction(behind):
    client = behind(1)

    assert (
        client.post("/predict", json=EARTH, headers=UNDER_EXO).data
        == client.post("/predict", json=EARTH).data
    )


@pytest.mark.parametrize(
    "scheme", ["javascript", "https://example.org/", "ftp", "<b>", " ", "a" * 9]
)
def test_a_scheme_other_than_http_and_https_is_ignored(behind, scheme):
    client, headers = behind(1), {"X-Forwarded-Proto": scheme}

    assert "curl http://localhost/rank -H" in client.get("/rank", headers=headers).json["message"]
    assert "http://localhost/" in client.get("/table", headers=headers).text


def test_links_have_the_scheme_that_the_proxy_names(behind):
    answer = behind(1).get("/rank", headers={"X-Forwarded-Proto": "https"})

    assert "curl https://localhost/rank -H" in answer.json["message"]
