from __future__ import annotations

import gzip

import pytest

from exohabit.catalog import embedded
from exohabit.catalog.embedded import (
    embedded_info,
    embedded_rows,
    embedded_scores,
    encode_table,
)
from exohabit.catalog.names.keys import key_of
from exohabit.catalog.rows import ALL_COLUMNS, NEEDED_COLUMNS
from exohabit.catalog.solar_system import solar_system
from tests.catalog.small import ROWS


@pytest.fixture(scope="module")
def rows():
    return [*embedded_rows()]


def test_the_solar_system_comes_before_the_archives_planets(rows):
    ours = [*solar_system()]

    assert rows[: len(ours)] == ours
    assert len(rows) == len(ours) + 6065


def test_no_two_planets_have_the_same_key(rows):
    assert len({key_of(str(row["pl_name"])) for row in rows}) == len(rows)


def test_every_planet_has_a_name_a_host_and_every_needed_column(rows):
    assert all(row["pl_name"] and row["hostname"] for row in rows)
    assert all(row.keys() >= {*NEEDED_COLUMNS} for row in rows)
    assert all(row.keys() <= {*ALL_COLUMNS} for row in rows)


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("Kepler-186 f", "pl_orbper", 129.9441),
        ("TRAPPIST-1 e", "disc_year", 2017),
        ("51 Peg b", "discoverymethod", "Radial Velocity"),
        ("Earth", "pl_rade", 1.0),
    ],
)
def test_a_value_is_that_of_the_literature(rows, name, column, value):
    assert [row[column] for row in rows if row["pl_name"] == name] == [value]


def test_the_table_has_a_date_and_a_score_for_each_planet(rows):
    assert embedded_info().date == "2025-12-30"
    assert "NASA Exoplanet Archive" in embedded_info().table
    assert len(embedded_scores().values) == len(rows)


def test_equal_rows_give_equal_bytes_and_are_read_back(monkeypatch, tmp_path):
    columns = [name for name in ALL_COLUMNS if name != "tic_id"]
    content = encode_table("2026-01-02", columns, ROWS)
    table = tmp_path / "table"
    table.write_bytes(content)
    monkeypatch.setattr(embedded, "TABLE", table)

    read = [row for row in embedded_rows() if row["hostname"] != "Sun"]

    assert read == [{name: row[name] for name in columns} for row in ROWS]
    assert embedded_info().date == "2026-01-02"
    assert encode_table("2026-01-02", columns, ROWS) == content


def test_it_has_no_list_of_habitable_worlds():
    head, _ = gzip.decompress(embedded.TABLE.read_bytes()).split(b"\n", 1)

    assert b"habit" not in head.lower()
