"""Machine: the hardware, the versions, and the load by other programs."""

from __future__ import annotations

import os
import platform
import shlex
import sys
from collections.abc import Iterable
from datetime import date
from importlib.metadata import distributions
from pathlib import Path

from bench.contestants import Contestant

_STOLEN = 7
"""Field of the first line of /proc/stat: time that the host gave to other guests; see proc(5)."""
_OF_INTEREST = (
    "bentoml fastapi flask granian gunicorn mlserver mlserver-xgboost msgspec numpy pandas "
    "pydantic uvicorn uvloop xgboost-cpu"
).split()


class Busyness:
    """The share of processor time that the host takes away from now on."""

    def __init__(self) -> None:
        self._began = _ticks()
        self.load_before = os.getloadavg()[0]

    def stolen(self) -> float:
        """Return the share since the start, from 0 to 1."""
        passed = [now - then for now, then in zip(_ticks(), self._began, strict=True)]
        return passed[_STOLEN] / max(sum(passed), 1)


def _ticks() -> list[int]:
    line = Path("/proc/stat").read_text().splitlines()[0]
    # The last two, of guests, are part of the first two.
    return [int(field) for field in line.split()[1:9]]


def describe(contestants: Iterable[Contestant], busyness: Busyness) -> dict[str, str]:
    """Return when, where and how the benchmark ran, by topic."""
    processors = Path("/proc/cpuinfo").read_text()
    models = [line for line in processors.splitlines() if line.startswith("model name")]
    name = models[0].partition(":")[2].strip() if models else platform.machine()
    versions = {
        each.title: ", ".join(_versions(each.environment)) for each in contestants if each.predicts
    }
    return {
        "date": date.today().isoformat(),
        "command": shlex.join(["python", "-m", "bench", *sys.argv[1:]]),
        "machine": f"{os.cpu_count()} × {name}, {platform.system()}",
        "python": platform.python_version(),
        **versions,
        "busy": f"the host took {busyness.stolen() * 100:.1f} % of the processors; "
        f"load before: {busyness.load_before:.1f}",
    }


def _versions(environment: Path) -> list[str]:
    packages = [str(path) for path in environment.glob("lib/python*/site-packages")]
    found = {each.name.lower(): each.version for each in distributions(path=packages)}
    return [f"{name} {found[name]}" for name in _OF_INTEREST if name in found]


def disk(folder: Path) -> int:
    """Return the bytes that a folder takes on disk; a file with two names counts once."""
    stats = {(s.st_dev, s.st_ino): s for s in map(Path.lstat, folder.resolve().rglob("*"))}
    return sum(stat.st_blocks * 512 for stat in stats.values())
