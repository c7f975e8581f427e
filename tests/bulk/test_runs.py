"""Runs: the same bytes however often they are interrupted, and no output before it is complete."""

from __future__ import annotations

import gzip

import pyarrow.parquet as pq
import pytest

from exohabit.bulk import run_folder
from exohabit.bulk.errors import BulkError, ResumeError, WorkerError
from exohabit.bulk.joining import join
from exohabit.bulk.part_files import PartsFolder
from exohabit.bulk.processes import score_here, score_in_processes
from tests.bulk.made_up import as_csv
from tests.bulk.running import parts_of, read, scored, sha256, write_parquet
from tests.bulk.small_parts import run_small, undisturbed


@pytest.fixture(scope="module")
def expected(tmp_path_factory, planets):
    folder = tmp_path_factory.mktemp("expected")
    (folder / "in.csv").write_bytes(as_csv(planets))
    return undisturbed(folder / "in.csv", folder)


def test_two_processes_write_the_bytes_of_one(tmp_path, source, expected):
    run_small(source, tmp_path / "out.csv", score_in_processes(2))

    assert sha256(tmp_path / "out.csv") == expected["csv"]
    assert not parts_of(tmp_path / "out.csv").exists()


def test_the_size_of_the_partitions_changes_nothing_of_a_text(tmp_path, source, expected):
    run_small(source, tmp_path / "out.csv", partition_bytes=100_000_000)

    assert sha256(tmp_path / "out.csv") == expected["csv"]


def test_the_parts_of_a_parquet_file_become_row_groups(tmp_path, planets):
    write_parquet(planets, tmp_path / "in.parquet", rows=100)
    scored(tmp_path / "in.parquet", tmp_path / "whole.parquet")

    run_small(tmp_path / "in.parquet", tmp_path / "out.parquet", partition_rows=200)

    assert pq.ParquetFile(tmp_path / "out.parquet").num_row_groups == 5
    assert read(tmp_path / "out.parquet") == read(tmp_path / "whole.parquet")
    assert not parts_of(tmp_path / "out.parquet").exists()


class Interrupted(Exception):
    """Stands for a kill, between two parts."""


def after(parts: int):
    """Return what scores so many parts and is then interrupted."""

    def execute(job, partitions):
        for number, receipt in enumerate(score_here(job, partitions)):
            if number == parts:
                raise Interrupted
            yield receipt

    return execute


@pytest.mark.parametrize("ending", ["csv", "parquet", "csv.gz"])
@pytest.mark.parametrize("parts", [0, 1, 7])
def test_a_run_continues_where_it_was_interrupted(tmp_path, source, expected, ending, parts):
    target = tmp_path / f"out.{ending}"
    with pytest.raises(Interrupted):
        run_small(source, target, after(parts))
    assert not target.exists()
    left = []

    def count(job, partitions):
        left.extend(partitions)
        return score_here(job, partitions)

    outcome = run_small(source, target, count, resume=True)

    assert len(left) < outcome.summary.planets / 20
    assert left[0].number == parts + 1
    assert sha256(target) == expected[ending]


def test_a_damaged_part_is_scored_again(tmp_path, source, expected):
    target = tmp_path / "out.csv"
    with pytest.raises(Interrupted):
        run_small(source, target, after(3))
    part = next(parts_of(target).glob("part-0000001.*.csv"))
    part.write_bytes(part.read_bytes()[:-1])

    run_small(source, target, resume=True)

    assert sha256(target) == expected["csv"]


def test_resume_starts_where_there_is_nothing_to_resume(tmp_path, source, expected):
    run_small(source, tmp_path / "out.csv", resume=True)

    assert sha256(tmp_path / "out.csv") == expected["csv"]


def test_a_run_with_a_compressed_input_is_continued(tmp_path, source, expected):
    compressed, target = tmp_path / "in.csv.gz", tmp_path / "out.csv"
    compressed.write_bytes(gzip.compress(source.read_bytes()))
    with pytest.raises(Interrupted):
        run_small(compressed, target, after(3))

    run_small(compressed, target, resume=True)

    assert sha256(target) == expected["csv"]


@pytest.mark.parametrize("what", ["the input", "the options"])
def test_resume_refuses_what_has_changed(tmp_path, source, what):
    target = tmp_path / "out.csv"
    with pytest.raises(Interrupted):
        run_small(source, target, after(2))
    options = {"min_score": 0.5} if what == "the options" else {}
    if what == "the input":
        source.write_bytes(source.read_bytes().replace(b"Planet 5,", b"Planet X,"))

    with pytest.raises(ResumeError, match=what):
        run_small(source, target, resume=True, **options)


def test_resume_refuses_another_model(tmp_path, source, monkeypatch):
    target = tmp_path / "out.csv"
    with pytest.raises(Interrupted):
        run_small(source, target, after(2))
    manifest = parts_of(target) / "manifest.json"
    job = run_folder.stored_job(parts_of(target))
    manifest.write_bytes(manifest.read_bytes().replace(job.model.sha256.encode(), b"0" * 64))

    with pytest.raises(ResumeError, match="the model"):
        run_small(source, target, resume=True)


def test_without_resume_a_run_starts_afresh(tmp_path, source, expected):
    target = tmp_path / "out.csv"
    with pytest.raises(Interrupted):
        run_small(source, target, after(2), min_score=0.5)

    run_small(source, target)

    assert sha256(target) == expected["csv"]


def test_two_runs_with_the_same_output_are_kept_apart(tmp_path, source):
    target = tmp_path / "out.csv"
    with run_folder.locked(parts_of(target)), pytest.raises(BulkError, match="another run"):
        run_small(source, target)


def test_a_folder_of_other_files_is_not_touched(tmp_path, source):
    folder = parts_of(tmp_path / "out.csv")
    folder.mkdir()
    (folder / "thesis.txt").write_text("two years of work")

    with pytest.raises(BulkError, match="not the folder of a run"):
        run_small(source, tmp_path / "out.csv")
    assert (folder / "thesis.txt").exists()


def test_a_missing_last_part_is_noticed(tmp_path, source):
    target = tmp_path / "out.csv"
    seen = {}

    def execute(job, partitions):
        seen["job"] = job
        yield from score_here(job, partitions[:-1])

    with pytest.raises(WorkerError, match="missing"):
        run_small(source, target, execute)
    assert not target.exists()


def test_parts_of_a_run_are_named_by_number_and_run(tmp_path, source):
    names = []
    for target in (tmp_path / "a.csv", tmp_path / "b.csv"):
        with pytest.raises(Interrupted):
            run_small(source, target, after(2))
        names.append({each.name for each in parts_of(target).iterdir()})
    with pytest.raises(Interrupted):
        run_small(source, tmp_path / "c.csv", after(2), min_score=0.5)
    others = {each.name for each in parts_of(tmp_path / "c.csv").iterdir()}

    assert names[0] == names[1]
    assert names[0] & others == {"manifest.json", "lock"}


def test_the_rows_are_those_of_the_input_in_its_order(tmp_path, source):
    run_small(source, tmp_path / "out.parquet")

    rows = read(tmp_path / "out.parquet")
    assert [row["index"] for row in rows] == [*range(len(rows))]


def test_no_receipt_is_taken_for_a_part_of_another_size(tmp_path, source):
    with pytest.raises(Interrupted):
        run_small(source, tmp_path / "out.csv", after(2))
    job = run_folder.stored_job(parts_of(tmp_path / "out.csv"))
    folder = PartsFolder.of(job)
    assert folder.read_receipt(job.partitions[0])

    folder.part(0).write_bytes(b"")

    assert folder.read_receipt(job.partitions[0]) is None
    with pytest.raises(WorkerError):
        join(job, [], str(tmp_path / "out.csv"))
