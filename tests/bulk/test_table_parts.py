"""Table parts: what is read is what was written, of every type that a kept column may have."""

from __future__ import annotations

import datetime
import decimal

import pyarrow as pa
import pyarrow.parquet as pq

from exohabit.bulk.table_parts import read_arrow, write_arrow
from tests.bulk.running import parts_of, read, scored, write_parquet
from tests.bulk.small_parts import run_small

TABLE = pa.table(
    {
        "text": ["a", None, "ç"],
        "number": [0.1, None, float("nan")],
        "integer": [2**62, None, -1],
        "list": [[1.0], [], None],
        "bytes": [b"\0", None, b""],
        "day": [datetime.date(2026, 1, 1), None, None],
        "decimal": [decimal.Decimal("1.10"), None, None],
        "category": pa.array(["x", "y", "x"]).dictionary_encode(),
        "nothing": pa.nulls(3),
    }
)


def test_every_type_comes_back(tmp_path):
    write_arrow(TABLE, tmp_path / "part.arrow")

    back = read_arrow(tmp_path / "part.arrow")

    assert back.schema == TABLE.schema
    assert str(back.to_pydict()) == str(TABLE.to_pydict())


def test_the_same_rows_give_the_same_bytes(tmp_path):
    for name in "ab":
        write_arrow(TABLE, tmp_path / name)

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_parts_of_a_parquet_file_become_row_groups(tmp_path, planets):
    write_parquet(planets, tmp_path / "in.parquet", rows=100)
    scored(tmp_path / "in.parquet", tmp_path / "whole.parquet")

    run_small(tmp_path / "in.parquet", tmp_path / "out.parquet", part_rows=200)

    assert pq.ParquetFile(tmp_path / "out.parquet").num_row_groups == 5
    assert read(tmp_path / "out.parquet") == read(tmp_path / "whole.parquet")
    assert not parts_of(tmp_path / "out.parquet").exists()
