"""Partition task: score one partition of a job into a file of its own.

This is all that another process or machine does. Doing it twice gives the same bytes.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyarrow as pa
from msgspec.structs import asdict

from exohabit import __version__
from exohabit.bulk.errors import WorkerError
from exohabit.bulk.file_formats import CSV, PARQUET
from exohabit.bulk.formats.csv_rows import CsvRows
from exohabit.bulk.formats.ndjson_rows import NdjsonRows
from exohabit.bulk.formats.parquet_rows import ParquetRows
from exohabit.bulk.jobs import Job, Model, Partition, Receipt, Writer
from exohabit.bulk.part_columns import INDEX, SCORE
from exohabit.bulk.part_files import PartsFolder, replacing, write_file
from exohabit.bulk.part_writing import WRITERS
from exohabit.bulk.problem_files import write_problems
from exohabit.bulk.row_scores import RowScores, score_rows
from exohabit.bulk.row_source import RowSource
from exohabit.inputs.model_needs import ModelNeeds
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.manifest import BundleError

TENTHS = 10


def installed_writer() -> Writer:
    """Return the versions of this process that decide the bytes of an output."""
    return Writer(pa.__version__, version("numpy"), __version__)


def score_partition(job: Job, partition: Partition) -> Receipt:
    """Score a partition, and write its part, its problems and, last, its receipt.

    Raises:
        WorkerError: this process has another model or other libraries than the job.
        RequestError: the file is not of its format.
        OSError: the input cannot be read, or the parts cannot be written.
    """
    bundle, folder = check_process(job), PartsFolder.of(job)
    options = job.options
    source = open_rows(job, partition, bundle.columns)
    scored = score_rows(source, bundle, options, partition)
    columns = [*job.columns]
    if options.top is not None:  # joining needs them to rank
        columns += [name for name in (SCORE, INDEX) if name not in columns]
    path = folder.part(partition.number)
    with replacing(path) as temporary:
        kind, is_gzip = job.part_format
        WRITERS[kind](scored.rows.select(columns), temporary, is_gzip=is_gzip)
    if scored.problems:
        write_problems(scored.problems, folder.problems(partition.number))
    receipt = _receipt(scored, partition, path.stat().st_size, bundle.threshold)
    write_file(folder.receipt(partition.number), receipt.to_json())
    return receipt


def check_process(job: Job) -> Bundle:
    """Return the model, if this process can score for a job.

    Raises:
        WorkerError: it has another model or other libraries than the job.
    """
    here, there = asdict(installed_writer()), asdict(job.writer)
    others = [
        f"{each} {here[each]} instead of {there[each]}"
        for each in here
        if here[each] != there[each]
    ]
    if others:
        raise WorkerError(f"this process has other libraries than the run: {', '.join(others)}")
    return load_bundle(job.model)


@lru_cache(maxsize=2)
def load_bundle(model: Model) -> Bundle:
    """Load the model of a job, ready to score many planets.

    Raises:
        WorkerError: the model here is a different one, or cannot be used.
    """
    root = None if model.root is None else Path(model.root)
    try:
        bundle = Bundle.load(root, fast_engines=model.fast_engines, sha256=model.sha256)
        bundle = bundle.for_many(1)
    except BundleError as error:
        raise WorkerError(f"this process cannot use the model of the run: {error}") from error
    if bundle.version != model.version:
        raise WorkerError(f"this process has model {bundle.version}, the run {model.version}")
    return bundle


def open_rows(job: Job, partition: Partition, needs: ModelNeeds) -> RowSource:
    """Return the rows of a partition."""
    source, keep = job.source, job.options.keep
    if source.kind == PARQUET:
        return ParquetRows(source, partition, keep, needs)
    with Path(source.files[partition.file].path).open("rb") as file:
        file.seek(partition.start)
        text = file.read(partition.stop - partition.start)
    if source.kind == CSV:
        return CsvRows(source, partition, text, keep, needs)
    return NdjsonRows(partition, text, keep, needs)


def _receipt(scored: RowScores, partition: Partition, size: int, threshold: float) -> Receipt:
    scores, best = scored.scores, scored.best
    tenths = np.minimum((scores * TENTHS).astype(np.int64), TENTHS - 1)
    columns = (best.column(name).to_pylist() for name in ("name", "score", "index"))
    return Receipt(
        number=partition.number,
        rows=scored.read,
        written=scored.rows.num_rows,
        size=size,
        scored=int(scores.size),
        habitable=int(np.count_nonzero(scores >= threshold)),
        invalid=scored.invalid,
        problems=len(scored.problems),
        histogram=tuple(np.bincount(tenths, minlength=TENTHS).tolist()),
        top=tuple(zip(*columns, strict=True)),
        unused={**scored.unused},
    )
