"""Client: scores the partitions of a run on the workers of a Dask cluster.

The client, which is this process, cuts the input and joins the parts, as it does without a cluster.
The workers read the input and write the parts, so all machines must have the same files under the
same paths; `checks` finds out. Only receipts travel back.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from distributed import Client

from exohabit.bulk.cluster.checks import Say, check_workers, token_in, wait_for_files
from exohabit.bulk.cluster.errors import ClusterError
from exohabit.bulk.cluster.futures import Call, Futures
from exohabit.bulk.cluster.worker import score_in_worker
from exohabit.bulk.jobs import Job, Partition, Receipt
from exohabit.bulk.part_files import PartsFolder
from exohabit.bulk.processes import Execute

_ADDRESS = re.compile(
    r"(?:(?:tcp|tls|ws|wss|ucx|ucxx)://)?(?P<host>\[[^\]]+\]|[^\[\]:/]+):(?P<port>[0-9]{1,5})",
    re.ASCII,
)
CONNECT = 30.0
"""Seconds until a scheduler that does not answer is given up."""


def score_on_cluster(address: str, say: Say) -> Execute:
    """Return what scores partitions on the workers of a scheduler, as `tcp://host:8786`.

    It yields receipts in the order in which partitions are finished. It raises ClusterError if the
    scheduler cannot be reached, and if no worker has the files and the model of the run.

    Raises:
        ClusterError: the address is not one, or its host is not known.
    """
    check_address(address)

    def execute(job: Job, partitions: Sequence[Partition]) -> Iterator[Receipt]:
        # Each task carries the job. With all partitions in it, a long run would send gigabytes.
        job = job.without_partitions
        with connect(address, say) as client, token_in(job) as token:
            refused = check_workers(client, job, token, say)

            def call(partition: Partition) -> Call:
                return Call(score_in_worker, job, token, partition)

            yield from Futures(client, call, partitions, refused, say).results()
            folder = PartsFolder.of(job)
            wait_for_files(folder.receipt(each.number) for each in partitions)

    return execute


def check_address(address: str) -> None:
    """Refuse an address that cannot be that of a scheduler, without connecting to it.

    Dask would find that out after a minute.

    Raises:
        ClusterError: it has no host, port or known scheme, or its host is not known.
    """
    parts = _ADDRESS.fullmatch(address)
    if parts is None:
        raise ClusterError(
            f"{address} is not the address of a Dask scheduler, such as tcp://scheduler:8786"
        )
    try:
        socket.getaddrinfo(parts["host"].strip("[]"), int(parts["port"]))
    except (OSError, ValueError, OverflowError) as error:
        raise ClusterError(f"No Dask scheduler can be at {address}: {error}") from error


@contextmanager
def connect(address: str, say: Say) -> Iterator[Client]:
    """Say that it connects to a scheduler, which may take up to `CONNECT` seconds; then connect.

    Raises:
        ClusterError: the address is wrong, or nothing answers there.
    """
    say(f"Connecting to the scheduler at {address} (up to {CONNECT:g} s).")
    try:
        client = Client(address, timeout=CONNECT, set_as_default=False, name="exohabit")
    except (OSError, ValueError) as error:
        raise ClusterError(f"No Dask scheduler can be reached at {address}: {error}") from error
    with client:
        yield client
