"""Paths: a run never damages its input or a device, and leaves nothing where it cannot begin."""

from __future__ import annotations

import gzip
import os
import stat
import threading

import pytest

from exohabit.bulk.errors import BulkError
from exohabit.bulk.processes import score_here
from tests.bulk.made_up import as_csv
from tests.bulk.running import read, score, scored, write_parquet
from tests.bulk.small_parts import run_small


@pytest.fixture
def source(tmp_path, planets):
    path = tmp_path / "in.csv"
    path.write_bytes(as_csv(planets[:50]))
    return path


def refused(*arguments: object) -> str:
    done = score(*arguments)
    assert done.exit_code == 1
    return done.output


def test_the_output_cannot_be_the_input(tmp_path, source):
    before = source.read_bytes()
    (tmp_path / "link.csv").symlink_to(source)

    assert "would replace the input" in refused(source, source)
    assert "would replace the input" in refused(tmp_path / "link.csv", source)
    assert source.read_bytes() == before


def test_the_problems_and_parts_of_an_output_cannot_replace_the_input(tmp_path, source):
    problems = source.rename(tmp_path / "out.csv.problems.csv")
    assert "would replace the input" in refused(problems, tmp_path / "out.csv")

    (tmp_path / "out.csv.parts").mkdir()
    copy = problems.rename(tmp_path / "out.csv.parts" / "input.csv")
    assert "would replace the input" in refused(copy, tmp_path / "out.csv")
    assert copy.exists()


def test_the_output_cannot_become_part_of_the_input(tmp_path, planets):
    folder = tmp_path / "survey"
    folder.mkdir()
    write_parquet(planets[:5], folder / "a.parquet")

    assert "folder of the input" in refused(folder, folder / "scores.parquet")
    assert [each.name for each in folder.iterdir()] == ["a.parquet"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_device_is_not_replaced(tmp_path, source):
    os.mkfifo(tmp_path / "out.csv")

    assert "is not a file" in refused(source, tmp_path / "out.csv")
    assert stat.S_ISFIFO((tmp_path / "out.csv").stat().st_mode)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_read_once_to_its_end(tmp_path, source):
    pipe, body = tmp_path / "pipe.csv", source.read_bytes()
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(body,), daemon=True)
    writer.start()

    scored(pipe, tmp_path / "out.csv")

    assert len(read(tmp_path / "out.csv")) == 50


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("none.csv", "out.csv"), "none.csv does not exist"),
        (("in.csv", "none/out.csv"), "does not exist"),
        (("in.csv", "."), "is a folder"),
        (("in.csv", "out.tsv"), "end its name in .csv"),
        (("in.csv", "\udcff.csv"), "is not UTF-8"),
        (("\udcff.csv", "out.csv"), "is not UTF-8"),
    ],
)
def test_a_path_that_cannot_be_used_is_named_before_anything_is_written(
    tmp_path, source, names, message
):
    before = {*tmp_path.iterdir()}
    paths = [tmp_path / name for name in names]

    assert message in refused(*paths)
    assert {*tmp_path.iterdir()} == before


@pytest.mark.parametrize("body", [b"", b"name\nx\n", b"PK\x03\x04"])
def test_a_file_that_is_refused_leaves_no_folder(tmp_path, body):
    (tmp_path / "in.csv.gz").write_bytes(gzip.compress(body))

    refused(tmp_path / "in.csv.gz", tmp_path / "out.csv")

    assert [each.name for each in tmp_path.iterdir()] == ["in.csv.gz"]


def test_problems_of_an_earlier_run_are_removed(tmp_path, source):
    good = source.read_bytes()
    source.write_bytes(good + b"x\n")
    refused(source, tmp_path / "out.csv")
    problems = tmp_path / "out.csv.problems.csv"
    assert problems.exists()

    source.write_bytes(good)
    scored(source, tmp_path / "out.csv")

    assert not problems.exists()


def test_other_files_in_the_folder_of_a_run_are_kept(tmp_path, source):
    folder = tmp_path / "out.csv.parts"
    folder.mkdir()
    for name in ("manifest.json", "thesis.txt"):
        (folder / name).write_text("two years of work")

    scored(source, tmp_path / "out.csv")

    assert [each.name for each in folder.iterdir()] == ["thesis.txt"]


def test_a_folder_without_locks_is_used_without_one(tmp_path, source, monkeypatch):
    fcntl = pytest.importorskip("fcntl")

    def flock(*_):
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", flock)

    assert run_small(source, tmp_path / "out.csv").summary.planets == 50


def test_an_input_that_changes_during_the_run_is_noticed(tmp_path, source):
    def execute(job, partitions):
        yield from score_here(job, partitions)
        os.utime(source, (1, 1))

    with pytest.raises(BulkError, match="changed during the run"):
        run_small(source, tmp_path / "out.csv", execute)
    assert not (tmp_path / "out.csv").exists()


def test_an_output_that_cannot_be_begun_is_not_said_to_be_continued(tmp_path, source):
    (tmp_path / "out.csv.parts").write_text("not a folder")

    assert refused(source, tmp_path / "out.csv").endswith("nothing was written\n")


def test_a_run_that_has_begun_is_said_to_be_continued(tmp_path, source, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("exohabit.bulk.processes.score_partition", fail)

    message = refused(source, tmp_path / "out.csv")

    assert message.endswith("nothing was written; --resume continues the run\n")
