"""Interruptions: kills, signals and a full disk change no byte, and leave nothing half written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bulk.made_up import as_csv
from tests.bulk.running import parts_of, score, sha256
from tests.bulk.small_parts import run_small, undisturbed
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def expected(tmp_path_factory, planets):
    folder = tmp_path_factory.mktemp("expected")
    (folder / "in.csv").write_bytes(as_csv(planets))
    return undisturbed(folder / "in.csv", folder)


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


@pytest.mark.slow
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
