"""Runs: prepare, score, join; continue an earlier run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from exohabit.bulk import run_folder
from exohabit.bulk.errors import InvalidRows
from exohabit.bulk.file_formats import STANDARD, FileFormat
from exohabit.bulk.jobs import Job, Model, Options, Receipt
from exohabit.bulk.joining import join
from exohabit.bulk.part_columns import fields_of
from exohabit.bulk.part_files import PartsFolder, remove_files
from exohabit.bulk.partition_task import installed_writer
from exohabit.bulk.paths import check_paths, parts_folder_of, problems_path
from exohabit.bulk.preparation import Prepared, prepare
from exohabit.bulk.problem_files import join_problems
from exohabit.bulk.processes import Execute
from exohabit.bulk.progress import report_progress
from exohabit.bulk.summaries import Summary, summarize
from exohabit.inputs.model_needs import ModelNeeds
from exohabit.inputs.schemas import PLAIN_SCHEMA
from exohabit.inputs.tables.header import match_header
from exohabit.inputs.tables.unused_units import find_unused, warn_of_counts
from exohabit.science.domain_warnings import PlanetWarning


class Request(NamedTuple):
    """What to score, and how."""

    source: str
    """Path of the input, or `STANDARD`."""
    source_format: FileFormat
    target: str
    """Path of the output, or `STANDARD`."""
    target_format: FileFormat
    options: Options
    model: Model
    needs: ModelNeeds
    """What the model needs of the input."""
    skip_invalid: bool = False
    """Whether rows with problems are left without a score; otherwise they make the run fail."""
    resume: bool = False


class Outcome(NamedTuple):
    """The result of a run."""

    summary: Summary
    problems: Path | None
    """Where the problems of its rows are; None if there are none."""
    notes: tuple[PlanetWarning, ...]
    """Warnings about the input as a whole."""


def run(request: Request, execute: Execute) -> Outcome:
    """Score a file.

    Args:
        request: what to score, and how.
        execute: what scores the partitions.

    Raises:
        BulkError, RequestError: the run cannot start or finish; nothing was written to the target.
        OSError: a file cannot be read or written.
    """
    check_paths(request.source, request.target)
    with _folder(request) as folder, run_folder.locked(folder):
        job, notes = _begin(request, folder)
        receipts = _score(job, execute)
        summary = summarize(receipts, job.options.top)
        problems = _write_problems(job, request.target, receipts)
        _refuse_invalid(request, summary, problems)
        run_folder.check_input(job)
        join(job, receipts, request.target)
        remove_files(folder)
    return Outcome(summary, problems, (*notes, *_warn_of_units(job, summary, request.needs)))


@contextmanager
def _folder(request: Request) -> Iterator[Path]:
    """Yield the folder of the parts: beside the output, or a temporary one."""
    if request.target != STANDARD:
        yield parts_folder_of(request.target)
        return
    with tempfile.TemporaryDirectory(prefix="exohabit-") as folder:
        yield Path(folder) / "parts"


def _begin(request: Request, folder: Path) -> tuple[Job, tuple[PlanetWarning, ...]]:
    earlier = run_folder.stored_job(folder) if request.resume else None
    if earlier is None:
        remove_files(folder)
    prepared = prepare(
        request.source, request.source_format, request.options, folder, request.needs
    )
    job = _job(request, prepared, folder)
    if earlier is None:
        run_folder.start(job)
    else:
        run_folder.check_same(earlier, job)
    return job, prepared.notes


def _job(request: Request, prepared: Prepared, folder: Path) -> Job:
    kind, is_gzip = request.target_format
    columns = (*fields_of(prepared.options), *(prepared.options.keep or ()))
    return Job(
        source=prepared.source,
        options=prepared.options,
        model=request.model,
        writer=installed_writer(),
        target=kind,
        is_gzip=is_gzip,
        columns=columns,
        folder=str(folder),
        partitions=prepared.partitions,
    ).with_fingerprint


def _score(job: Job, execute: Execute) -> list[Receipt]:
    """Score the partitions whose parts are not complete; return the receipts of all."""
    folder = PartsFolder.of(job)
    folder.remove_temporary_files()
    pending = folder.pending(job)
    total = sum(each.rows for each in job.partitions)
    with report_progress(total, total - sum(each.rows for each in pending)) as report:
        for receipt in execute(job, pending) if pending else ():
            report(receipt.rows)
    folder.remove_temporary_files()
    receipts = [folder.read_receipt(each) for each in job.partitions]
    return [each for each in receipts if each is not None]


def _write_problems(job: Job, target: str, receipts: list[Receipt]) -> Path | None:
    if target == STANDARD:
        return None
    folder, path = PartsFolder.of(job), problems_path(target)
    if not any(each.problems for each in receipts):
        path.unlink(missing_ok=True)  # of an earlier run
        return None
    join_problems((folder.problems(each.number) for each in receipts if each.problems), path)
    return path


def _warn_of_units(job: Job, summary: Summary, needs: ModelNeeds) -> list[PlanetWarning]:
    """Warn of sizes in another unit, which are not used, where our own column is empty."""
    unused = find_unused(match_header(job.source.names, 1, PLAIN_SCHEMA, needs))
    counts = {each: summary.unused.get(each.position, 0) for each in unused}
    return warn_of_counts({each: n for each, n in counts.items() if n}, summary.planets)


def _refuse_invalid(request: Request, summary: Summary, problems: Path | None) -> None:
    if not summary.invalid:
        return
    where = f"listed in {problems}" if problems else "write to a file to have them listed"
    verb = "is" if summary.invalid == 1 else "are"
    found = f"{summary.invalid:,} of {summary.planets:,} planets {verb} invalid ({where})"
    if summary.invalid == summary.planets:
        raise InvalidRows(f"{found}, so nothing was written")
    if not request.skip_invalid:
        resume = "" if request.target == STANDARD else " --resume"
        raise InvalidRows(
            f"{found}, so nothing was written: correct them, or leave them without a score by "
            f"--on-invalid skip{resume}"
        )
