"""Downloads: whole answers, transient errors, and permanent errors."""

from __future__ import annotations

import gzip
import time
from email.utils import formatdate

import pytest

from exohabit.catalog.archive import download as module
from exohabit.catalog.archive.deadline import Deadline
from exohabit.catalog.archive.download import MAX_BYTES, download
from exohabit.catalog.rows import CatalogError
from tests.catalog import tap_server as tap
from tests.catalog.tap_server import fail, redirect, send, serve

BODY = b"a,b\n" + b"1,2\n" * 20_000
SECONDS = 20.0
"""A deadline that no test reaches."""


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    monkeypatch.setattr(module, "_FIRST_WAIT", 0.01)


def fetch(url: str, seconds: float = SECONDS, max_bytes: int = MAX_BYTES) -> bytes:
    return download(url, Deadline(seconds), max_bytes=max_bytes)


@pytest.mark.parametrize(
    "answer",
    [
        send,
        tap.compressed_transfer,
        lambda handler, body: send(handler, body, content_length="", connection="close"),
        lambda handler, body: send(handler, body, content_type="text/html"),
    ],
    ids=["plain", "gzip", "without a length", "of another type"],
)
def test_a_whole_answer_is_returned(answer):
    with serve(BODY, answer) as server:
        assert fetch(server.url) == BODY


def test_compressed_content_stays_compressed():
    content = gzip.compress(BODY)

    with serve(content) as server:
        assert fetch(server.url) == content


def test_every_piece_is_reported():
    pieces = []

    with serve(BODY) as server:
        download(server.url, Deadline(SECONDS), pieces.append)

    assert len(pieces) > 1
    assert b"".join(pieces) == BODY


@pytest.mark.parametrize(
    "answer",
    [
        fail(429),
        fail(500),
        fail(502),
        fail(503),
        fail(504),
        fail(503, retry_after="0"),
        fail(503, retry_after="soon"),
        fail(503, retry_after="9" * 5000),
        fail(503, retry_after=formatdate(0, usegmt=True)),
        tap.reset,
        tap.close,
    ],
)
def test_a_fault_that_passes_is_followed_by_another_attempt(answer):
    with serve(BODY, answer, answer, answer, send) as server:
        assert fetch(server.url) == BODY
        assert len(server.queries) == 4


def test_the_wait_is_the_one_that_the_server_asks_for():
    with serve(BODY, fail(503, retry_after="1"), send) as server:
        start = time.monotonic()
        content = fetch(server.url)

        assert content == BODY
        assert time.monotonic() - start >= 1.0


@pytest.mark.parametrize(
    "wait",
    ["30", formatdate(time.time() + 3600, usegmt=True), "9" * 400],
    ids=["30 s", "an hour, as a date", "ages"],
)
def test_a_wait_beyond_the_deadline_is_an_error_at_once(wait):
    with serve(BODY, fail(503, retry_after=wait)) as server:
        start = time.monotonic()
        with pytest.raises(CatalogError, match="503 Service Unavailable, Retry-After"):
            fetch(server.url)

        assert time.monotonic() - start < SECONDS / 2
        assert len(server.queries) == 1


@pytest.mark.parametrize(
    ("answer", "message", "attempts"),
    [
        (fail(400), "answers 400 Bad Request", 1),
        (fail(403), "answers 403 Forbidden", 1),
        (fail(404), "answers 404 Not Found", 1),
        (fail(299), "answers 299", 1),
        (fail(302), "answers 302 Found", 1),
        (fail(500), "answers 500 Internal Server Error", 4),
        (tap.reset, "closed the connection too early", 4),
        (tap.close, "closed the connection too early", 4),
        (tap.damaged_transfer, "sends damaged gzip", 1),
        (tap.redirect_to_itself, "redirects more than 3 times", 4),
        (redirect("http://localhost:1/"), "redirects to another host without HTTPS", 1),
        (redirect("//localhost:1/"), "redirects to another host without HTTPS", 1),
        (redirect("file:///etc/passwd"), "is not an HTTP address", 1),
        (redirect("http://[::1/"), r'redirects to "http://\[::1/"', 1),
        (redirect("https://"), "is not an HTTP address", 1),
        (tap.never_end, "the answer is longer than 1,000,000 bytes", 1),
        (tap.never_end_compressed, "the answer is longer than 1,000,000 bytes", 1),
    ],
)
def test_a_fault_that_lasts_is_an_error(answer, message, attempts):
    with serve(BODY, answer) as server:
        with pytest.raises(CatalogError, match=message):
            fetch(server.url, max_bytes=1_000_000)

        assert len(server.queries) == attempts


@pytest.mark.parametrize("answer", [tap.stall, tap.never_answer, tap.drip])
def test_a_slow_answer_ends_with_the_deadline(answer):
    with serve(BODY, answer) as server:
        start = time.monotonic()
        with pytest.raises(CatalogError):
            fetch(server.url, seconds=0.3)

        assert time.monotonic() - start < 3.0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_same_host_is_followed(status):
    with serve(BODY, redirect("/elsewhere?x=1", status), send) as server:
        assert fetch(server.url) == BODY


def test_a_redirect_may_lead_to_https():
    with serve(BODY, redirect("https://127.0.0.1:1/")) as server:
        with pytest.raises(CatalogError, match="cannot be reached"):
            fetch(server.url)

        assert len(server.queries) == 4


def test_a_server_without_a_valid_certificate_is_refused_at_once():
    with serve(BODY) as server, pytest.raises(CatalogError, match="has no certificate"):
        fetch(server.url.replace("http:", "https:"))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://127.0.0.1:1/", r"^127\.0\.0\.1:1 cannot be reached$"),
        ("http://user:secret@127.0.0.1:1/", r"^127\.0\.0\.1:1 cannot be reached$"),
        ("ftp://127.0.0.1/", "is not an HTTP address"),
        ("nonsense", "is not an HTTP address"),
        ("http://[::1/", "is not an HTTP address"),
        ("http://", "is not an HTTP address"),
        ("", "is not an HTTP address"),
        (f"http://{'a' * 64}.example/", "is not an address"),
    ],
)
def test_an_address_that_nothing_answers_at_is_an_error(url, message):
    with pytest.raises(CatalogError, match=message):
        fetch(url)
