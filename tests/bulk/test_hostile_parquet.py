"""Hostile Parquet: types that pyarrow allows, damaged files, and kept columns of any type."""

from __future__ import annotations

import datetime
import decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.bulk.running import read, score, scored

PLANETS = {
    "pl_name": ["a", "b", "c"],
    "pl_rade": [1.0, 2.0, 3.0],
    "pl_bmasse": [1.0, 1.0, 1.0],
    "pl_orbper": [365.0, 365.0, 365.0],
    "pl_eqt": [255.0, 255.0, 255.0],
    "st_spectype": ["G", "Sun", "K"],
}


def write(path, **columns):
    pq.write_table(pa.table(PLANETS | columns), path)
    return path


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ({"pl_rade": [True, False, True]}, "bool"),
        ({"pl_rade": [[1.0], [2.0], [3.0]]}, "list"),
        ({"st_spectype": [b"G", b"Sun", b"K"]}, "binary"),
        ({"pl_eqt": [datetime.date(2026, 1, 1)] * 3}, "date32"),
    ],
)
def test_a_column_of_a_wrong_type_is_named(tmp_path, columns, kind):
    done = score(write(tmp_path / "in.parquet", **columns), tmp_path / "out.csv")

    assert done.exit_code == 1
    assert f"column {next(iter(columns))} has the type {kind}" in done.output


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
def test_texts_of_every_type_are_read_alike(tmp_path, kind):
    columns = {name: pa.array(PLANETS[name], kind) for name in ("pl_name", "st_spectype")}

    scored(
        write(tmp_path / "in.parquet", **columns),
        tmp_path / "out.parquet",
        *("--on-invalid", "skip", "--keep", "st_spectype"),
    )

    rows = read(tmp_path / "out.parquet")
    assert [row["name"] for row in rows] == ["a", "b", "c"]
    assert [row["reason"] for row in rows] == [None, "invalid", None]
    assert [row["st_spectype"] for row in rows] == PLANETS["st_spectype"]


def test_names_that_are_integers_keep_every_digit(tmp_path):
    gaia = [5853498713190525697, 5853498713190525698, None]

    scored(
        write(tmp_path / "in.parquet", pl_name=pa.array(gaia)),
        tmp_path / "out.csv",
        *("--on-invalid", "skip"),
    )

    names = [row["name"] for row in read(tmp_path / "out.csv")]
    assert names == ["5853498713190525697", "5853498713190525698", None]


def test_a_float_too_large_for_a_name_is_a_problem(tmp_path):
    scored(
        write(tmp_path / "in.parquet", pl_name=[1.0, 5.853498713190525e18, None]),
        tmp_path / "out.csv",
        *("--on-invalid", "skip", "--fields", "name,reason"),
    )

    rows = read(tmp_path / "out.csv")
    assert [row["name"] for row in rows][::2] == ["1", None]
    assert rows[1]["reason"] == "invalid"


@pytest.mark.parametrize("name", ["number", "numbers", "rows", "file"])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_kept_column_may_have_any_name(tmp_path, name, kind):
    source = write(tmp_path / "in.parquet", **{name: [9, 8, 7], "st_spectype": ["G"] * 3})
    if kind == "csv":
        scored(source, tmp_path / "in.csv", "--keep", "*", "--fields", "reason")
        source = tmp_path / "in.csv"

    scored(source, tmp_path / "out.csv", "--keep", f"pl_name,{name}", "--fields", "name,index")

    rows = read(tmp_path / "out.csv")
    assert [(row["pl_name"], int(row[name])) for row in rows] == [("a", 9), ("b", 8), ("c", 7)]


KEPT = {
    "list": ([[1, None], [], None], ["[1,null]", "[]", None]),
    "struct": ([{"x": "é"}, None, None], ['{"x":"é"}', None, None]),
    "bytes": ([b"\xff\x00", None, None], ["/wA=", None, None]),
    "duration": ([datetime.timedelta(1), None, None], ["P1D", None, None]),
    "decimal": ([decimal.Decimal("1.50"), None, None], ["1.50", None, None]),
    "formula": (pa.array(["=a()", "b", None], pa.large_string()), ["'=a()", "b", None]),
    "grouped": (pa.array(["=a()", "b", None]).dictionary_encode(), ["'=a()", "b", None]),
    "nothing": (pa.nulls(3), [None] * 3),
}


@pytest.mark.parametrize(("values", "cells"), KEPT.values(), ids=KEPT)
def test_kept_columns_of_every_type_are_cells_of_csv(tmp_path, values, cells):
    source = write(tmp_path / "in.parquet", st_spectype=["G"] * 3, kept=values)

    scored(source, tmp_path / "out.csv", "--keep", "kept", "--fields", "name")

    assert [row["kept"] for row in read(tmp_path / "out.csv")] == cells


@pytest.mark.parametrize(("values", "cells"), KEPT.values(), ids=KEPT)
def test_kept_columns_of_every_type_come_with_a_ranking(tmp_path, values, cells):
    source = write(tmp_path / "in.parquet", st_spectype=["G"] * 3, kept=values)

    scored(source, tmp_path / "out.csv", "--keep", "kept", "--top", "3")

    assert {row["name"]: row["kept"] for row in read(tmp_path / "out.csv")} == dict(
        zip("abc", cells, strict=True)
    )


def test_kept_decimals_are_numbers_in_json(tmp_path):
    source = write(
        tmp_path / "in.parquet", st_spectype=["G"] * 3, kept=[decimal.Decimal("1.5"), None, None]
    )

    scored(source, tmp_path / "out.ndjson", "--keep", "kept", "--fields", "name")

    assert [row["kept"] for row in read(tmp_path / "out.ndjson")] == [1.5, None, None]


def test_a_damaged_file_is_named(tmp_path):
    path = write(tmp_path / "in.parquet")
    start = path.read_bytes().find(b"PAR1") + 4
    content = bytearray(path.read_bytes())
    content[start + 20 : start + 120] = bytes(100)
    path.write_bytes(content)

    done = score(path, tmp_path / "out.csv")

    assert done.exit_code == 1
    assert "in.parquet cannot be read as Parquet" in done.output
