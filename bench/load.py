"""Load: runs wrk, which posts planets as fast as the server answers."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

SCRIPT = Path(__file__).with_name("post.lua")
_TIMEOUT_SECONDS = 30
"""A request that takes longer has failed; any other is slow, and counts."""


class Load(NamedTuple):
    """The result of wrk."""

    per_second: float
    p99_ms: float
    failed: int


def load(
    url: str, bodies: Path, headers: Mapping[str, str], seconds: int, connections: int
) -> Load:
    """Post the bodies of a file, one a line, in order; raise RuntimeError if one is refused."""
    options = ["-t1", f"-c{connections}", f"-d{seconds}s", f"-T{_TIMEOUT_SECONDS}s"]
    options += [f"-H{name}: {value}" for name, value in headers.items()]
    output = subprocess.run(  # noqa: S603 - no part of it comes from outside
        ["wrk", "-s", SCRIPT, *options, url, "--", bodies],  # noqa: S607 - from the path
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    result = Load(**json.loads(output.splitlines()[-1]))
    if result.failed:
        raise RuntimeError(f"{result.failed} requests failed:\n{output}")
    return result


@contextmanager
def again_and_again(send: Callable[[], object]) -> Iterator[None]:
    """Call a function again and again meanwhile, in a thread; raise its first error at the end."""
    is_over = threading.Event()
    errors: list[Exception] = []

    def work() -> None:
        while not (is_over.is_set() or errors):
            try:
                send()
            except (OSError, RuntimeError) as error:
                errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
    if errors:
        raise errors[0]
