"""The model card and its plots."""

from __future__ import annotations

import re

import pytest

from app import create_app
from exohabit.service.settings import Settings


@pytest.fixture
def client(stub, tmp_path):
    """A service whose model has a card with a plot, and another file."""
    (tmp_path / "models" / "card").mkdir(parents=True)
    (tmp_path / "models" / "card.md").write_text("# A card\n\n![plot](card/plot.svg)\n")
    (tmp_path / "models" / "card" / "plot.svg").write_text("<svg/>")
    (tmp_path / "models" / "manifest.json").write_text("{}")
    return create_app(Settings(model_root=tmp_path), stub).test_client()


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
