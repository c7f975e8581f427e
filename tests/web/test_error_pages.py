"""Errors as pages, for clients that prefer HTML."""

from __future__ import annotations

import html
import re

import pytest

from app import create_app
from tests.ways import new_settings
from tests.web.test_pages import CHROMIUM, PROGRAMS, get

ERRORS = [
    ("/nothing", 404, "There is no such page", "not_found"),
    ("/planets/none%20such", 404, "No known planet has this name", "unknown_planet"),
    ("/planets/TRAPPIST-1", 300, "Which planet do you mean?", "ambiguous_name"),
    ("/rank", 405, "This address is for programs", "method_not_allowed"),
    ("/predict?pl_rade=x", 400, "This address cannot be answered as it is", "invalid_input"),
    ("/planets?cursor=x", 400, "This address cannot be answered as it is", "invalid_input"),
]


@pytest.mark.parametrize(("path", "status", "title", "code"), ERRORS)
def test_a_browser_reads_an_error_in_words(stub_client, path, status, title, code):
    page, error = get(stub_client, path), stub_client.get(path)

    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert (error.status_code, error.json["code"]) == (status, code)
    assert f"<h1>{title}</h1>" in page.text
    assert f"<code>{page.headers['X-Request-ID']}</code>" in page.text
    assert page.headers.get("Allow") == error.headers.get("Allow")


@pytest.mark.parametrize("accept", PROGRAMS[:-1])
def test_a_program_reads_an_error_as_json(stub_client, accept):
    assert get(stub_client, "/nothing", accept).json["code"] == "not_found"


def test_the_page_offers_the_planets_that_may_be_meant(stub_client):
    page = get(stub_client, "/planets/TRAPPIST-1/predict").text

    links = re.findall(r'<a href="(\.\./\.\./\?planet=[^"]+)">', page)
    assert len(links) == 7
    assert "../../?planet=TRAPPIST-1+e" in links


def test_the_page_shows_commands_that_work(stub_client):
    page = html.unescape(get(stub_client, "/rank").text)

    assert "Programs send planets or tables here." in page
    assert '<a class="button" href="table">Rank a table</a>' in page
    commands = re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    assert [command.split()[0] for command in commands] == ["curl", "Invoke-RestMethod", "curl"]
    assert '"pl_rade": 1.1' in commands[0]


def test_a_wrong_address_is_said_without_words_for_programs(stub_client):
    page = html.unescape(get(stub_client, "/nothing").text)

    assert '<p>There is nothing at "/nothing".</p>' in page
    assert "endpoints" not in page


def test_problems_are_in_plain_words(stub_client):
    page = html.unescape(get(stub_client, "/predict?pl_rade=x&pl_orbper=-1").text)

    assert 'Planet radius is "x"; expected a number from 0.01 to 3200 Earth radii' in page
    assert "Orbital period is -1" in page
    assert "pl_orbper" not in page


def test_a_limit_says_when_to_try_again(stub):
    app = create_app(new_settings(rate_limit="1/minute"), stub)
    client = app.test_client()
    client.get("/model")

    page = get(client, "/model")

    assert page.status_code == 429
    assert "<h1>Too many requests</h1>" in page.text
    assert f". Try again in {page.headers['Retry-After']} seconds.</p>" in page.text
    assert '<a class="button" href="">Try again</a>' in page.text


def test_a_fault_reveals_nothing(stub):
    app = create_app(new_settings(), stub)
    app.view_functions["api.health"] = lambda: 1 / 0

    page = get(app.test_client(), "/health")

    assert page.status_code == 500
    assert "<h1>The service made a mistake</h1>" in page.text
    assert "ZeroDivision" not in page.text


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_what_was_sent_is_text(stub_client, name):
    page = stub_client.get("/planets/x", query_string={name: 1}, headers={"Accept": CHROMIUM})

    assert page.status_code == 400
    assert "<script>alert" not in page.text
    assert "<img" not in page.text


def test_the_links_of_a_page_stay_short_however_many_slashes_its_address_has(stub_client):
    answers = [
        stub_client.get(f"/a{'/' * slashes}b", headers={"Accept": "text/html"})
        for slashes in (100, 1000)
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert len(answers[0].data) == len(answers[1].data)
