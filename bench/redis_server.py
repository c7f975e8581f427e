"""A Redis server that can be killed, frozen and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.servers import HOST, START_SECONDS, free_port


class RedisServer:
    """A redis-server on one port; it can be started again there."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port = port
        self._folder = folder
        self._process = self._start()

    @property
    def url(self) -> str:
        """The address, as the service's setting takes it."""
        return f"redis://{HOST}:{self.port}/0"

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self._process.pid

    def freeze(self) -> None:
        """Suspend it: its socket stays open and nothing answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Resume it."""
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it at once, frozen or not; new connections are refused."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)

    def restart(self) -> None:
        """Start it again on the same port, empty."""
        self.kill()
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        quiet = ["--save", "", "--appendonly", "no", "--loglevel", "warning"]
        process = subprocess.Popen(  # noqa: S603 - no part of it comes from outside
            ["redis-server", "--bind", HOST, "--port", str(self.port), *quiet],  # noqa: S607
            cwd=self._folder,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            if self._answers():
                return process
            time.sleep(0.02)
        process.kill()
        process.wait(10)
        raise RuntimeError(f"redis-server did not start on port {self.port}")

    def _answers(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), 1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(7) == b"+PONG\r\n"
        except OSError:
            return False


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """Run a redis-server on a free port until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="exohabit-redis-") as folder:
        server = RedisServer(free_port(), Path(folder))
        try:
            yield server
        finally:
            server.kill()
