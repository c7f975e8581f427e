"""Processes: score the partitions of a run on this machine.

Processes are spawned, and each loads the model itself: a model that is loaded before a fork hangs
in the child. Each process watches its parent and ends with it; a pool alone does not do that.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.connection import wait as wait_for

from exohabit.bulk.errors import WorkerError
from exohabit.bulk.jobs import Job, Partition, Receipt
from exohabit.bulk.partition_task import score_partition

Execute = Callable[[Job, Sequence[Partition]], Iterator[Receipt]]
"""Scores partitions, and yields their receipts in any order."""


def score_here(job: Job, partitions: Sequence[Partition]) -> Iterator[Receipt]:
    """Score partitions one after the other in this process."""
    for partition in partitions:
        yield score_partition(job, partition)


def score_in_processes(jobs: int) -> Execute:
    """Return what scores partitions in several processes."""

    def execute(job: Job, partitions: Sequence[Partition]) -> Iterator[Receipt]:
        count = min(jobs, len(partitions))
        if count <= 1:
            yield from score_here(job, partitions)
            return
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(count, context, _begin)
        try:
            yield from _score_all(pool, job.without_partitions, partitions, 2 * count)
        except BrokenProcessPool as error:
            raise WorkerError(
                "a process of the run was killed, perhaps because memory was short: continue it "
                "with --resume, and with fewer --jobs"
            ) from error
        finally:
            _stop(pool)

    return execute


def _score_all(
    pool: ProcessPoolExecutor, job: Job, partitions: Sequence[Partition], most: int
) -> Iterator[Receipt]:
    """Keep a few partitions waiting, so that an error stops the run soon."""
    left = iter(partitions)
    running = {pool.submit(score_partition, job, each) for each in islice(left, most)}
    while running:
        done, running = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()
            following = next(left, None)
            if following is not None:
                running.add(pool.submit(score_partition, job, following))


def _stop(pool: ProcessPoolExecutor) -> None:
    """Stop the processes of a pool at once: a part that is not complete is written again."""
    processes = [*(pool._processes or {}).values()]
    pool.shutdown(wait=False, cancel_futures=True)
    for each in processes:
        each.terminate()
    for each in processes:
        each.join()


# The processes are killed at the end of a run, so they report no coverage.
def _begin() -> None:  # pragma: no cover
    """Prepare a process: only its parent handles Ctrl-C, and it ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:  # pragma: no cover
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)
