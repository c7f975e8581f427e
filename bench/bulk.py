"""Files in bulk: the time for a planet, beside XGBoost's bare prediction and a usual script.

`python -m bench.bulk [PLANETS]`. The programs run one after the other, in rounds. First each runs
on one core, and its processor time counts, as the operating system gives it. Then `exohabit score`
and the usual script run as a user runs them, on all cores, with five times the planets, so that all
processes have much to do; their wall time counts. Each program also runs with fewer planets: the
difference leaves out what its start costs.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from bench.bodies import planets
from exohabit.science.columns import COLUMNS, NUMERIC
from exohabit.science.features import feature_matrix
from exohabit.science.spectral_columns import spectral_columns

ROOT = Path(__file__).resolve().parent.parent
BASE = 50_000
"""Different planets; more are the same with errors of a thousandth."""
ROUNDS = 3
SCORE = [sys.executable, "-m", "exohabit", "score"]
USUAL = "usual script"
BARE = """
import sys, numpy as np
from exohabit.scoring.bundle import Bundle
booster, features = Bundle.load().booster, np.load(sys.argv[1], mmap_mode="r")
for start in range(0, len(features), 100_000):
    booster.inplace_predict(np.array(features[start : start + 100_000]))
"""


def write_files(count: int, folder: Path) -> None:
    """Write planets like those of a survey as CSV and Parquet, and their features."""
    base, chance = [json.loads(each) for each in planets(BASE)], np.random.default_rng(0)
    tables = [_vary(base, start, chance) for start in range(0, count, BASE)]
    table = pa.concat_tables(tables).slice(0, count).combine_chunks()
    pq.write_table(table, folder / f"{count}.parquet", row_group_size=200_000)
    pa_csv.write_csv(table, folder / f"{count}.csv")
    columns = {column.name: table.column(column.name).to_numpy() for column in NUMERIC}
    types = spectral_columns(table.column("st_spectype").to_pylist())
    np.save(folder / f"{count}.npy", np.ascontiguousarray(feature_matrix(columns | types)))


def _vary(base: Sequence[Mapping[str, Any]], start: int, chance: np.random.Generator) -> Any:
    columns = {"name": pa.array([f"Planet {start + i}" for i in range(BASE)])}
    for column in COLUMNS:
        values = [each.get(column.name) for each in base]
        if column.range is not None:
            known = np.array(values, dtype=float) * (1.0 + 1e-3 * chance.standard_normal(BASE))
            clipped = np.clip(known, *column.range)
            columns[column.name] = pa.array(np.round(clipped, 5), from_pandas=True)
            continue
        columns[column.name] = pa.array(values, pa.string())
    return pa.table(columns)


def programs(folder: Path, count: int) -> dict[str, list[str]]:
    """Return the programs that run on one core, by their names."""
    python, path = sys.executable, str(folder / str(count))
    one = [*SCORE, "--jobs", "1"]
    return {
        "inplace_predict": [python, "-c", BARE, f"{path}.npy"],
        "Parquet": [*one, f"{path}.parquet", f"{path}.out.parquet"],
        "CSV": [*one, f"{path}.csv", f"{path}.out.csv"],
        USUAL: [python, "-m", "bench.usual_script", f"{path}.csv", f"{path}.usual.csv"],
    }


def on_all_cores(folder: Path, count: int) -> dict[str, list[str]]:
    """Return the programs that run as a user runs them, by their names."""
    path = str(folder / str(count))
    return {
        "CSV": [*SCORE, f"{path}.csv", f"{path}.out.csv"],
        USUAL: programs(folder, count)[USUAL],
    }


class Cost(NamedTuple):
    """What a program took, in seconds."""

    cpu: float
    wall: float


def measure(command: Sequence[str], **environ: str) -> Cost:
    """Run a program, with more variables in its environment."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(  # noqa: S603 - our own programs
        command, cwd=ROOT, env={**os.environ, **environ}, check=True, stderr=subprocess.DEVNULL
    )
    after, elapsed = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(spent, elapsed)


def main() -> None:
    """Measure, and print for each program the median of the rounds, and the ratio in each."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    few, many = count // 10, count * 5
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for each in (few, count, many):
            write_files(each, folder)
        rounds = [
            _compare(programs, folder, (few, count), attrgetter("cpu"), OMP_NUM_THREADS="1")
            for _ in range(ROUNDS)
        ]
        _report("us of processor time", rounds, "inplace_predict")
        rounds = [
            _compare(on_all_cores, folder, (count, many), attrgetter("wall")) for _ in range(ROUNDS)
        ]
        _report("us of wall time on all cores", rounds, "CSV")


def _compare(
    programs_of: Callable[[Path, int], dict[str, list[str]]],
    folder: Path,
    counts: tuple[int, int],
    take: Callable[[Cost], float],
    **environ: str,
) -> dict[str, float]:
    """Return the time of each program for a planet, in microseconds."""
    shorter, longer = (programs_of(folder, count) for count in counts)
    times = {}
    for name in longer:
        spent = take(measure(longer[name], **environ)) - take(measure(shorter[name], **environ))
        times[name] = spent / (counts[1] - counts[0]) * 1e6
    return times


def _report(what: str, rounds: Sequence[Mapping[str, float]], unit: str) -> None:
    for program in rounds[0]:
        ratios = ", ".join(f"{each[program] / each[unit]:.2f}" for each in rounds)
        middle = median(each[program] for each in rounds)
        print(f"{program:16} {middle:6.2f} {what}; over {unit}: {ratios}", flush=True)


if __name__ == "__main__":
    main()
