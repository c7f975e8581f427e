"""The service as its users start it; a test that needs it is skipped where it cannot start."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.servers import ROOT, SERVE, Server, free_port, start


def python(*arguments: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the folder of the project, and wait for its end."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def needs_make_run() -> None:
    """Skip the test where `make run` cannot work or has not yet set up its environment."""
    if shutil.which("make") is None or not (SERVE / "ready").exists():
        pytest.skip("needs make and the serving environment: run `make test`")


@contextmanager
def serve() -> Iterator[Server]:
    """Run `make run` on a free port."""
    needs_make_run()
    port = free_port()
    with start(["make", "run", f"PORT={port}"], port) as server:
        yield server
