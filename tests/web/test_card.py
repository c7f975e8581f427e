"""The model card and its plots."""

from __future__ import annotations

import re

import pytest

from app import create_app
from exohabit.service.settings import Settings
from tests.conftest import ROOT
from tests.service.callers import App
from tests.web.test_pages import get


@pytest.fixture
def client(stub, tmp_path):
    """A service whose model has a card with a plot, and another file."""
    (tmp_path / "models" / "card").mkdir(parents=True)
    (tmp_path / "models" / "card.md").write_text("# A card\n\n![plot](card/plot.svg)\n")
    (tmp_path / "models" / "card" / "plot.svg").write_text("<svg/>")
    (tmp_path / "models" / "manifest.json").write_text("{}")
    return create_app(Settings(model_root=tmp_path), stub).test_client()


@pytest.fixture
def service(stub):
    """The service with the project's own card."""
    return create_app(Settings(log="off"), stub).test_client()


def test_the_model_links_to_its_card_and_the_card_to_its_plots(client):
    link = client.get("/model").json["card"]
    card = client.get(link)
    (plot,) = re.findall(r"\((card/.*?)\)", card.text)

    assert card.content_type == "text/markdown; charset=utf-8"
    assert client.get(f"/model/{plot}").content_type == "image/svg+xml"
    assert client.get(f"/model/{plot}").text == "<svg/>"


@pytest.mark.parametrize("name", ["none.svg", "..%2fmanifest.json", "../manifest.json", "."])
def test_no_other_file_is_served(client, name):
    assert client.get(f"/model/card/{name}").status_code == 404


def test_a_model_without_a_card_has_none(stub, tmp_path):
    answer = create_app(Settings(model_root=tmp_path), stub).test_client().get("/model/card")

    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_a_browser_gets_the_card_as_a_page_and_others_its_markdown(service):
    page = get(service, "/model/card")
    card = service.get("/model/card")

    assert card.data == (ROOT / "models" / "card.md").read_bytes()
    assert (page.mimetype, page.status_code) == ("text/html", 200)
    (title,) = re.findall(r"<h1>(.*?)</h1>", page.text)
    assert f"# {title}\n" in card.text
    assert page.text.count("<table>") == len(
        re.findall(r"^\|(?: ?-+ ?\|)+$", card.text, re.MULTILINE)
    )
    plots = re.findall(r'<img src="(card/[^"]+)" alt="[^"]+"', page.text)
    assert plots == re.findall(r"!\[.*?\]\((card/.*?)\)", card.text)
    for name, _ in re.findall(r'<li><a href="#([^"]+)">(.*?)</a></li>', page.text):
        assert f'<h2 id="{name}">' in page.text


def test_html_in_a_card_is_text(stub, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "card.md").write_text(
        "# <script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1))\n"
    )
    client = create_app(Settings(model_root=tmp_path), stub).test_client()

    page = get(client, "/model/card").text

    assert "<img" not in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_a_card_needs_a_key_if_there_are_keys(tmp_path, stub):
    app = App(tmp_path, stub)

    page = get(app.client, "/model/card")
    with_key = app.client.get("/model/card", headers={"Accept": "text/html", "X-API-Key": app.key})

    assert page.status_code == 401
    assert "static/unlock.js" in page.text
    assert "What a score means" in with_key.text
