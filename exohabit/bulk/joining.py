"""Joining: the parts of a run become its output, which gets its name when it is complete."""

from __future__ import annotations

import gzip
import shutil
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from exohabit.bulk.errors import WorkerError
from exohabit.bulk.file_formats import CSV, NDJSON, PARQUET, STANDARD
from exohabit.bulk.jobs import Job, Receipt
from exohabit.bulk.part_columns import INDEX, SCORE
from exohabit.bulk.part_files import PartsFolder, sync
from exohabit.bulk.part_writing import ROW_GROUP, WRITERS, csv_header, parquet_options

_COPY_BYTES = 2**20


def join(job: Job, receipts: Sequence[Receipt], target: str) -> None:
    """Join the parts of a run to its output.

    Args:
        job: the run.
        receipts: of all its partitions, in their order.
        target: path of the output, or `STANDARD`.

    Raises:
        WorkerError: a part is missing.
        OSError: the output cannot be written.
    """
    _check_complete(job, receipts)
    folder = PartsFolder.of(job)
    temporary = folder.path / f"joined.{uuid.uuid4().hex[:12]}.tmp"
    try:
        parts = [folder.part(each.number) for each in job.partitions]
        if job.options.top is None:
            _JOINERS[job.target](job, parts, temporary)
        else:
            _join_best(job, parts, temporary)
        if target == STANDARD:
            _copy_to_output(temporary)
            return
        sync(temporary)
        temporary.replace(target)
        sync(Path(target).absolute().parent)
    finally:
        temporary.unlink(missing_ok=True)


def _check_complete(job: Job, receipts: Sequence[Receipt]) -> None:
    numbers = [each.number for each in receipts]
    rows = sum(each.rows for each in receipts)
    if numbers != [each.number for each in job.partitions] or rows != sum(
        each.rows for each in job.partitions
    ):
        raise WorkerError(f"parts of the run in {job.folder} are missing: run it with --resume")


def _join_texts(job: Job, parts: Sequence[Path], path: Path) -> None:
    header = csv_header([*job.columns]) if job.target == CSV else b""
    with path.open("wb") as joined:
        joined.write(gzip.compress(header, mtime=0) if job.is_gzip and header else header)
        for part in parts:
            with part.open("rb") as file:
                shutil.copyfileobj(file, joined, _COPY_BYTES)


def _join_parquet(_: Job, parts: Sequence[Path], path: Path) -> None:
    """Join parts to a Parquet file; each becomes one row group or more."""
    tables = map(_read_table, parts)
    first = next(tables)
    with pq.ParquetWriter(path, first.schema, **parquet_options(first.schema)) as joined:
        for table in chain([first], tables):
            joined.write_table(table, row_group_size=ROW_GROUP)


def _read_table(path: Path) -> Any:
    with pq.ParquetFile(path) as file:
        return file.read(use_threads=False)


def _join_best(job: Job, parts: Sequence[Path], path: Path) -> None:
    """Keep the best planets of all parts, in the order of a ranking."""
    best: Any = None
    for table in map(_read_table, parts):
        best = table if best is None else pa.concat_tables([best, table])
        scores = best.column(SCORE).to_numpy()
        order = np.lexsort((best.column(INDEX).to_numpy(), -scores))
        best = best.take(pa.array(order[: job.options.top])).combine_chunks()
    write = WRITERS[job.target]
    if job.target != CSV:
        write(best.select([*job.columns]), path, is_gzip=job.is_gzip)
        return
    rows = path.with_name(f"rows.{path.name}")
    try:
        write(best.select([*job.columns]), rows, is_gzip=job.is_gzip)
        _join_texts(job, [rows], path)
    finally:
        rows.unlink(missing_ok=True)


def _copy_to_output(path: Path) -> None:
    output: BinaryIO = sys.stdout.buffer
    with path.open("rb") as file:
        shutil.copyfileobj(file, output, _COPY_BYTES)
    output.flush()


_JOINERS: Mapping[str, Callable[[Job, Sequence[Path], Path], None]] = {
    CSV: _join_texts,
    NDJSON: _join_texts,
    PARQUET: _join_parquet,
}
