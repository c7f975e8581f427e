from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from exohabit.catalog import reader, store
from exohabit.catalog.rows import CatalogError
from exohabit.catalog.snapshot import NoCatalog, Snapshot
from exohabit.inputs.named_planets import AMBIGUOUS, UNKNOWN
from tests.catalog.small import ROWS, planet, write


@pytest.fixture
def snapshot(tmp_path):
    return Snapshot(write(tmp_path / "catalog", aliases=(("Uno", "Two b"),)))


@pytest.mark.parametrize("text", ["One b", "one-B", "  ONEb "])
def test_a_planet_is_found_by_its_name_with_all_its_values(snapshot, text):
    assert snapshot.look_up(text) == ROWS[0]


def test_a_planet_is_found_by_an_alias(snapshot):
    assert snapshot.look_up("Uno") == ROWS[2]


@pytest.mark.parametrize("text", ["HD 10700", "hd10700b", "HIP 8102 b", "TIC 419015728"])
def test_a_planet_is_found_by_the_numbers_of_its_star(tmp_path, text):
    numbers = {"hd_name": "HD 10700", "hip_name": "HIP 8102", "tic_id": "TIC 419015728"}
    rows = [planet("Three b", 1.0, **numbers), *ROWS]

    assert Snapshot(write(tmp_path / "catalog", rows)).look_up(text) == rows[0]


def test_a_star_of_several_planets_is_ambiguous(snapshot):
    found = snapshot.look_up("One")

    assert (found.code, found.choices()) == (AMBIGUOUS, ["One b", "One c"])


@pytest.mark.parametrize("text", ["", "\0", "nothing like it at all", "x" * 201, "\ud800"])
def test_a_text_that_names_no_planet_is_unknown(snapshot, text):
    found = snapshot.look_up(text)

    assert (found.code, found.name) == (UNKNOWN, text)
    assert found.choices() == []


def test_a_name_of_more_than_200_characters_is_unknown_even_if_its_key_is_not(snapshot):
    assert snapshot.look_up("One b" + " " * 195) == ROWS[0]
    assert snapshot.look_up("One b" + " " * 196).code == UNKNOWN


@pytest.mark.parametrize("change", ["replaced", "removed", "damaged", "overwritten"])
def test_it_stays_what_it_was_for_every_thread_when_its_file_changes(snapshot, change):
    if change == "replaced":
        write(snapshot.path, [planet("New b")])
    elif change == "overwritten":
        snapshot.path.write_bytes(bytes(snapshot.path.stat().st_size))
    else:
        snapshot.path.unlink()
    if change == "damaged":
        snapshot.path.write_text("<html>")

    with ThreadPoolExecutor(4) as pool:
        found = [*pool.map(lambda _: snapshot.look_up("Two b"), range(40))]

    assert found == [ROWS[2]] * 40
    assert snapshot.look_up("New b").code == UNKNOWN


def test_names_are_found_by_the_rules_of_this_version_in_a_catalogue_of_another(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(store, "__version__", "0.0.1")
    monkeypatch.setattr(store, "encode_index", lambda _: b"of another version")

    snapshot = Snapshot(write(tmp_path / "catalog"))

    assert snapshot.look_up("one b") == ROWS[0]


def test_an_index_of_names_that_cannot_be_read_is_a_damage(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "encode_index", lambda _: b"not an index")

    with pytest.raises(CatalogError, match="cannot be read as a catalogue"):
        Snapshot(write(tmp_path / "catalog"))


@pytest.mark.parametrize("table", ["planets", "name_index"])
def test_a_catalogue_without_a_column_that_is_read_is_refused_when_it_is_opened(
    tmp_path, monkeypatch, table
):
    column = {"planets": "hip_name", "name_index": "content"}[table]
    path = write(tmp_path / "catalog")
    monkeypatch.setattr(reader, "is_intact", lambda *_: True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"ALTER TABLE {table} RENAME COLUMN {column} TO other")

    with pytest.raises(CatalogError, match=f"no such column: {column}"):
        Snapshot(path)


def test_a_query_that_sqlite_cannot_answer_is_a_lack_of_a_catalogue(snapshot):
    with pytest.raises(NoCatalog, match="cannot be read"):
        snapshot.select("SELECT nothing FROM planets")


def test_a_file_that_is_not_a_catalogue_is_refused_when_it_is_opened(tmp_path):
    (tmp_path / "catalog").write_text("<html>")

    with pytest.raises(CatalogError):
        Snapshot(tmp_path / "catalog")
