"""The package's catalogue: its values are the archive's, its scores the shipped model's."""

from __future__ import annotations

import csv
import gzip

import pytest

from exohabit.catalog.embedded import SCORES, TABLE, embedded_rows, embedded_scores, encode_table
from exohabit.catalog.rows import ALL_COLUMNS, NEEDED_COLUMNS, read_row
from exohabit.catalog.scoring import score_rows
from exohabit.catalog.solar_system import SUN
from tests.archive_data import CATALOG, needs_archive
from training import catalog


@pytest.fixture(scope="module")
def archive():
    """The rows of the archive's file, read without the code that made the catalogue."""
    with CATALOG.open(encoding="utf-8-sig", newline="") as file:
        return [*csv.DictReader(line for line in file if not line.startswith("#"))]


@pytest.fixture(scope="module")
def read_archive(archive):
    return {row["pl_name"]: read_row(row) for row in archive}


@pytest.fixture(scope="module")
def embedded():
    return [row for row in embedded_rows() if row["hostname"] != SUN]


def test_the_scores_are_those_of_the_shipped_model_to_the_bit(bundle):
    assert embedded_scores() == score_rows(bundle, [*embedded_rows()])


@needs_archive
@pytest.mark.parametrize("column", ALL_COLUMNS)
def test_a_column_is_the_archives(archive, read_archive, embedded, column):
    if column not in archive[0]:
        assert column not in NEEDED_COLUMNS
        assert column not in embedded[0]
        return

    found = {row["pl_name"]: row[column] for row in embedded}
    assert len(found) == len(archive) == len(embedded)
    assert found == {name: row[column] for name, row in read_archive.items()}


@needs_archive
def test_the_planets_are_in_the_archives_order(archive, embedded):
    assert [row["pl_name"] for row in embedded] == [row["pl_name"] for row in archive]


@needs_archive
def test_the_archives_file_gives_the_committed_files_again(monkeypatch, tmp_path):
    table, scores = tmp_path / "table", tmp_path / "scores"
    monkeypatch.setattr(catalog, "TABLE", table)
    monkeypatch.setattr(catalog, "SCORES", scores)

    catalog.write_table(CATALOG)
    catalog.write_scores()

    assert gzip.decompress(table.read_bytes()) == gzip.decompress(TABLE.read_bytes())
    assert scores.read_bytes() == SCORES.read_bytes()


def test_the_committed_table_is_what_its_own_values_are_written_as(embedded):
    content = encode_table("2025-12-30", [*embedded[0]], embedded)

    assert gzip.decompress(content) == gzip.decompress(TABLE.read_bytes())
