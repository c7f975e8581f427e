"""Process usage: memory and open files of a server and of the processes below it."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from exohabit.service import process_usage
from exohabit.service.settings import SHARED

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


def test_the_memory_of_this_process_is_what_the_system_says():
    status = Path("/proc/self/status").read_text()
    (kib,) = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")]

    assert process_usage.memory_bytes()["server"] == pytest.approx(1024 * kib, rel=0.05)


def test_open_files_of_this_process_are_counted(tmp_path):
    before = process_usage.open_files()["server"]
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context((tmp_path / "file").open("w"))
        meanwhile = process_usage.open_files()["server"]

    assert meanwhile - before == 20


def test_each_generation_of_processes_is_a_kind(monkeypatch):
    sleep = "import sys; held = bytearray(30 * 2**20); print(flush=True); sys.stdin.readline()"
    worker = f"""
import subprocess, sys
files = [open("/dev/null") for _ in range(40)]
child = subprocess.Popen([sys.executable, "-c", {sleep!r}], stdin=0, stdout=1)
child.wait()
"""
    monkeypatch.setenv(SHARED, "somewhere")
    monkeypatch.setattr(os, "getppid", os.getpid)  # this process is asked as its own worker
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", worker], **pipes) as running:
        running.stdout.readline()
        memory, files = process_usage.memory_bytes(), process_usage.open_files()
        running.communicate()

    assert memory["batch"] > 30 * 2**20
    assert files["worker"] >= 40
    assert files["batch"] < 40
    assert memory.keys() == files.keys() == {"server", "worker", "batch"}


def test_of_several_processes_of_a_kind_the_one_with_the_most_files_counts(tmp_path, monkeypatch):
    for name, number in (("a", 3), ("b", 5), ("c", 4)):
        (tmp_path / name / "fd").mkdir(parents=True)
        for file in range(number):
            (tmp_path / name / "fd" / str(file)).touch()
    found = [("worker", tmp_path / name) for name in "abc"]
    monkeypatch.setattr(process_usage, "_processes", lambda: iter(found))

    assert process_usage.open_files() == {"worker": 5}


def test_a_process_that_has_ended_is_left_out(monkeypatch):
    monkeypatch.setenv(SHARED, "somewhere")
    monkeypatch.setattr(os, "getppid", lambda: 2**22 + 1)

    assert process_usage.memory_bytes() == process_usage.open_files() == {}


def test_the_limit_of_open_files_is_the_one_in_force():
    (line,) = [
        each for each in Path("/proc/self/limits").read_text().splitlines() if "open files" in each
    ]

    assert process_usage.max_open_files() == int(line.split()[3])
