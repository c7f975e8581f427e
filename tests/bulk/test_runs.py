"""Runs: the same bytes however often they are broken off, and no output before it is complete."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from exohabit.bulk import run_folder
from exohabit.bulk.errors import BulkError, ResumeError, WorkerError
from exohabit.bulk.joining import join
from exohabit.bulk.part_files import PartsFolder
from exohabit.bulk.processes import score_here, score_in_processes
from tests.bulk.made_up import as_csv
from tests.bulk.running import read, score, sha256
from tests.bulk.small_parts import run_small
from tests.conftest import ROOT

PLANETS = 1_000


@pytest.fixture
def source(tmp_path, planets):
    path = tmp_path / "in.csv"
    path.write_bytes(as_csv(planets))
    return path


@pytest.fixture(scope="module")
def expected(tmp_path_factory, planets):
    """The SHA-256 of the output of one undisturbed run, by its ending."""
    folder = tmp_path_factory.mktemp("expected")
    (folder / "in.csv").write_bytes(as_csv(planets))
    found = {}
    for ending in ("csv", "parquet", "csv.gz"):
        run_small(folder / "in.csv", folder / f"out.{ending}")
        found[ending] = sha256(folder / f"out.{ending}")
    return found


def parts_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.parts")


def test_two_processes_write_the_bytes_of_one(tmp_path, source, expected):
    run_small(source, tmp_path / "out.csv", score_in_processes(2))

    assert sha256(tmp_path / "out.csv") == expected["csv"]
    assert not parts_of(tmp_path / "out.csv").exists()


def test_the_size_of_the_parts_changes_nothing_of_a_text(tmp_path, source, expected):
    run_small(source, tmp_path / "out.csv", part_bytes=100_000_000)

    assert sha256(tmp_path / "out.csv") == expected["csv"]


class BrokenOff(Exception):
    """Stands for a kill, between two parts."""


def after(parts: int):
    """Return what scores so many parts and is then broken off."""

    def execute(job, partitions):
        for number, receipt in enumerate(score_here(job, partitions)):
            if number == parts:
                raise BrokenOff
            yield receipt

    return execute


@pytest.mark.parametrize("ending", ["csv", "parquet", "csv.gz"])
@pytest.mark.parametrize("parts", [0, 1, 7])
def test_a_run_continues_where_it_was_broken_off(tmp_path, source, expected, ending, parts):
    target = tmp_path / f"out.{ending}"
    with pytest.raises(BrokenOff):
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
    with pytest.raises(BrokenOff):
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
    with pytest.raises(BrokenOff):
        run_small(compressed, target, after(3))

    run_small(compressed, target, resume=True)

    assert sha256(target) == expected["csv"]


@pytest.mark.parametrize("what", ["the input", "the options"])
def test_resume_refuses_what_has_changed(tmp_path, source, what):
    target = tmp_path / "out.csv"
    with pytest.raises(BrokenOff):
        run_small(source, target, after(2))
    options = {"min_score": 0.5} if what == "the options" else {}
    if what == "the input":
        source.write_bytes(source.read_bytes().replace(b"Planet 5,", b"Planet X,"))

    with pytest.raises(ResumeError, match=what):
        run_small(source, target, resume=True, **options)


def test_resume_refuses_another_model(tmp_path, source, monkeypatch):
    target = tmp_path / "out.csv"
    with pytest.raises(BrokenOff):
        run_small(source, target, after(2))
    manifest = parts_of(target) / "manifest.json"
    job = run_folder.stored_job(parts_of(target))
    manifest.write_bytes(manifest.read_bytes().replace(job.model.sha256.encode(), b"0" * 64))

    with pytest.raises(ResumeError, match="the model"):
        run_small(source, target, resume=True)


def test_without_resume_a_run_starts_afresh(tmp_path, source, expected):
    target = tmp_path / "out.csv"
    with pytest.raises(BrokenOff):
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
        with pytest.raises(BrokenOff):
            run_small(source, target, after(2))
        names.append({each.name for each in parts_of(target).iterdir()})
    with pytest.raises(BrokenOff):
        run_small(source, tmp_path / "c.csv", after(2), min_score=0.5)
    others = {each.name for each in parts_of(tmp_path / "c.csv").iterdir()}

    assert names[0] == names[1]
    assert names[0] & others == {"manifest.json", "lock"}


@contextmanager
def started(source: Path, target: Path):
    """Run a process in a group of its own, so that all of it can be killed."""
    command = [sys.executable, "-m", "tests.bulk.small_parts", str(source), str(target), "2"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_for_parts(folder: Path, count: int, process: subprocess.Popen[bytes]) -> None:
    while len([*folder.glob("part-*.json")]) < count and process.poll() is None:
        time.sleep(0.002)


@pytest.mark.slow
@pytest.mark.parametrize("kills", [[1, 4, 9]])
def test_kills_change_nothing(tmp_path, source, expected, kills):
    target = tmp_path / "out.csv"
    for count in kills:
        with started(source, target) as process:
            wait_for_parts(parts_of(target), count, process)
            os.killpg(process.pid, signal.SIGKILL)
    run_small(source, target, resume=True)

    assert sha256(target) == expected["csv"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_processes_end_with_their_parent(tmp_path, source):
    target = tmp_path / "out.csv"
    with started(source, target) as process:
        wait_for_parts(parts_of(target), 1, process)
        children = children_of(process.pid)
        process.kill()
        process.wait()
        ends = time.monotonic() + 30
        while any(map(is_running, children)) and time.monotonic() < ends:
            time.sleep(0.01)

        assert children
        assert not any(map(is_running, children))


def children_of(process: int) -> list[int]:
    path = Path(f"/proc/{process}/task/{process}/children")
    if not path.exists():
        pytest.skip("needs /proc")
    return [int(each) for each in path.read_text().split()]


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_leaves_nothing_under_the_final_name(tmp_path, number, code):
    target = tmp_path / "out.csv"
    command = [sys.executable, "-m", "exohabit", "score", "-", str(target)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        while not parts_of(target).exists() and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(number)
        _, errors = process.communicate()

    assert process.returncode == code, errors
    assert b"nothing was written" in errors
    assert not target.exists()


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system needs root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_leaves_nothing_under_the_final_name(small_disk, source):
    target = small_disk / "out.csv"

    done = score(source, target, "--keep", "*")

    assert done.exit_code == 1
    assert "No space left on device" in done.output
    assert "--resume" in done.output
    assert not target.exists()
    assert not [*parts_of(target).glob("*.tmp")]


def test_the_rows_are_those_of_the_input_in_its_order(tmp_path, source):
    run_small(source, tmp_path / "out.parquet")

    rows = read(tmp_path / "out.parquet")
    assert [row["index"] for row in rows] == [*range(PLANETS)]


def test_no_receipt_is_taken_for_a_part_of_another_size(tmp_path, source):
    with pytest.raises(BrokenOff):
        run_small(source, tmp_path / "out.csv", after(2))
    job = run_folder.stored_job(parts_of(tmp_path / "out.csv"))
    folder = PartsFolder.of(job)
    assert folder.read_receipt(job.partitions[0])

    folder.part(0).write_bytes(b"")

    assert folder.read_receipt(job.partitions[0]) is None
    with pytest.raises(WorkerError):
        join(job, [], str(tmp_path / "out.csv"))
