"""The sources: told by the service as they are."""

from __future__ import annotations

from exohabit.science.references import CITATIONS


def test_every_source_is_told_with_the_model(client):
    assert client.get("/model").json["citations"] == list(CITATIONS)


def test_the_archive_is_cited_by_its_identifier():
    assert any("10.26133/NEA13" in source for source in CITATIONS)
