"""Servers: start one, find a free port for it, and talk to it over a socket."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SERVE = ROOT / ".venv-serve"
HOST = "127.0.0.1"
START_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """A status, headers and a body."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        """The decoded body."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    """A server at a port of this machine; each request has its own connection."""

    port: int

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send a request: bytes as they are, an iterator in chunks, anything else as JSON."""
        if body is not None and not isinstance(body, bytes) and not hasattr(body, "__next__"):
            body = json.dumps(body).encode()
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            # As curl does: an answer may come before the whole body was sent.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body, sent)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        """Post a body."""
        return self.request("POST", path, body, **headers)

    def get(self, path: str, **headers: str) -> Answer:
        """Get a path."""
        return self.request("GET", path, **headers)


def free_port() -> int:
    """Return a free port outside the range for outgoing connections.

    Inside that range, a client could take the port before the server does.
    """
    while True:
        port = random.randint(20_000, 32_000)  # noqa: S311 - nothing secret
        with suppress(OSError), socket.socket() as listener:
            listener.bind((HOST, port))
            return port


def family(pid: int) -> list[int]:
    """Return the ids of a process and of all its descendants."""
    found = [pid]
    for parent in found:
        with suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


@contextmanager
def start(command: list[str], port: int, **environ: str) -> Iterator[Server]:
    """Run a server until the end of the block.

    Raises:
        RuntimeError: it does not answer within a minute.
    """
    process = subprocess.Popen(  # noqa: S603 - the caller's own command
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
