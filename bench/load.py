"""Load: planets made up, and wrk, which posts them as fast as they are answered."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

SCRIPT = Path(__file__).with_name("post.lua")


class Load(NamedTuple):
    """What wrk found."""

    per_second: float
    p99_ms: float
    failed: int


def load(
    url: str, bodies: Path, headers: Mapping[str, str], seconds: int, connections: int
) -> Load:
    """Post the bodies of a file, a line each, in turn; raise RuntimeError if one is refused."""
    options = [f"-c{connections}", f"-d{seconds}", *(f"-H{k}: {v}" for k, v in headers.items())]
    told = subprocess.run(  # noqa: S603 - nothing of it comes from outside
        ["wrk", "-t1", "-s", SCRIPT, *options, url, "--", bodies],  # noqa: S607 - from the path
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = Load(**json.loads(told.splitlines()[-1]))
    if found.failed:
        raise RuntimeError(f"{found.failed} requests failed:\n{told}")
    return found


def planets(number: int) -> Iterator[str]:
    """Make planets up as JSON; as in the archive, not everything is known of each."""
    chance = random.Random(0)  # noqa: S311 - nothing secret
    for each in range(number):
        planet: dict[str, object] = {
            "name": f"Planet {each}",
            "pl_rade": round(chance.uniform(0.5, 15), 3),
            "pl_bmasse": round(chance.uniform(0.1, 3000), 2),
            "pl_orbper": round(chance.uniform(0.5, 900), 4),
            "pl_eqt": chance.randint(150, 2500),
            "st_spectype": chance.choice(["G2 V", "K", "M5.5 V", "F8"]),
        }
        for column in ("pl_bmasse", "pl_orbper", "st_spectype"):
            if chance.random() < 0.3:
                planet[column] = None
        yield json.dumps(planet)
