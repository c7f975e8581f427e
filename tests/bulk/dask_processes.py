"""A Dask cluster of processes, started as its users start it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from distributed import Client

from bench.servers import ROOT

_PATIENCE = 180.0
_END, _ALONE = ("--idle-timeout", "600"), ("--death-timeout", "60")
"""Seconds until a scheduler without work ends, and a worker without a scheduler: if tests die."""


class Cluster:
    """A scheduler and workers with a thread each, in processes; their logs are in its folder."""

    def __init__(self, folder: Path, **scheduler_settings: str) -> None:
        self.folder = folder
        self._file = folder / "scheduler.json"
        self._processes: list[subprocess.Popen[bytes]] = []
        # Isolated (-I), so that the scheduler does not find this project.
        options = ["--host", "127.0.0.1", "--port", "0", "--scheduler-file", self._file, *_END]
        command = [sys.executable, "-I", "-m", "dask", "scheduler", "--no-dashboard", *options]
        self.scheduler = self._start(command, folder, **scheduler_settings)
        self.address = self._read_address()

    def _read_address(self) -> str:
        deadline = time.monotonic() + _PATIENCE
        while not self._file.exists() or not self._file.stat().st_size:
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.05)
        return str(json.loads(self._file.read_text())["address"])

    def _start(
        self, command: list[str | Path], cwd: Path, **environ: str
    ) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=cwd, env={**os.environ, **environ}, stdout=log, stderr=log
            )
        self._processes.append(process)
        return process

    def add_worker(
        self, *options: str, prefix: tuple[str, ...] = (), **environ: str
    ) -> subprocess.Popen[bytes]:
        """Start a worker that is started again when it dies.

        Args:
            options: of Python; with -I and without a nanny, it does not find this project.
            prefix: the command that starts Python.
            environ: more variables of its environment.
        """
        more = ["--scheduler-file", self._file, "--local-directory", self.folder, *_ALONE]
        worker = ["-m", "dask", "worker", "--nthreads", "1", "--no-dashboard", *more]
        return self._start([*prefix, sys.executable, *options, *worker], ROOT, **environ)

    def workers(self) -> list[int]:
        """Return the process numbers of the workers that answer."""
        with self.client() as client:
            return list(client.run(os.getpid, on_error="ignore").values())

    def client(self) -> Client:
        """Connect to the scheduler."""
        return Client(self.address, set_as_default=False)

    def wait_for_workers(self, count: int) -> None:
        with self.client() as client:
            client.wait_for_workers(count, timeout=_PATIENCE)

    def stop(self) -> None:
        """Stop what still runs; a worker before its scheduler."""
        for process in reversed(self._processes):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def run_cluster(folder: Path, workers: int, **scheduler_settings: str) -> Iterator[Cluster]:
    """Run a cluster with this number of workers."""
    folder.mkdir()
    cluster = Cluster(folder, **scheduler_settings)
    try:
        for _ in range(workers):
            cluster.add_worker()
        if workers:
            cluster.wait_for_workers(workers)
        yield cluster
    finally:
        cluster.stop()
