"""The page of the API, as files; tests/browser looks at it."""

from __future__ import annotations

import re

import pytest

from exohabit.web.docs import POLICY


def test_the_page_has_a_strict_policy_and_nothing_inline(stub_client):
    answer = stub_client.get("/docs")

    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    assert not re.search(r"<style|style=|<script>|\son\w+=|https?://", answer.text)


def test_every_file_of_the_page_is_here_and_is_not_sent_twice(stub_client):
    links = re.findall(r'(?:href|src)="(docs/[^"]+)"', stub_client.get("/docs").text)

    assert len(links) >= 3
    for link in links:
        answer = stub_client.get(f"/{link}")
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-cache"
        assert "ETag" in answer.headers
        assert len(answer.data) > 100


@pytest.mark.parametrize("name", ["swagger-ui.js", "LICENSE", "..%2fapp.py", "docs.html", "."])
def test_no_other_file_is_served(stub_client, name):
    assert stub_client.get(f"/docs/{name}").status_code == 404
