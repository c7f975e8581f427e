"""The service as its users start it; a test that needs it is skipped where it cannot start."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench.servers import SERVE, Server, free_port, start


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
