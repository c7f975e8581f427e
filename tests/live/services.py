"""Services: run `python -m exohabit.service.server`, and look at its processes and files."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.parser import text_string_to_metric_families

from bench.servers import HOST, ROOT, SERVE, START_SECONDS, family, free_port
from tests.bad_requests import EARTH
from tests.live.clients import Client
from tests.running import needs_make_run

PYTHON = str(SERVE / "bin" / "python")
SERVER = [PYTHON, "-m", "exohabit.service.server", "app:create_app"]
LARGE = json.dumps(EARTH).encode() + b" " * 2**19
"""A body that is large by its bytes alone."""
_STOP_SECONDS = 30


def wait_until(condition: Callable[[], Any], seconds: float = START_SECONDS) -> float:
    """Wait until a condition is true, and return how long that took."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() > began + seconds:
            raise TimeoutError(f"not true within {seconds} s: {condition}")
        time.sleep(0.02)
    return time.monotonic() - began


def environment(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return this environment with the given settings of the service and no others."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "EXOHABIT_"))}
    return ours | {f"EXOHABIT_{name.upper()}": str(value) for name, value in settings.items()}


class Service:
    """A service at one port, where it can be started again, with the same or other settings."""

    def __init__(self, folder: Path, command: list[str], settings: dict[str, Any]) -> None:
        self.port = free_port()
        self.folder = folder
        self.settings = settings
        self.temporary = folder / "temporary"
        self.out, self.err = folder / "out", folder / "err"
        self.process: subprocess.Popen[bytes]
        self.members: list[int] = []
        """All processes of the last start, once it was ready."""
        self._command = command
        self.temporary.mkdir(parents=True)

    def start(self, *, stdout: int | None = None, **options: Any) -> None:
        """Start it without waiting; its output is appended to the files `out` and `err`."""
        with self.out.open("ab") as out, self.err.open("ab") as err:
            self.process = subprocess.Popen(
                self._command,
                **{"cwd": ROOT, "env": self._environment()} | options,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=out if stdout is None else stdout,
                stderr=err,
            )

    def _environment(self) -> dict[str, str]:
        settings = {"host": HOST, "port": self.port} | self.settings
        return environment(settings) | {"TMPDIR": str(self.temporary)}

    def wait_until_ready(self) -> None:
        """Wait until each of its workers answers."""

        def is_ready() -> bool:
            if self.process.poll() is not None:
                raise RuntimeError(f"the service ended: {self.err.read_text()[-2000:]}")
            with contextlib.suppress(OSError):
                return self.get("/ready").status == 200
            return False

        wait_until(is_ready)
        wait_until(lambda: len(self.requests_by_worker()) == self.settings["workers"])
        self.members = self.family()

    def start_batch_processes(self) -> None:
        """Send large requests until every worker has started its batch process."""

        def is_there() -> bool:
            with Client(self.port) as client:
                assert client.post("/predict", LARGE).status == 200
            return sum(map(is_ready_to_score, self.batch_processes())) == self.settings["workers"]

        wait_until(is_there)
        self.members = self.family()

    def get(self, path: str, **headers: str) -> Any:
        with Client(self.port) as client:
            return client.get(path, headers)

    def ask_to_stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def stop(self) -> int:
        """Send SIGTERM and return its exit status."""
        if self.process.poll() is None:
            self.ask_to_stop()
        return self.process.wait(_STOP_SECONDS)

    def kill(self) -> None:
        """End all of its processes at once."""
        for pid in {*self.members, *self.family()}:
            if is_running(pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.process.wait(10)

    def wait_for_the_end(self) -> int:
        """Wait until it ends, and return its exit status."""
        return self.process.wait(_STOP_SECONDS)

    def family(self) -> list[int]:
        """Return the ids of the server's process and of all its descendants."""
        return family(self.process.pid)

    def batch_processes(self) -> list[int]:
        """Return the ids of the processes that handle large requests."""
        return [pid for pid in self.family() if b"spawn_main" in command_of(pid)]

    def shared(self) -> Path | None:
        """Return the folder that the workers share, if it exists."""
        return next(self.temporary.glob("exohabit-*"), None)

    def workers(self) -> list[int]:
        """Return the ids of the worker processes."""
        others = [pid for pid in self.family() if pid != self.process.pid]
        return [pid for pid in others if b"exohabit.service.server" in command_of(pid)]

    def requests_by_worker(self) -> Counter[str]:
        """Return how many requests each worker has answered, by its slot."""
        counts: Counter[str] = Counter()
        for path in self.temporary.glob("exohabit-*/counter_*.db"):
            if not path.stat().st_size:
                continue  # it is just being created
            worker = path.stem.partition("_")[2]
            for key, value, *_ in MmapedDict.read_all_values_from_file(path):
                is_ours = json.loads(key)[1] == "exohabit_requests_total"
                counts[worker] += int(value) if is_ours else 0
        return counts

    def metrics(self, **headers: str) -> Metrics:
        return Metrics(self.get("/metrics", **headers).body.decode())


class Metrics:
    """The samples of `/metrics`."""

    def __init__(self, text: str) -> None:
        families = text_string_to_metric_families(text)
        self._samples = [sample for family in families for sample in family.samples]

    def by(self, name: str, *labels: str) -> Counter[Any]:
        """Sum the samples of a name by the values of labels; zeros are left out."""
        sums: Counter[Any] = Counter()
        for each in self._samples:
            if each.name == name and each.value:
                key = tuple(each.labels[label] for label in labels)
                sums[key if len(key) > 1 else key[0]] += int(each.value)
        return sums

    def total(self, name: str) -> int:
        return int(sum(each.value for each in self._samples if each.name == name))


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def is_ready_to_score(pid: int) -> bool:
    """Whether a batch process has its model: it has then lowered its priority."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[16]) > 0
    except OSError:
        return False


def is_running(pid: int) -> bool:
    """Whether a process exists and is not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def new_service(folder: Path, command: list[str] = SERVER, **settings: Any) -> Service:
    """Return a service that is not yet started; by default it has one worker."""
    needs_make_run()
    return Service(folder, command, {"workers": 1} | settings)


@contextmanager
def stopped_at_the_end(service: Service) -> Iterator[Service]:
    """Stop a service at the end, and kill its processes that do not stop."""
    try:
        yield service
    finally:
        if hasattr(service, "process"):
            try:
                service.stop()
            finally:
                service.kill()


@contextmanager
def running(folder: Path, **settings: Any) -> Iterator[Service]:
    """Run a service until the end of the test."""
    with stopped_at_the_end(new_service(folder, **settings)) as service:
        service.start()
        service.wait_until_ready()
        yield service


@contextmanager
def two_running(folder: Path, **settings: Any) -> Iterator[tuple[Service, Service]]:
    """Run two services, started together, until the end of the test."""
    with (
        stopped_at_the_end(new_service(folder / "one", **settings)) as one,
        stopped_at_the_end(new_service(folder / "two", **settings)) as two,
    ):
        for each in (one, two):
            each.start()
        for each in (one, two):
            each.wait_until_ready()
        yield one, two
