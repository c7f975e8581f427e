"""Processes: several give the same output as one, and a killed one ends the run with advice."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time

import pytest

from exohabit.bulk.errors import WorkerError
from exohabit.bulk.processes import score_in_processes
from tests.bulk.running import parts_of
from tests.bulk.small_parts import run_small


def kill_a_new_child(others: list[multiprocessing.Process]) -> None:
    """Kill the first process that this one starts beside the others."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        for child in {*multiprocessing.active_children()} - {*others}:
            os.kill(child.pid or 0, signal.SIGKILL)
            return
        time.sleep(0.001)


def test_a_killed_process_ends_the_run_with_advice(tmp_path, source):
    target = tmp_path / "out.csv"
    others = multiprocessing.active_children()
    killer = threading.Thread(target=kill_a_new_child, args=(others,))
    killer.start()

    with pytest.raises(WorkerError, match="continue it with --resume, and with fewer --jobs"):
        run_small(source, target, score_in_processes(2))

    killer.join()
    assert parts_of(target).exists()
    assert not target.exists()
    assert {*multiprocessing.active_children()} <= {*others}


def test_several_processes_write_what_one_writes(tmp_path, source):
    run_small(source, tmp_path / "one.csv", score_in_processes(1))
    run_small(source, tmp_path / "two.csv", score_in_processes(2))

    assert (tmp_path / "two.csv").read_bytes() == (tmp_path / "one.csv").read_bytes()
