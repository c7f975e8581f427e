"""The docs page and its files; tests/browser opens it in a browser."""

from __future__ import annotations

import re

import pytest

from exohabit.service.http_response import MAX_AGE_SECONDS
from exohabit.web.docs import POLICY


def test_the_page_has_a_strict_policy_and_nothing_inline(stub_client):
    answer = stub_client.get("/docs")

    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    assert not re.search(r"<style|style=|<script>|\son\w+=|https?://", answer.text)


def test_every_file_of_the_page_is_served_and_can_be_cached(stub_client):
    links = re.findall(r'(?:href|src)="((?:docs|static)/[^"]+)"', stub_client.get("/docs").text)

    assert len(links) >= 3
    for link in links:
        answer = stub_client.get(f"/{link}")
        assert answer.status_code == 200
        kept = f"max-age={MAX_AGE_SECONDS}" if link.startswith("docs/") else "no-cache"
        assert answer.headers["Cache-Control"] == kept
        assert "ETag" in answer.headers
        assert len(answer.data) > 100


def test_without_scripts_the_page_is_styled_and_leads_on(stub_client):
    parts = re.findall(r"<noscript>(.*?)</noscript>", stub_client.get("/docs").text, re.DOTALL)

    assert 'href="static/pages.css"' in parts[0]
    assert 'class="card notice"' in parts[1]
    assert {"openapi.json", "./"} <= set(re.findall(r'href="([^"]+)"', parts[1]))


@pytest.mark.parametrize("name", ["swagger-ui.js", "LICENSE", "..%2fapp.py", "docs.html", "."])
def test_no_other_file_is_served(stub_client, name):
    assert stub_client.get(f"/docs/{name}").status_code == 404
