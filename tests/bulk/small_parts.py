"""Runs with parts of a few kilobytes, so that a small file has many; also as a program.

`python -m tests.bulk.small_parts IN OUT JOBS` continues an earlier run, if there is one.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from exohabit.bulk.commands import model_in
from exohabit.bulk.file_formats import format_of
from exohabit.bulk.jobs import Options
from exohabit.bulk.processes import Execute, score_here, score_in_processes
from exohabit.bulk.runs import Outcome, Request, run
from exohabit.scoring.manifest import find_root
from tests.bulk.running import sha256

SIZE = 4_000


def request_of(source: Path, target: Path, *, resume: bool = False, **options: Any) -> Request:
    found = model_in(find_root(), None, fast_engines=True)
    return Request(
        str(source),
        format_of(str(source)),
        str(target),
        format_of(str(target)),
        Options(**{"partition_bytes": SIZE, "partition_rows": 60, **options}),
        found.model,
        found.needs,
        resume=resume,
    )


def run_small(
    source: Path,
    target: Path,
    execute: Execute = score_here,
    *,
    resume: bool = False,
    **options: Any,
) -> Outcome:
    """Score a file in small parts, in this process if nothing else is said."""
    return run(request_of(source, target, resume=resume, **options), execute)


def undisturbed(source: Path, folder: Path) -> dict[str, str]:
    """Return the SHA-256 of the output of one undisturbed run, by its ending."""
    found = {}
    for ending in ("csv", "parquet", "csv.gz"):
        run_small(source, folder / f"out.{ending}")
        found[ending] = sha256(folder / f"out.{ending}")
    return found


if __name__ == "__main__":
    run_small(
        Path(sys.argv[1]), Path(sys.argv[2]), score_in_processes(int(sys.argv[3])), resume=True
    )
