"""Shared folder: created at the start, removed at the end or after the server was killed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from exohabit.service import shared_folder
from exohabit.service.settings import SHARED
from exohabit.service.shared_folder import free_bytes, large_request_folder, new_folder
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs locks that end with a process")

HOLD = """
import sys
from exohabit.service.shared_folder import new_folder, slot
if sys.argv[1] == "server":
    with new_folder() as folder:
        (folder / "large-0-left").mkdir()
        print(folder, flush=True)
        sys.stdin.readline()
else:
    slot(sys.argv[1])
    print("claimed", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def start(temporary: Path, what: str) -> tuple[subprocess.Popen, str]:
    """Start a process that holds a server's folder or a worker's slot; return it and its output."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, what],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return process, process.stdout.readline().strip()


def kill(process: subprocess.Popen) -> None:
    process.kill()
    process.communicate()


def folders(temporary: Path) -> list[str]:
    return sorted(str(each) for each in temporary.iterdir())


def test_the_folder_of_a_killed_server_is_removed_at_the_next_start(temporary):
    server, folder = start(temporary, "server")

    with new_folder() as mine:
        assert folders(temporary) == sorted([folder, str(mine)])
    kill(server)
    assert folders(temporary) == [folder]
    with new_folder() as mine:
        assert folders(temporary) == [str(mine)]
    assert folders(temporary) == []


def test_the_folder_of_a_killed_server_stays_while_one_of_its_workers_runs(temporary):
    server, folder = start(temporary, "server")
    worker, _ = start(temporary, folder)
    kill(server)

    with new_folder():
        assert Path(folder).exists()
    kill(worker)
    with new_folder():
        assert not Path(folder).exists()


def test_two_folders_of_one_process_stay_until_their_end(temporary):
    with new_folder() as first, new_folder() as second:
        assert folders(temporary) == sorted(map(str, (first, second)))
    assert folders(temporary) == []


def test_other_folders_stay(temporary):
    unlocked = temporary / "exohabit-of-another-kind"
    unlocked.mkdir()
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "server.flock").touch()
    (temporary / "exohabit-link").symlink_to(elsewhere)

    with new_folder():
        pass

    assert (elsewhere / "server.flock").exists()
    assert unlocked.exists()


def test_the_folder_of_another_user_stays(temporary, monkeypatch):
    foreign = temporary / "exohabit-foreign"
    foreign.mkdir()
    (foreign / "server.flock").touch()
    monkeypatch.setattr(shared_folder.os, "getuid", lambda: foreign.stat().st_uid + 1)

    with new_folder():
        pass

    assert foreign.exists()


def test_bodies_are_in_the_shared_folder_named_after_the_slot_of_their_worker(
    temporary, monkeypatch
):
    monkeypatch.setenv(SHARED, str(temporary))

    with large_request_folder() as name:
        assert Path(name).name.startswith("large-0-")
        assert Path(name).parent == temporary
    assert not list(temporary.glob("large-*"))


def test_the_space_of_a_removed_folder_is_unknown(temporary, monkeypatch):
    assert free_bytes() > 0
    monkeypatch.setenv(SHARED, str(temporary / "gone"))

    with pytest.raises(FileNotFoundError):
        free_bytes()


@pytest.mark.skipif(not shutil.which("systemd-tmpfiles"), reason="needs systemd-tmpfiles")
def test_a_cleaner_of_temporary_folders_leaves_the_folder_of_a_running_server(temporary):
    rule = temporary / "clean.conf"
    rule.write_text(f"d {temporary} 1777 - - 1s\n")
    (temporary / "other").mkdir()
    (temporary / "other" / "file").touch()
    with new_folder() as folder:
        (folder / "loaded").touch()
        time.sleep(1.5)
        subprocess.run(["systemd-tmpfiles", "--clean", str(rule)], check=True)

        assert not (temporary / "other").exists()
        assert sorted(each.name for each in folder.iterdir()) == ["loaded", "server.flock"]
