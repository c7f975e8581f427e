"""What takes too long for every test run: `make bulk-long`, or `python -m tests.bulk.long_runs`.

Millions of planets through every format and with several sizes of parts give the same scores; so do
runs that are killed twenty times; the memory of a run does not grow with its input.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from bench.bulk import write_files
from tests.bulk.running import sha256
from tests.conftest import ROOT

PLANETS = 5_000_000
KILLS = 20
MOST_MIB = 1024


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "exohabit", "score", *map(str, words)]


def run(*words: object) -> float:
    """Run the command; return the largest memory of all its processes together, in MiB."""
    most = 0.0
    with subprocess.Popen(command(*words), cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            most = max(most, memory_of(psutil.Process(process.pid)))
            time.sleep(0.2)
    assert process.returncode == 0
    return most


def memory_of(process: psutil.Process) -> float:
    """Return the proportional memory of a process and its children, in MiB."""
    total = 0
    try:
        for each in (process, *process.children(recursive=True)):
            total += each.memory_full_info().pss
    except psutil.Error:
        return 0.0
    return total / 2**20


def scores_of(path: Path) -> np.ndarray:
    if path.suffix == ".parquet":
        return pq.read_table(path, columns=["score"]).column(0).to_numpy()
    options = pa_csv.ConvertOptions(include_columns=["score"], column_types={"score": pa.float64()})
    return pa_csv.read_csv(path, convert_options=options).column(0).to_numpy()


def compare_formats(folder: Path, planets: int) -> None:
    source = folder / str(planets)
    outputs = []
    for number, (kind, ending, size) in enumerate(
        [
            ("csv", "csv", 16),
            ("parquet", "parquet", 16),
            ("csv", "parquet", 1),
            ("parquet", "csv", 3),
        ]
    ):
        target = folder / f"{number}.{ending}"
        most = run(f"{source}.{kind}", target, "--part-mib", size)
        print(f"{kind} to {ending} in parts of {size} MiB: at most {most:.0f} MiB", flush=True)
        assert most < MOST_MIB
        outputs.append(scores_of(target).view(np.int64))
    assert all(np.array_equal(each, outputs[0]) for each in outputs), "scores differ"
    print(f"no score of {planets:,} differs", flush=True)


def kill_and_continue(folder: Path, planets: int) -> None:
    source, target = folder / f"{planets}.csv", folder / "killed.csv"
    run(source, folder / "undisturbed.csv")
    chance, kills = random.Random(0), 0  # noqa: S311 - nothing secret
    while kills < KILLS:
        words = command(source, target, "--resume", "--part-mib", 1)
        with subprocess.Popen(
            words, cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True
        ) as process:
            try:
                process.wait(chance.uniform(1.0, 8.0))
                break
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                kills += 1
    if not target.exists():
        run(source, target, "--resume", "--part-mib", 1)
    assert sha256(target) == sha256(folder / "undisturbed.csv")
    assert not [*folder.rglob("*.tmp")]
    print(f"the same SHA-256 after {kills} kills", flush=True)


def main() -> None:
    planets = int(sys.argv[1]) if len(sys.argv) > 1 else PLANETS
    with tempfile.TemporaryDirectory() as name:
        write_files(planets, Path(name))
        compare_formats(Path(name), planets)
        kill_and_continue(Path(name), planets)


if __name__ == "__main__":
    main()
