"""The references: the service lists all of them."""

from __future__ import annotations

from exohabit.science.references import CITATIONS


def test_get_model_lists_every_source(client):
    assert client.get("/model").json["citations"] == list(CITATIONS)


def test_the_archive_is_cited_by_its_identifier():
    assert any("10.26133/NEA13" in source for source in CITATIONS)
