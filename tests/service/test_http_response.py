"""HTTP responses: format, compression and caching."""

from __future__ import annotations

import gzip
import json

import pytest

from exohabit.service.http_response import MAX_AGE_SECONDS
from tests.bad_requests import EARTH
from tests.service.callers import App

pytestmark = pytest.mark.usefixtures("every_way")

MANY = [EARTH] * 50
KEEP = f"max-age={MAX_AGE_SECONDS}"
KEPT = [
    "/model",
    "/openapi.json",
    "/predict?" + "&".join(f"{k}={v}" for k, v in EARTH.items()),
]
"""Answers that depend only on the address and the model."""
CACHEABLE = ["/health", "/", *KEPT]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("text/csv; charset=utf-8", "text/csv"),
        ("text/csv, application/json; q=0.5", "text/csv"),
        ("application/json; q=0.1, text/csv; q=0.9", "text/csv"),
        ("text/csv; q=0", "application/json"),
        ("text/csv ; header=x ; q=0.2, application/json ; q=0.3", "application/json"),
        ("text/csv;header=present;q=0.9, application/json;q=0.1", "text/csv"),
        ("application/x-ndjson; charset=utf-8; q=1", "application/x-ndjson"),
        ("text/*", "text/csv"),
        ("text/csv, */*;q=0.1", "text/csv"),
        ("application/json;q=0.5, application/x-ndjson", "application/x-ndjson"),
        ("application/json, text/csv;q=0.9", "application/json"),
        ("text/csv;q=0, */*", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("application/problem+json", "application/json"),
        ("application/problem+json, text/csv;q=0.5", "text/csv"),
        ("image/png, */*;q=0.1", "application/json"),
        ("", "application/json"),
        (";;q=x,,", "application/json"),
    ],
)
def test_an_answer_has_the_preferred_format(stub_client, accept, media_type):
    headers = {} if accept is None else {"Accept": accept}

    assert stub_client.post("/rank", json=MANY, headers=headers).mimetype == media_type


@pytest.mark.parametrize(
    "accept", ["image/png", "text/xml", "application/xml;q=0.9, text/plain", "parquet/x, */*;q=0"]
)
@pytest.mark.parametrize("path", ["/rank", "/predict"])
def test_a_client_that_accepts_no_format_of_an_answer_is_told_the_formats(
    stub_client, path, accept
):
    answer = stub_client.post(path, json=MANY, headers={"Accept": accept})

    assert (answer.status_code, answer.mimetype) == (406, "application/json")
    assert (answer.json["status"], answer.json["code"]) == ("error", "not_acceptable")
    for media_type in ("application/json", "text/csv", "application/x-ndjson"):
        assert media_type in answer.json["message"]


@pytest.mark.parametrize("path", ["/planets", "/planets/Earth", "/planets/Earth/predict?pl_rade=2"])
def test_the_formats_of_known_planets_are_the_same(client, path):
    refused = client.get(path, headers={"Accept": "image/png"})
    table = client.get(path, headers={"Accept": "text/csv"})

    assert (refused.status_code, refused.json["code"]) == (406, "not_acceptable")
    assert (table.status_code, table.mimetype) == (200, "text/csv")


@pytest.mark.parametrize("accept", ["application/json", "text/csv", "application/x-ndjson"])
def test_every_answer_declares_utf_8(stub_client, accept):
    answer = stub_client.post("/rank", json=MANY, headers={"Accept": accept})

    assert answer.content_type == f"{accept}; charset=utf-8"


@pytest.mark.parametrize("accept", ["application/json", "text/csv", "application/x-ndjson"])
def test_a_large_answer_is_compressed_if_accepted(stub_client, accept):
    plain = stub_client.post("/rank", json=MANY, headers={"Accept": accept})
    packed = stub_client.post(
        "/rank", json=MANY, headers={"Accept": accept, "Accept-Encoding": "br, gzip"}
    )

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
    assert gzip.decompress(packed.data) == plain.data


@pytest.mark.parametrize("accept", ["identity", "gzip;q=0", "br", "*;q=0", ""])
def test_nothing_is_compressed_unless_accepted(stub_client, accept):
    answer = stub_client.post("/rank", json=MANY, headers={"Accept-Encoding": accept})

    assert "Content-Encoding" not in answer.headers


def test_a_small_answer_is_not_compressed(stub_client):
    answer = stub_client.post("/predict", json=EARTH, headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in answer.headers


def test_a_large_error_is_compressed_too(stub_client):
    answer = stub_client.post("/rank", json=[{}] * 50, headers={"Accept-Encoding": "gzip"})

    assert answer.status_code == 400
    assert json.loads(gzip.decompress(answer.data))["problem_count"] == 250


@pytest.mark.parametrize("path", CACHEABLE)
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_an_unchanged_answer_is_not_sent_again(stub_client, path, coding):
    first = stub_client.get(path, headers={"Accept-Encoding": coding})
    again = stub_client.get(
        path, headers={"Accept-Encoding": coding, "If-None-Match": first.headers["ETag"]}
    )

    assert first.headers["Cache-Control"] == (KEEP if path in KEPT else "no-cache")
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    assert {"Accept", "Accept-Encoding"} <= set(first.vary)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("path", [*KEPT, "/docs", "/docs/docs.js", "/model/card"])
def test_an_answer_that_depends_only_on_the_address_and_the_model_may_be_kept(stub_client, path):
    answer = stub_client.get(path)

    assert answer.headers["Cache-Control"] == KEEP
    assert answer.headers["ETag"]
    assert {"Accept", "Accept-Encoding"} <= set(answer.vary)


@pytest.mark.parametrize("path", ["/", "/health", "/ready", "/stats", "/metrics", "/planets/Earth"])
def test_an_answer_that_depends_on_more_is_revalidated_each_time(stub_client, path):
    assert stub_client.get(path).headers["Cache-Control"] == "no-cache"


def test_an_answer_that_may_be_kept_is_kept_for_its_key_alone(tmp_path, stub):
    keyed = App(tmp_path, stub)
    headers = keyed.headers["right"]

    answer = keyed.client.get("/model", headers=headers)

    assert (answer.cache_control.private, answer.cache_control.max_age) == (True, MAX_AGE_SECONDS)
    assert {"X-API-Key", "Authorization"} <= set(answer.vary)
    assert keyed.client.get("/model").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", CACHEABLE)
def test_an_etag_is_weak_and_does_not_depend_on_compression(stub_client, path):
    plain, packed = (
        stub_client.get(path, headers={"Accept-Encoding": coding}).headers["ETag"]
        for coding in ("identity", "gzip")
    )

    assert plain == packed
    assert plain.startswith("W/")


def test_other_planets_and_formats_have_other_etags(stub_client):
    plain, table = (
        stub_client.get(CACHEABLE[-1], headers={"Accept": accept}).headers["ETag"]
        for accept in ("application/json", "text/csv")
    )
    other = stub_client.get(CACHEABLE[-1].replace("pl_rade=1.1", "pl_rade=5")).headers["ETag"]

    assert len({plain, table, other}) == 3


@pytest.mark.parametrize("path", ["/nothing", "/predict", "/rank"])
def test_errors_have_vary_but_no_etag(stub_client, path):
    answer = stub_client.get(path)

    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"Accept", "Accept-Encoding"} <= set(answer.vary)


@pytest.mark.parametrize(
    "header",
    [{"If-Match": '"x"'}, {"If-Match": '"x"', "If-None-Match": "*"}, {"Range": "bytes=0-1"}],
)
def test_if_match_and_range_are_ignored(stub_client, header):
    answer = stub_client.get(CACHEABLE[-1], headers=header)

    assert (answer.status_code, answer.json["status"]) == (200, "success")


@pytest.mark.parametrize("path", [*CACHEABLE, "/docs", "/docs/docs.js"])
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_head_has_the_headers_of_get_and_no_body(stub_client, path, coding):
    own = {"X-Request-ID": "mine", "Accept-Encoding": coding}

    got, head = stub_client.get(path, headers=own), stub_client.head(path, headers=own)

    assert (head.status_code, head.data) == (200, b"")
    assert dict(head.headers) == dict(got.headers)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/predict", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("/rank", {"POST", "OPTIONS"}),
        *((path, {"GET", "HEAD", "OPTIONS"}) for path in ("/", "/health", "/model", "/docs")),
    ],
)
def test_options_lists_the_methods_and_has_neither_body_nor_content_type(
    stub_client, path, allowed
):
    answer = stub_client.options(path)

    assert answer.status_code == 200
    assert set(answer.headers["Allow"].split(", ")) == allowed
    assert answer.data == b""
    assert "Content-Type" not in answer.headers
