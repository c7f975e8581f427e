"""Error notes: read by planet, each of a known kind."""

from __future__ import annotations

import pytest

from training.error_notes import ErrorNote, read_notes

HEAD = "pl_name,kind,reason\n"


def test_notes_are_read_by_planet(tmp_path):
    path = tmp_path / "failures.csv"
    path.write_text(HEAD + 'Kepler-0 b,data,"cooler, it seems"\n', encoding="utf-8")

    assert read_notes(path) == {"Kepler-0 b": ErrorNote("data", "cooler, it seems")}


def test_the_file_may_be_missing(tmp_path):
    assert read_notes(tmp_path / "failures.csv") == {}


def test_an_unknown_kind_is_an_error(tmp_path):
    path = tmp_path / "failures.csv"
    path.write_text(HEAD + "Kepler-0 b,weather,clouds\n", encoding="utf-8")

    with pytest.raises(ValueError, match="Kepler-0 b has the kind 'weather'"):
        read_notes(path)
