"""Limits of the processes that read a user's file."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from exohabit.custom_model.child_process import run_module
from exohabit.custom_model.refusal import Refused
from tests.conftest import ROOT

MEMORY = "from exohabit.custom_model.process_limits import limit_memory; limit_memory(2**30); "
CPU = "from exohabit.custom_model.process_limits import limit_cpu; limit_cpu(0.2); "


def run(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_process_that_needs_too_much_memory_gets_none():
    done = run(f"{MEMORY}\ntry:\n bytearray(2**31)\nexcept MemoryError:\n print('none')")

    assert done.stdout == "none\n"


def test_a_process_that_computes_too_long_is_ended_also_inside_a_library():
    done = run(f"{CPU} hash(__import__('functools').reduce(lambda t, _: (t, t), range(60), ()))")

    assert done.returncode == -signal.SIGPROF


def test_a_later_limit_replaces_the_first():
    done = run(f"{CPU} limit_cpu(60); sum(range(20_000_000)); print('done')")

    assert done.stdout == "done\n"


@pytest.mark.parametrize(
    ("module", "content", "reason"),
    [
        ("json.tool", b"{", "damaged"),
        ("http.server", b"", "took too long"),
    ],
)
def test_whatever_ends_the_process_becomes_one_line(module, content, reason):
    with pytest.raises(Refused, match=reason) as caught:
        run_module(module, [] if content else ["0"], {}, 2.0 if content else 0.5, content)

    assert "\n" not in str(caught.value)
