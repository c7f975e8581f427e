"""Contestants: the servers that are measured, and how each is started and stopped."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import IO, NamedTuple

from bench.servers import HOST, ROOT, SERVE, START_SECONDS, Server, free_port
from exohabit.service.settings import PREFIX, Settings

WORKERS = 2
"""Worker processes of each contestant."""
THREADS = Settings().threads
"""Threads of each worker, where workers have threads; the service's default."""

_NOT_INHERITED = ("MAKE", "PYTHON", PREFIX)
"""Prefixes of variables that would change the result, as PYTHONDONTWRITEBYTECODE slows a start."""
_POLL_SECONDS = 0.01
_STOP_SECONDS = 30


class Contestant(NamedTuple):
    """A server to measure."""

    name: str
    title: str
    environment: Path
    module: str
    """The module that its environment's Python runs, with arguments; {port} is its port."""
    settings: Mapping[str, str] = MappingProxyType({})
    """Environment variables of its process; {spare} is another free port."""
    table_path: str | None = None
    """Where it ranks a CSV table; None if it does not."""
    predicts: bool = True
    """Whether it predicts; the others only show the limits of a server without a model."""

    @property
    def is_there(self) -> bool:
        """Whether its environment exists."""
        return (self.environment / "ready").exists()


class Running(NamedTuple):
    """A contestant that has sent its first correct answer."""

    contestant: Contestant
    server: Server
    pid: int
    seconds: float
    """From the start of the process to that answer."""

    @property
    def name(self) -> str:
        """The contestant's."""
        return self.contestant.name


def _peer(name: str, title: str, module: str, **settings: str) -> Contestant:
    return Contestant(name, title, ROOT / ".venv-peers" / name, module, settings)


def _echo(name: str, title: str) -> Contestant:
    module = (
        f"granian --interface wsgi --workers {WORKERS} --blocking-threads {THREADS} --no-ws "
        f"--host {HOST} --port {{port}} --log-level error bench.echo:{name}"
    )
    return Contestant(name, title, SERVE, module, predicts=False)


SERVICE = Contestant(
    "exohabit",
    "ExoHabit",
    SERVE,
    "exohabit.service.server app:create_app",
    {
        f"{PREFIX}PORT": "{port}",
        f"{PREFIX}WORKERS": str(WORKERS),
        f"{PREFIX}LOG": "off",
    },
    "/rank",
)
FLASK = _peer(
    "flask_tutorial",
    "tutorial Flask",
    # Workers with threads keep connections open, but are a fifth slower here.
    f"gunicorn --workers {WORKERS} --worker-class sync --no-control-socket "
    f"--bind {HOST}:{{port}} bench.peers.flask_tutorial:app",
)._replace(table_path="/rank")
FASTAPI = _peer(
    "fastapi_pydantic",
    "FastAPI",
    f"uvicorn --workers {WORKERS} --loop uvloop --http httptools --no-access-log "
    f"--log-level warning --host {HOST} --port {{port}} bench.peers.fastapi_pydantic:app",
)._replace(table_path="/rank/table")
MLSERVER = _peer(
    "mlserver_xgboost",
    "MLServer",
    "mlserver.cli.main start bench/peers/mlserver",
    MLSERVER_HTTP_PORT="{port}",
    MLSERVER_GRPC_PORT="{spare}",
)
BENTOML = _peer(
    "bentoml_service",
    "BentoML",
    f"bentoml serve --production --host {HOST} --port {{port}} "
    "bench.peers.bentoml_service:Habitability",
    BENTOML_DO_NOT_TRACK="true",
    BENTOML_HOME="build/bentoml",
)
BARE_ECHO = _echo("bare_echo", "echo, bare WSGI")
FLASK_ECHO = _echo("flask_echo", "echo, Flask")

USUAL = (SERVICE, FASTAPI, FLASK)
MORE = (MLSERVER, BENTOML)
LIMITS = (FLASK_ECHO, BARE_ECHO)


@contextmanager
def serve(contestant: Contestant, is_correct: Callable[[Server], bool]) -> Iterator[Running]:
    """Start a contestant, wait for its first correct answer, and stop it at the end.

    Raises:
        RuntimeError: there is none; the text ends with the contestant's output.
    """
    port, spare = free_port(), free_port()
    python = str(contestant.environment / "bin" / "python")
    command = contestant.module.format(port=port).split()
    environ = {k: v for k, v in os.environ.items() if not k.startswith(_NOT_INHERITED)}
    environ |= {k: v.format(port=port, spare=spare) for k, v in contestant.settings.items()}
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - no part of it comes from outside
            [python, "-m", *command],
            cwd=ROOT,
            env=environ | {"PYTHONPATH": str(ROOT)},
            start_new_session=True,
            stdout=output,
            stderr=output,
        )
        try:
            _wait(process, lambda: is_correct(Server(port)), output)
            yield Running(contestant, Server(port), process.pid, time.perf_counter() - began)
        finally:
            process.terminate()
            process.wait(_STOP_SECONDS)


def _wait(
    process: subprocess.Popen[bytes], condition: Callable[[], bool], output: IO[bytes]
) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if condition():
                return
        except OSError:
            pass  # it does not listen yet
        time.sleep(_POLL_SECONDS)
    output.seek(0)
    raise RuntimeError(f"{process.args!r} sent no correct answer: {output.read()[-2000:].decode()}")
