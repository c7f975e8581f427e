"""Memory of a process and of all its descendants."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.memory import peak_above, proportional, resident

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux's /proc"
)

MB = 1_000_000
HOLDS_50_MB = "held = b'x' * 50_000_000; print(flush=True); input()"


def test_shared_memory_counts_in_part():
    here = os.getpid()

    assert 10 * MB < proportional(here) <= resident(here) < 10_000 * MB


def test_a_peak_is_noticed_after_it_is_over():
    peak = peak_above(os.getpid(), lambda: bytes(bytearray(b"x") * (100 * MB)) and None)

    assert 95 * MB < peak < 220 * MB


def test_an_earlier_peak_does_not_count():
    bytearray(b"x") * (100 * MB)

    assert peak_above(os.getpid(), lambda: None) < 20 * MB


def test_memory_of_children_counts():
    before = resident(os.getpid())
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS_50_MB], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        child.stdout.readline()
        beside = resident(os.getpid()) - before
        child.communicate(b"\n")

    assert 50 * MB < beside < 120 * MB
