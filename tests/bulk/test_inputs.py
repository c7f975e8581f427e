"""Inputs: pipes, folders and compressed files, and what cannot be read."""

from __future__ import annotations

import gzip
import subprocess
import sys

import pytest

from tests.bulk.made_up import as_csv
from tests.bulk.running import score, scored, write_parquet
from tests.conftest import ROOT


def test_standard_input_goes_to_standard_output(tmp_path, planets):
    body = as_csv(planets)
    (tmp_path / "in.csv").write_bytes(body)
    scored(tmp_path / "in.csv", tmp_path / "out.csv")

    done = subprocess.run(
        [sys.executable, "-m", "exohabit", "score", "-", "-"],
        cwd=ROOT,
        input=body,
        capture_output=True,
        check=True,
    )

    assert done.stdout == (tmp_path / "out.csv").read_bytes()
    assert b"1,000 of 1,000 planets written to standard output;" in done.stderr


def test_a_folder_of_parquet_files_is_read_in_the_order_of_their_names(tmp_path, planets):
    folder = tmp_path / "survey"
    (folder / "b").mkdir(parents=True)
    (folder / "_hidden").mkdir()
    write_parquet(planets[:400], folder / "a.parquet")
    write_parquet(planets[400:], folder / "b" / "a.parquet")
    write_parquet(planets[:3], folder / "_hidden" / "a.parquet")
    write_parquet(planets, tmp_path / "in.parquet")

    scored(folder, tmp_path / "a.csv")
    scored(tmp_path / "in.parquet", tmp_path / "b.csv")

    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_a_file_with_an_unknown_ending_is_refused(tmp_path):
    done = score(tmp_path / "in.xlsx", tmp_path / "out.csv")

    assert done.exit_code == 1
    assert "ending that is not known" in done.output


@pytest.mark.parametrize("name", ["rank.json", "rank.json.gz"])
def test_a_json_document_is_refused_with_what_to_write(tmp_path, name):
    done = score(tmp_path / name, tmp_path / "out.csv")

    assert done.exit_code == 1
    assert f"{name} is JSON: write one planet per line (.ndjson)" in done.output


def test_a_cut_gzip_file_is_refused(tmp_path, planets):
    (tmp_path / "in.csv.gz").write_bytes(gzip.compress(as_csv(planets))[:-20])

    done = score(tmp_path / "in.csv.gz", tmp_path / "out.csv")

    assert done.exit_code == 1
    assert "not a whole gzip file" in done.output


def test_without_pyarrow_the_command_says_what_to_install():
    code = "import sys; sys.modules['pyarrow'] = None; import exohabit.console as c; c.main()"

    done = subprocess.run(
        [sys.executable, "-c", code, "score", "a.csv", "b.csv"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "pyarrow is not installed: in the project's folder, pip install '.[bulk]'" in done.stderr


def test_without_pyarrow_the_help_says_what_to_install_and_where_to_read_on():
    code = "import sys; sys.modules['pyarrow'] = None; import exohabit.console as c; c.main()"

    done = subprocess.run(
        [sys.executable, "-c", code, "score", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "pip install '.[bulk]'" in done.stdout
    assert "docs/bulk.md" in done.stdout
