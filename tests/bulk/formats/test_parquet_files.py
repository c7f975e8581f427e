"""Parquet files: files that cannot be scored are refused, with what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.bulk.running import score

COLUMNS = {
    "pl_name": pa.array(["b"]),
    "pl_rade": pa.array([1.0]),
    "pl_bmasse": pa.array([1.0]),
    "pl_orbper": pa.array([365.0]),
    "pl_eqt": pa.array([255.0]),
    "st_spectype": pa.array(["G"]),
}


def write(path: Path, **others: pa.Array) -> None:
    pq.write_table(pa.table({**COLUMNS, **others}), path)


def write_garbage(folder: Path) -> None:
    (folder / "a.parquet").write_bytes(b"PAR1" + bytes(100))


def write_no_rows(folder: Path) -> None:
    pq.write_table(pa.table(COLUMNS).slice(0, 0), folder / "a.parquet")


def write_a_column_twice(folder: Path) -> None:
    names = [*COLUMNS, "pl_rade"]
    arrays = [COLUMNS[name] for name in names]
    pq.write_table(pa.Table.from_arrays(arrays, names), folder / "a.parquet")


def write_different_files(folder: Path) -> None:
    write(folder / "a.parquet")
    write(folder / "b.parquet", more=pa.array([1]))


def write_different_types(folder: Path) -> None:
    write(folder / "a.parquet")
    write(folder / "b.parquet", pl_rade=pa.array([1]))


def write_a_list(folder: Path) -> None:
    write(folder / "a.parquet", pl_rade=pa.array([[1.0]]))


def write_a_text(folder: Path) -> None:
    write(folder / "a.parquet", st_spectype=pa.array([5]))


def write_a_yes(folder: Path) -> None:
    write(folder / "a.parquet", pl_name=pa.array([True]))


def write_nothing(folder: Path) -> None:
    (folder / "_hidden").mkdir()
    write(folder / "_hidden" / "a.parquet")
    (folder / "README.txt").touch()


REFUSED: list[tuple[Callable[[Path], None], str]] = [
    (write_nothing, "in has no Parquet files (.parquet or .pq)"),
    (write_garbage, "a.parquet cannot be read as Parquet"),
    (write_no_rows, "in has no rows"),
    (write_a_column_twice, "in has several columns called pl_rade"),
    (write_different_files, "b.parquet has other columns than"),
    (write_different_types, "b.parquet has other columns than"),
    (write_a_list, "column pl_rade has the type list<element: double>; expected numbers"),
    (write_a_text, "column st_spectype has the type int64; expected text"),
    (write_a_yes, "column pl_name has the type bool; expected text"),
]


@pytest.mark.parametrize(("write_files", "said"), REFUSED)
def test_files_that_cannot_be_scored_are_refused(tmp_path, write_files, said):
    folder = tmp_path / "in"
    folder.mkdir()
    write_files(folder)

    done = score(folder, tmp_path / "out.csv")

    assert done.exit_code == 1
    assert said in done.output
    assert not (tmp_path / "out.csv").exists()


def test_every_problem_of_the_columns_is_listed(tmp_path):
    write(tmp_path / "in.parquet", pl_rade=pa.array([[1.0]]), pl_name=pa.array([True]))

    done = score(tmp_path / "in.parquet", tmp_path / "out.csv")

    assert "2 problems: column pl_rade has the type list<element: double>" in done.output
    assert "column pl_name has the type bool; expected text" in done.output
