"""Checks of a cluster by its client: workers, and the storage that they share with it.

A file that one machine writes must be seen by the others, under the same path. The client writes a
random token, which each worker reads; each worker answers with a file, which the client looks for.
"""

from __future__ import annotations

import pickle
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from distributed import Client

from exohabit.bulk.cluster.errors import ClusterError
from exohabit.bulk.cluster.futures import Call
from exohabit.bulk.cluster.worker import answer_check, token_file, write_token
from exohabit.bulk.errors import WorkerError
from exohabit.bulk.jobs import Job

VISIBLE = 90.0
"""Seconds until a file must be seen: NFS may remember for a minute that there was none."""
POLL = 0.25
REMIND = 60.0
"""Seconds between two messages that there are no workers."""
NAMED = 10
"""Number of refusing workers that an error names."""

Say = Callable[[str], None]


@contextmanager
def token_in(job: Job) -> Iterator[str]:
    """Keep a file with a random token in the folder of a job; yield the token."""
    token = secrets.token_hex(16)
    folder = Path(job.folder)
    write_token(folder / token_file(token), token)
    try:
        yield token
    finally:
        for path in folder.glob(token_file(f"{token}*")):
            path.unlink(missing_ok=True)


def check_workers(client: Client, job: Job, token: str, say: Say) -> set[str]:
    """Wait for a worker, and check all that are there; return the addresses of those that refuse.

    A worker that joins later checks itself before it scores.

    Raises:
        ClusterError: all refuse, or the client does not see what they wrote.
    """
    answers = _ask(client, job, token, say)
    refusals = {each: _reason(answer) for each, answer in answers.items() if _refuses(answer)}
    named = [f"worker {worker} refuses: {refusals[worker]}" for worker in sorted(refusals)[:NAMED]]
    if len(refusals) == len(answers):
        raise ClusterError("No worker can score for this run:\n" + "\n".join(named))
    for each in named:
        say(f"Warning: {each}")
    names = (str(answer) for worker, answer in answers.items() if worker not in refusals)
    wait_for_files(Path(job.folder) / name for name in names)
    return set(refusals)


def _ask(client: Client, job: Job, token: str, say: Say) -> dict[str, object]:
    """Return the answer, or the exception, of each worker that is there; of one at least."""
    call = Call(answer_check, job, token).pickled()
    told = -REMIND
    while True:
        answers = client.run(pickle.loads, call, on_error="return")
        # A worker that died meanwhile is left out.
        answers = {each: a for each, a in answers.items() if not isinstance(a, OSError)}
        if answers:
            return answers
        if time.monotonic() - told >= REMIND:
            say("Waiting for a worker of the cluster.")
            told = time.monotonic()
        time.sleep(POLL)


def _refuses(answer: object) -> bool:
    """Return whether an answer is a refusal.

    Raises:
        Exception: the answer is another error, which is a defect.
    """
    if isinstance(answer, Exception) and not isinstance(answer, WorkerError | ImportError):
        raise answer
    return isinstance(answer, Exception)


def _reason(answer: object) -> str:
    has_package = not isinstance(answer, ImportError)
    return str(answer) if has_package else f"{answer}: install ExoHabit with its extra `bulk` there"


def wait_for_files(paths: Iterable[Path]) -> None:
    """Wait until this machine sees files that workers have written.

    Raises:
        ClusterError: one is still not there after `VISIBLE` seconds.
    """
    deadline = time.monotonic() + VISIBLE
    for path in paths:
        while not path.exists():
            if time.monotonic() > deadline:
                raise ClusterError(
                    f"A worker wrote {path.name}, but {path.parent} of this machine does not have "
                    "it. The folder of the output must lie on storage that all machines share."
                )
            time.sleep(POLL)
