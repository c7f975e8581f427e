"""A service started as its users start it, and a client that speaks to its socket."""

from __future__ import annotations

import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SERVE = ROOT / ".venv-serve"
HOST = "127.0.0.1"
START_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send bytes as they are, an iterator of bytes chunked, anything else as JSON."""
        if body is not None and not isinstance(body, bytes) and not hasattr(body, "__next__"):
            body = json.dumps(body).encode()
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        return self.request("POST", path, body, **headers)

    def get(self, path: str, **headers: str) -> Answer:
        return self.request("GET", path, **headers)


def free_port() -> int:
    """Return a port to listen at, of those that no system gives to connections that go out.

    Of the others, a client might take it before the server does, or be connected to itself.
    """
    while True:
        port = random.randint(20_000, 32_000)  # noqa: S311 - nothing secret
        with suppress(OSError), socket.socket() as listener:
            listener.bind((HOST, port))
            return port


def family(pid: int) -> list[int]:
    """Return the id of a process and of all that come from it."""
    found = [pid]
    for parent in found:
        with suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def needs_make_run() -> None:
    """Skip the test where `make run` cannot work or has not yet set up its environment."""
    if shutil.which("make") is None or not (SERVE / "ready").exists():
        pytest.skip("needs make and the serving environment: run `make test`")


@contextmanager
def serve() -> Iterator[Server]:
    """Run `make run` on a free port."""
    needs_make_run()
    port = free_port()
    with start(["make", "run", f"PORT={port}"], port) as server:
        yield server


@contextmanager
def start(command: list[str], port: int, **environ: str) -> Iterator[Server]:
    """Run a server in a session of its own and stop exactly that at the end."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if not k.startswith("MAKE")} | environ,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        server = Server(port)
        _wait_until_alive(server, process)
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait_until_alive(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if server.get("/health").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{process.args!r} did not answer")
