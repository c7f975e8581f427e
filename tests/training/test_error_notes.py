"""Reasons: read by planet, of a known kind."""

from __future__ import annotations

import pytest

from training.error_notes import KINDS, NOTES, ErrorNote, read_notes

HEAD = "pl_name,kind,reason\n"


def test_reasons_are_read_by_planet(tmp_path):
    path = tmp_path / "failures.csv"
    path.write_text(HEAD + 'Kepler-0 b,data,"cooler, it seems"\n', encoding="utf-8")

    assert read_notes(path) == {"Kepler-0 b": ErrorNote("data", "cooler, it seems")}


def test_there_may_be_no_reasons(tmp_path):
    assert read_notes(tmp_path / "failures.csv") == {}


def test_a_reason_of_no_known_kind_is_refused(tmp_path):
    path = tmp_path / "failures.csv"
    path.write_text(HEAD + "Kepler-0 b,weather,clouds\n", encoding="utf-8")

    with pytest.raises(ValueError, match="Kepler-0 b has the kind 'weather'"):
        read_notes(path)


def test_the_reasons_that_are_kept_say_something():
    for kind, text in read_notes(NOTES).values():
        assert kind in KINDS
        assert text.strip()
