"""The pages "Rank a table" and "Map" as the server sends them; tests/browser uses them."""

from __future__ import annotations

import re

import pytest

from exohabit.web.pages import POLICY

PAGES = pytest.mark.parametrize("path", ["/table", "/map"])
LINKS = (
    "/table?source=catalog&q=trappist&min_score=0.5&max_distance=15&top=20&sort=-sy_dist&page=2",
    "/map?planet=TRAPPIST-1",
    "/map?name=mine&pl_rade=1.1&pl_bmasse=&pl_orbper=365&pl_eqt=255&st_spectype=G2 V",
)


@PAGES
def test_a_page_is_html_with_the_strict_policy_and_nothing_inline(stub_client, path):
    answer = stub_client.get(path)

    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert not re.search(r"<style|\bstyle=|<script>|\son\w+=", answer.text)
    assert f'<a href="{path[1:]}" aria-current="page">' in answer.text


@PAGES
def test_every_file_of_a_page_is_there(stub_client, path):
    links = re.findall(r'(?:href|src)="(static/[^"]+)"', stub_client.get(path).text)

    assert len(links) >= 4
    assert {stub_client.get(f"/{link}").status_code for link in links} == {200}


@pytest.mark.parametrize("link", LINKS)
def test_a_link_with_the_state_of_a_page_opens_it(stub_client, link):
    assert stub_client.get(link).status_code == 200


@PAGES
def test_an_unknown_option_in_the_address_is_refused(stub_client, path):
    assert stub_client.get(f"{path}?top_20=yes").status_code == 400


def test_the_page_of_tables_knows_the_limit_of_a_body(stub_client):
    assert f'data-max-bytes="{2**20}"' in stub_client.get("/table").text


def test_without_javascript_the_page_of_tables_has_a_command_for_this_service(stub_client):
    page = stub_client.get("/table", headers={"Host": "exo.example:81"}).text

    (command,) = re.findall(r"<noscript>.*?<pre>(.*?)</pre>", page, re.DOTALL)
    assert command.startswith("curl --data-binary @planets.csv")
    assert "http://exo.example:81/rank" in command
