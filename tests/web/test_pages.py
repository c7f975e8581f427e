"""What all pages share: who gets one, their policy and their links."""

from __future__ import annotations

import re

import pytest

from exohabit.web.pages import POLICY

CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PROGRAMS = [
    "",
    "*/*",
    "application/json",
    "application/json, text/plain, */*",
    "application/json, text/html",
    "text/html;q=0.5, application/json",
    "text/html, application/problem+json",
    "text/html;q=0, */*",
    "x" * 2_000 + ",text/html",
]


def get(client, path: str, accept: str = CHROMIUM):
    return client.get(path, headers={"Accept": accept})


@pytest.mark.parametrize("accept", [CHROMIUM, FIREFOX, "text/html"])
def test_a_browser_gets_a_page(stub_client, accept):
    answer = get(stub_client, "/", accept)

    assert answer.content_type == "text/html; charset=utf-8"
    assert "<h1>Could this planet be habitable?</h1>" in answer.text
    assert {"Accept", "Accept-Encoding"} <= set(answer.headers["Vary"].split(", "))


@pytest.mark.parametrize("accept", PROGRAMS[:-1])
def test_a_program_gets_the_same_bytes_as_ever(stub_client, accept):
    answer = get(stub_client, "/", accept)

    assert answer.content_type == "application/json; charset=utf-8"
    assert answer.data == stub_client.get("/").data
    assert answer.data.startswith(b'{"status":"success","service":"ExoHabit","version":"')
    listed = [each["path"] for each in answer.json["endpoints"]]
    assert not {"/answer", "/table", "/map"} & set(listed)


def test_a_long_header_is_not_parsed(stub_client):
    answer = get(stub_client, "/", PROGRAMS[-1])

    assert answer.json["code"] == "header_too_long"


@pytest.mark.parametrize("path", ["/", "/?planet=Earth", "/nothing", "/docs"])
def test_a_page_has_a_strict_policy_and_nothing_inline_or_from_elsewhere(stub_client, path):
    answer = get(stub_client, path)

    policy = dict(each.split(maxsplit=1) for each in POLICY.split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<style|\bstyle=|<script>|\son\w+=", answer.text)
    assert not re.search(r"""(?:href|src|action)=["'](?:https?:)?//""", answer.text)


@pytest.mark.parametrize(
    ("path", "root"),
    [("/", "./"), ("/nothing", "./"), ("/planets/none", "../"), ("/a/b/c", "../../")],
)
def test_links_are_relative_so_that_a_proxy_may_add_a_prefix(stub_client, path, root):
    links = re.findall(r'(?:href|src|action)="([^"]*)"', get(stub_client, path).text)

    assert not [link for link in links if link.startswith("/")]
    assert root in links
    prefix = "" if root == "./" else root
    assert {f"{prefix}static/frame.css", f"{prefix}docs", f"{prefix}model/card"} <= set(links)


def test_the_page_of_the_address_is_marked_in_the_navigation(stub_client):
    assert re.search(r'href="./" aria-current="page">Try a planet', get(stub_client, "/").text)
    assert re.search(r'href="docs" aria-current="page">API', get(stub_client, "/docs").text)
