"""Load: wrk, which posts planets as fast as they are answered."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

SCRIPT = Path(__file__).with_name("post.lua")
_PATIENCE_SECONDS = 30
"""What takes longer has failed; all else is slow, and counts."""


class Load(NamedTuple):
    """What wrk found."""

    per_second: float
    p99_ms: float
    failed: int


def load(
    url: str, bodies: Path, headers: Mapping[str, str], seconds: int, connections: int
) -> Load:
    """Post the bodies of a file, a line each, in turn; raise RuntimeError if one is refused."""
    options = ["-t1", f"-c{connections}", f"-d{seconds}s", f"-T{_PATIENCE_SECONDS}s"]
    options += [f"-H{name}: {value}" for name, value in headers.items()]
    told = subprocess.run(  # noqa: S603 - nothing of it comes from outside
        ["wrk", "-s", SCRIPT, *options, url, "--", bodies],  # noqa: S607 - from the path
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = Load(**json.loads(told.splitlines()[-1]))
    if found.failed:
        raise RuntimeError(f"{found.failed} requests failed:\n{told}")
    return found
