"""Errors of a cluster: what a worker says to the client, and the client to the user."""

from __future__ import annotations

from exohabit.bulk.errors import BulkError


class ClusterError(BulkError):
    """A cluster that cannot do the work."""


class WorkerRefused(Exception):
    """A worker that must not score for a run; raised in the worker, and pickled to the client."""

    def __init__(self, worker: str, reason: str) -> None:
        super().__init__(worker, reason)
        self.worker = worker
        """Its address."""
        self.reason = reason

    def __str__(self) -> str:
        return f"worker {self.worker} refuses: {self.reason}"
