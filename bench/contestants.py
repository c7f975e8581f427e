"""Contestants: who is measured, and how each is started and stopped."""

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
"""Of each contestant."""
THREADS = Settings().threads
"""Of each worker of those that have threads; the service's default."""

_NOT_HANDED_ON = ("MAKE", "PYTHON", PREFIX)
"""Variables that would change what is measured, such as PYTHONDONTWRITEBYTECODE its start."""
_POLL_SECONDS = 0.01
_STOP_SECONDS = 30


class Contestant(NamedTuple):
    """A server to be measured."""

    name: str
    title: str
    environment: Path
    module: str
    """What its environment's Python runs, with arguments; {port} is where it listens."""
    settings: Mapping[str, str] = MappingProxyType({})
    """Of its process environment; {spare} is another free port."""
    predicts: bool = True
    """Whether it judges planets, or only shows what is possible without."""

    @property
    def is_there(self) -> bool:
        """Whether its environment has been made."""
        return (self.environment / "ready").exists()


class Running(NamedTuple):
    """A contestant that has given its first right answer."""

    contestant: Contestant
    server: Server
    pid: int
    seconds: float
    """From the start of its process to that answer."""

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
)
FLASK = _peer(
    "flask_tutorial",
    "tutorial Flask",
    # Its workers with threads keep connections open, and are a fifth slower here all the same.
    f"gunicorn --workers {WORKERS} --worker-class sync --no-control-socket "
    f"--bind {HOST}:{{port}} bench.peers.flask_tutorial:app",
)
FASTAPI = _peer(
    "fastapi_pydantic",
    "FastAPI",
    f"uvicorn --workers {WORKERS} --loop uvloop --http httptools --no-access-log "
    f"--log-level warning --host {HOST} --port {{port}} bench.peers.fastapi_pydantic:app",
)
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
def serve(contestant: Contestant, is_right: Callable[[Server], bool]) -> Iterator[Running]:
    """Start a contestant, wait for its first right answer, and stop it at the end.

    Raises:
        RuntimeError: there is none; the text ends with what it said meanwhile.
    """
    port, spare = free_port(), free_port()
    python = str(contestant.environment / "bin" / "python")
    command = contestant.module.format(port=port).split()
    environ = {k: v for k, v in os.environ.items() if not k.startswith(_NOT_HANDED_ON)}
    environ |= {k: v.format(port=port, spare=spare) for k, v in contestant.settings.items()}
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - nothing of it comes from outside
            [python, "-m", *command],
            cwd=ROOT,
            env=environ | {"PYTHONPATH": str(ROOT)},
            start_new_session=True,
            stdout=said,
            stderr=said,
        )
        try:
            _wait(process, lambda: is_right(Server(port)), said)
            yield Running(contestant, Server(port), process.pid, time.perf_counter() - began)
        finally:
            process.terminate()
            process.wait(_STOP_SECONDS)


def _wait(process: subprocess.Popen[bytes], is_so: Callable[[], bool], said: IO[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if is_so():
                return
        except OSError:
            pass  # nobody listens yet
        time.sleep(_POLL_SECONDS)
    said.seek(0)
    raise RuntimeError(f"{process.args!r} gave no right answer: {said.read()[-2000:].decode()}")
