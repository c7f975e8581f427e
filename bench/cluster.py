"""Cluster: two Dask workers beside one process, with the same file.

`python -m bench.cluster` measures them alternately, and prints the ratios of wall and processor
time, and the cost of a million planets. The workers are warm: they have scored before.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pyarrow as pa
import pyarrow.json as pj
import pyarrow.parquet as pq

from bench.bodies import planets
from bench.servers import ROOT

DIFFERENT = 100_000
"""Different planets; a file has them over and over."""
WORKERS = 2
TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 60.0


class Cost(NamedTuple):
    """What a run took, in seconds."""

    wall: float
    cpu: float
    """Of every process that took part: client, scheduler and workers."""


def write_input(path: Path, millions: int) -> None:
    """Write a Parquet file with this many million planets, in row groups of `DIFFERENT`."""
    bodies = "\n".join(planets(DIFFERENT)).encode()
    table = pj.read_json(pa.BufferReader(bodies))
    with pq.ParquetWriter(path, table.schema) as file:
        for _ in range(millions * 1_000_000 // DIFFERENT):
            file.write_table(table)


def score(source: Path, target: Path, *options: str) -> Cost:
    """Run `exohabit score`; the cost is that of its own processes."""
    command = [sys.executable, "-m", "exohabit", "score", str(source), str(target), *options]
    before, start = _children(), time.monotonic()
    subprocess.run(  # noqa: S603 - our own
        command, cwd=ROOT, check=True, stderr=subprocess.DEVNULL
    )
    return Cost(time.monotonic() - start, _children() - before)


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """Run a scheduler and workers; yield its address, and the process numbers of all."""
    file = folder / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    options = ["--no-dashboard", "--scheduler-file", str(file)]
    commands = [[*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", *options]]
    worker = [*dask, "worker", "--nthreads", "1", "--no-nanny", *options]
    commands += [[*worker, "--local-directory", str(folder)]] * WORKERS
    processes = [
        subprocess.Popen(  # noqa: S603 - our own
            each, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        for each in commands
    ]
    try:
        deadline = time.monotonic() + PATIENCE
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        yield json.loads(file.read_text())["address"], [each.pid for each in processes]
    finally:
        for each in reversed(processes):
            each.terminate()
            each.wait()


def cpu_of(numbers: list[int]) -> float:
    """Return the processor time of running processes, in seconds (Linux)."""
    fields = (
        Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split() for number in numbers
    )
    return sum(int(each[11]) + int(each[12]) for each in fields) / TICKS


def main() -> None:
    """Measure, and print a line for each pair and the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", type=int, default=20, help="millions of planets")
    parser.add_argument("--pairs", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_input(folder / "in.parquet", arguments.millions)
        with cluster(folder) as (address, numbers):
            measure(folder, arguments.millions, arguments.pairs, address, numbers)


def measure(folder: Path, millions: int, pairs: int, address: str, numbers: list[int]) -> None:
    """Measure both ways alternately, after a run that warms the workers up."""
    source, one, many = (folder / f"{name}.parquet" for name in ("in", "one", "many"))
    write_input(folder / "warm.parquet", 1)
    score(folder / "warm.parquet", many, "--cluster", address)
    speeds, extra, cost = [], [], []
    for _ in range(pairs):
        alone = score(source, one, "--jobs", "1")
        before = cpu_of(numbers)
        together = score(source, many, "--cluster", address)
        cpu = together.cpu + cpu_of(numbers) - before
        if _sha256(one) != _sha256(many):
            raise SystemExit("the bytes differ")
        print(
            f"one process {alone.wall:.1f} s, {alone.cpu:.1f} s of processor; "
            f"cluster {together.wall:.1f} s, {cpu:.1f} s of processor",
            flush=True,
        )
        speeds.append(alone.wall / together.wall)
        extra.append(cpu / alone.cpu)
        cost.append(alone.cpu / millions)
    print(
        f"{median(speeds):.2f} x as fast, {median(extra):.2f} x the processor time, "
        f"{median(cost):.2f} s of processor for a million planets"
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    main()
