"""Causes of alerts: each starts a service that Prometheus watches, and can then be provoked."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import msgspec
from msgspec.structs import replace

from bench.servers import HOST, ROOT
from exohabit.scoring.manifest import COLUMNS, MANIFEST, MODEL, read_manifest, version_of
from exohabit.service.api_keys import new_key
from tests.live.clients import Client
from tests.live.prometheus import Prometheus, prometheus
from tests.live.services import (
    LARGE,
    SERVER,
    Service,
    new_service,
    running,
    stopped_at_the_end,
)
from tests.redis_server import redis_server
from tests.survive.test_full_disk import full, service_on_a_small_disk

Provoke = Callable[[], object]
Cause = Callable[[Path], AbstractContextManager[tuple[Prometheus, Provoke]]]
Watched = Iterator[tuple[Prometheus, Provoke]]
BEGUN_BODY = b"POST /predict HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
BEGUN_BODY += b"Content-Length: 100\r\n\r\n{"
RATE = "100000/minute"


@contextmanager
def watched(folder: Path, *command: str, **settings) -> Iterator[tuple[Service, Prometheus]]:
    options = {"command": [*command]} if command else {}
    with (
        running(folder, **options, **settings) as service,
        prometheus(folder / "prometheus", service) as watching,
    ):
        yield service, watching


def copy_of_the_model(folder: Path) -> Path:
    for name in (COLUMNS, MODEL, MANIFEST):
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


@contextmanager
def bad_model(folder: Path) -> Watched:
    """A new version of the service has a damaged model."""
    root = copy_of_the_model(folder / "model")
    with watched(folder, model_root=root) as (service, watching):

        def update() -> None:
            content = bytearray((root / MODEL).read_bytes())
            content[len(content) // 2] ^= 1
            (root / MODEL).write_bytes(content)
            service.stop()
            service.start()
            assert service.wait_for_the_end() == 1

        yield watching, update


@contextmanager
def crash_loop(folder: Path) -> Watched:
    """The server is killed, and started again by its supervisor, three times."""
    with watched(folder) as (service, watching):

        def crash() -> None:
            for _ in range(3):
                service.kill()
                service.start()
                service.wait_until_ready()
                watching.wait_for_scrapes(2)

        yield watching, crash


@contextmanager
def full_disk(folder: Path) -> Watched:
    """Something else fills the disk of the temporary files."""
    with (
        service_on_a_small_disk(folder, space="40m") as service,
        prometheus(folder / "prometheus", service) as watching,
        ExitStack() as stack,
    ):
        yield watching, lambda: stack.enter_context(full(service))


@contextmanager
def defect(folder: Path) -> Watched:
    """A request reaches a defect."""
    command = [*SERVER[:-1], "tests.live.defective:create_app"]
    with watched(folder, *command) as (service, watching):
        yield watching, lambda: service.get("/defect")


@contextmanager
def slow_clients(folder: Path) -> Watched:
    """Clients send half a body, and hold all threads but the one that Prometheus uses."""
    threads = 8
    with watched(folder, threads=threads) as (service, watching), ExitStack() as stack:

        def hold() -> None:
            for _ in range(threads - 1):
                client = stack.enter_context(socket.create_connection((HOST, service.port)))
                client.sendall(BEGUN_BODY)

        yield watching, hold


@contextmanager
def frozen_batch_process(folder: Path, seconds: float = 0) -> Watched:
    """The process for large requests gets no processor time, while a large request waits."""
    with (
        watched(folder, large_seconds=600) as (service, watching),
        ThreadPoolExecutor() as pool,
        ExitStack() as stack,
    ):
        service.start_batch_processes()
        watching.wait_for_scrapes()

        def freeze() -> None:
            frozen = service.batch_processes()[-1]
            os.kill(frozen, signal.SIGSTOP)
            stack.callback(os.kill, frozen, signal.SIGCONT)
            pool.submit(send_large, service)
            if seconds:
                time.sleep(seconds)
                stack.close()

        yield watching, freeze


def short_freeze(folder: Path) -> AbstractContextManager[tuple[Prometheus, Provoke]]:
    """Let it have processor time again after two seconds: the request was slow."""
    return frozen_batch_process(folder, seconds=2)


def send_large(service: Service) -> None:
    with Client(service.port) as client:
        client.post("/predict", LARGE)


@contextmanager
def killed_worker(folder: Path) -> Watched:
    with watched(folder, workers=2) as (service, watching):
        yield watching, lambda: os.kill(service.workers()[0], signal.SIGKILL)


@contextmanager
def killed_batch_process(folder: Path) -> Watched:
    with watched(folder) as (service, watching):
        service.start_batch_processes()

        def kill() -> None:
            os.kill(service.batch_processes()[-1], signal.SIGKILL)
            time.sleep(0.5)
            send_large(service)

        yield watching, kill


@contextmanager
def too_many_workers(folder: Path) -> Watched:
    """Somebody sets more workers than the memory of the examples is made for."""
    with watched(folder, workers=2) as (service, watching):

        def restart() -> None:
            service.stop()
            service.settings["workers"] = 20
            service.start()

        yield watching, restart


@contextmanager
def many_connections(folder: Path) -> Watched:
    """Clients keep many connections open."""
    command = ["sh", "-c", 'ulimit -n 200 && exec "$@"', "sh", *SERVER]
    with watched(folder, *command) as (service, watching), ExitStack() as stack:

        def connect() -> None:
            for _ in range(150):
                stack.enter_context(socket.create_connection((HOST, service.port)))

        yield watching, connect


@contextmanager
def dead_redis(folder: Path) -> Watched:
    with (
        redis_server() as redis,
        watched(folder, redis=redis.url, rate_limit=RATE) as (_, watching),
    ):
        yield watching, redis.kill


@contextmanager
def lost_keys_file(folder: Path) -> Watched:
    keys = folder / "keys.json"
    key = new_key(keys, "prometheus")
    with (
        running(folder, keys_file=keys) as service,
        prometheus(folder / "prometheus", service, key=key) as watching,
    ):
        yield watching, keys.unlink


@contextmanager
def reader_of_the_log_ends(folder: Path) -> Watched:
    read, write = os.pipe()
    service = new_service(folder, log="json")
    with stopped_at_the_end(service):
        service.start(stdout=write)
        os.close(write)
        service.wait_until_ready()
        with prometheus(folder / "prometheus", service) as watching:
            yield watching, lambda: os.close(read)


@contextmanager
def half_an_update(folder: Path) -> Watched:
    """One of two replicas gets a new model."""
    root = copy_of_the_model(folder / "model")
    with (
        running(folder / "one") as one,
        running(folder / "two", model_root=root) as two,
        prometheus(folder / "prometheus", one, two) as watching,
    ):

        def update() -> None:
            new = replace(read_manifest(root), threshold=0.4)
            new = replace(new, model_version=version_of(new))
            (root / MANIFEST).write_bytes(msgspec.json.encode(new))
            two.stop()
            two.start()
            two.wait_until_ready()

        yield watching, update


CAUSES: dict[str, Cause] = {
    "ExoHabitDown": bad_model,
    "ExoHabitRestarts": crash_loop,
    "ExoHabitNotReady": full_disk,
    "ExoHabitFailures": defect,
    "ExoHabitThreadsBusy": slow_clients,
    "ExoHabitLargeSlotsBusy": frozen_batch_process,
    "ExoHabitSlow": short_freeze,
    "ExoHabitWorkersDie": killed_worker,
    "ExoHabitLargeRequestsEnd": killed_batch_process,
    "ExoHabitDiskFull": full_disk,
    "ExoHabitMemory": too_many_workers,
    "ExoHabitOpenFiles": many_connections,
    "ExoHabitRedisDown": dead_redis,
    "ExoHabitKeysFile": lost_keys_file,
    "ExoHabitLogLost": reader_of_the_log_ends,
    "ExoHabitModelsDiffer": half_an_update,
}
