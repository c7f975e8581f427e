"""What runs in a worker of a cluster: the checks that it may score for a run, and the scoring.

A worker is an ordinary Dask worker in an environment that has this package. It gets pickled calls,
so everything here must be found by its name. Dask may import this module in many processes.
"""

from __future__ import annotations

import os
import secrets
import time
from functools import lru_cache
from pathlib import Path

from distributed import get_worker

from exohabit.bulk.cluster.errors import WorkerRefused
from exohabit.bulk.errors import WorkerError
from exohabit.bulk.jobs import InputFile, Job, Partition, Receipt
from exohabit.bulk.part_files import PartsFolder
from exohabit.bulk.partition_task import check_process, score_partition

REFUSAL_PAUSE = 2.0
"""Seconds that a refusal takes, so that an idle worker does not refuse thousands of times."""
SAME_TIME_NS = 2_000_000_000
"""Some network file systems round the time of a change, to at most two seconds."""


def score_in_worker(job: Job, token: str, partition: Partition) -> Receipt:
    """Score a partition if this worker may; its part and receipt are in the folder of the job.

    Raises:
        WorkerRefused: this worker does not see the files, or has another model or library.
        BulkError: as `score_partition`.
    """
    try:
        check_worker(job, token)
        return PartsFolder.of(job).read_receipt(partition) or score_partition(job, partition)
    except WorkerError as error:
        time.sleep(REFUSAL_PAUSE)
        raise WorkerRefused(get_worker().address, str(error)) from error


def answer_check(job: Job, token: str) -> str:
    """Check this worker, and write a file that the client must see; return its name.

    Raises:
        WorkerError: this worker does not see the files, or has another model or library.
    """
    check_worker(job, token)
    name = token_file(f"{token}-{secrets.token_hex(8)}")
    try:
        write_token(Path(job.folder) / name, token)
    except OSError as error:
        raise WorkerError(f"it cannot write in {job.folder} ({error.strerror})") from error
    return name


@lru_cache(maxsize=8)
def check_worker(job: Job, token: str) -> None:
    """Check that this process sees the files of a job, and has its model and libraries.

    Args:
        job: the job, without its partitions.
        token: what the client has written into a file in the folder of the job.

    Raises:
        WorkerError: it does not.
    """
    path = Path(job.folder) / token_file(token)
    try:
        content = path.read_text(encoding="ascii")
    except OSError as error:
        raise WorkerError(
            f"it does not see the files of {job.folder} ({error.strerror})"
        ) from error
    if content != token:
        raise WorkerError(f"it does not see the files of {job.folder} as the client wrote them")
    for file in job.source.files:
        _check_input(file)
    check_process(job)


def _check_input(file: InputFile) -> None:
    path = Path(file.path)
    try:
        found = path.stat()
        with path.open("rb") as opened:
            opened.read(1)
    except OSError as error:
        raise WorkerError(f"it cannot read {path} ({error.strerror})") from error
    apart = abs(found.st_mtime_ns - file.modified_ns)
    if found.st_size != file.size or apart > SAME_TIME_NS:
        raise WorkerError(f"its {path} is another file than the client's")


def token_file(token: str) -> str:
    """Return the name of a file for the check; it is removed with other temporary files."""
    return f"cluster-{token}.tmp"


def write_token(path: Path, token: str) -> None:
    """Write a token, through to the storage."""
    with path.open("x", encoding="ascii") as file:
        file.write(token)
        file.flush()
        os.fsync(file.fileno())
