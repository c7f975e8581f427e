"""Tags of known planets: what a client may keep, and until when."""

from __future__ import annotations

import pytest

from app import create_app
from exohabit.inputs.readers import CSV, NDJSON
from tests.catalog.small import planet, write
from tests.service.callers import App
from tests.ways import new_settings

pytestmark = pytest.mark.usefixtures("every_way")


def test_a_list_is_asked_for_by_its_tag_each_time(client):
    first = client.get("/planets?limit=2")
    again = client.get("/planets?limit=2", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == again.headers["Cache-Control"] == "no-cache"
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("path", ["/planets/Earth", "/planets/Earth/predict?pl_eqt=300"])
def test_one_planet_is_asked_for_by_its_tag_each_time(client, path):
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "no-cache"
    assert again.status_code == 304


def test_the_tag_differs_by_query_and_format(client):
    queries = ["", "?limit=2", "?limit=3", "?limit=2&fields=name"]
    tags = {client.get(f"/planets{query}").headers["ETag"] for query in queries}
    tags |= {
        client.get("/planets", headers={"Accept": each}).headers["ETag"] for each in (CSV, NDJSON)
    }

    assert len(tags) == 6


@pytest.mark.parametrize("query", ["method=nonsense", "host=nobody", "min_rade=2&max_rade=1"])
def test_a_wrong_query_is_refused_even_if_any_tag_would_do(client, query):
    assert client.get(f"/planets?{query}", headers={"If-None-Match": "*"}).status_code == 400


def test_a_condition_that_is_not_supported_gives_the_whole_list(client):
    first = client.get("/planets?limit=2")
    conditions = {"If-None-Match": first.headers["ETag"], "If-Match": '"x"'}
    again = client.get("/planets?limit=2", headers=conditions)

    assert (again.status_code, again.data) == (200, first.data)


@pytest.fixture
def replaceable(stub, tmp_path):
    path = write(tmp_path / "catalog")
    return path, create_app(new_settings(catalog=path), stub).test_client()


def test_the_tag_changes_with_the_catalogue_and_the_next_answer_is_from_the_new_one(replaceable):
    path, client = replaceable
    before = client.get("/planets")
    write(path, [planet("New b", 4.0)])

    after = client.get("/planets", headers={"If-None-Match": before.headers["ETag"]})

    assert after.status_code == 200
    assert [each["name"] for each in after.json["planets"]] == ["New b"]
    assert client.get("/planets/One b").status_code == 404
    assert client.post("/predict", json="New b").json["score"] == pytest.approx(0.4)
    assert client.get("/planets/suggest?q=on").json["names"] == []


def test_with_keys_a_list_is_not_for_shared_caches(tmp_path, stub, small):
    app = App(tmp_path, stub, catalog=small)

    answer = app.client.get("/planets", headers=app.headers["right"])

    assert answer.headers["Cache-Control"] == "private, no-cache"
