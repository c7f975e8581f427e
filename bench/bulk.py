"""Files in bulk: processor time per planet, beside XGBoost's bare prediction and a usual script.

`python -m bench.bulk [PLANETS]`. The programs run one after the other, in rounds. Processor time is
that which the operating system counts. Each program also runs with a tenth of the planets: the
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
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

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
    """Return the programs by their names."""
    python, path = sys.executable, str(folder / str(count))
    score = [python, "-m", "exohabit", "score", "--jobs", "1"]
    return {
        "inplace_predict": [python, "-c", BARE, f"{path}.npy"],
        "Parquet": [*score, f"{path}.parquet", f"{path}.out.parquet"],
        "CSV": [*score, f"{path}.csv", f"{path}.out.csv"],
        "usual script": [python, "-m", "bench.usual_script", f"{path}.csv", f"{path}.usual.csv"],
    }


def measure(command: Sequence[str]) -> tuple[float, float]:
    """Run a program; return its processor time and its time, in seconds."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environ = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run(  # noqa: S603 - our own programs
        command, cwd=ROOT, env=environ, check=True, stderr=subprocess.DEVNULL
    )
    after, elapsed = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, elapsed


def main() -> None:
    """Measure, and print the median of the rounds in microseconds per planet, and ratios."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    few = count // 10
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for each in (few, count):
            write_files(each, folder)
        rounds = [_measure_round(folder, few, count) for _ in range(ROUNDS)]
    for program in rounds[0]:
        spent = [each[program] for each in rounds]
        ratios = [each[program] / each["inplace_predict"] for each in rounds]
        shown = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        print(f"{program:16} {median(spent):6.2f} us of processor time, ratios {shown}")


def _measure_round(folder: Path, few: int, count: int) -> dict[str, float]:
    """Return the processor time of each program per planet, in microseconds."""
    spent = {}
    for (program, short), long in zip(
        programs(folder, few).items(), programs(folder, count).values(), strict=True
    ):
        spent[program] = (measure(long)[0] - measure(short)[0]) / (count - few) * 1e6
    return spent


if __name__ == "__main__":
    main()
