"""Standard output that is full or closed: no answer waits for it, lost lines are counted."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench.servers import HOST
from tests.bad_requests import EARTH
from tests.live.clients import Client
from tests.live.services import SERVER, Service, new_service, stopped_at_the_end, wait_until
from tests.live.sizes import size

CLOSING = ["sh", "-c", 'exec "$@" >&-', "sh", *SERVER]
MOST_WAITING = 1_000
FEW_WAITING = [*SERVER[:-1], "tests.live.few_waiting_lines:create_app"]
"""A service in which as many lines may wait to be written; usually there are ten times more."""
PAGE = 4096


@contextmanager
def full_disk() -> Iterator[int]:
    descriptor = os.open("/dev/full", os.O_WRONLY)
    yield descriptor
    os.close(descriptor)


@contextmanager
def pipe_nobody_reads() -> Iterator[int]:
    read, write = os.pipe()
    fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, PAGE)
    yield write
    os.close(write)
    os.close(read)


@contextmanager
def pipe_whose_reader_is_gone() -> Iterator[int]:
    read, write = os.pipe()
    os.close(read)
    yield write
    os.close(write)


@contextmanager
def logging_to(stdout: int | None, folder, command=SERVER) -> Iterator[Service]:
    with stopped_at_the_end(new_service(folder, command, large_kib=0, log="json")) as service:
        service.start(stdout=stdout)
        service.wait_until_ready()
        yield service


def lost(service: Service) -> int:
    return service.metrics().total("exohabit_log_lines_lost_total")


def predict_often(service: Service, times: int) -> set[int]:
    with Client(service.port) as client:
        return {client.post("/predict", EARTH).status for _ in range(times)}


@pytest.mark.parametrize("stdout", [full_disk, pipe_whose_reader_is_gone])
def test_lines_that_cannot_be_written_are_counted_and_requests_answered(tmp_path, stdout):
    with stdout() as descriptor, logging_to(descriptor, tmp_path) as service:
        before = lost(service)
        statuses = predict_often(service, size(200, 5_000))
        wait_until(lambda: lost(service) - before >= size(200, 5_000), 5)

    assert statuses == {200}


def test_lines_that_nobody_reads_are_counted_and_requests_answered(tmp_path):
    with (
        pipe_nobody_reads() as descriptor,
        logging_to(descriptor, tmp_path, FEW_WAITING) as service,
    ):
        statuses = predict_often(service, 200)
        assert lost(service) == 0
        send_quickly(service, MOST_WAITING + 200)
        after = lost(service)
        statuses |= predict_often(service, 200)

        assert statuses == {200}
        assert lost(service) - after >= 200


def send_quickly(service: Service, times: int, at_once: int = 100) -> None:
    """Send many requests to /health before reading the first answer."""
    with socket.create_connection((HOST, service.port), 60) as connection:
        for _ in range(0, times, at_once):
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: here\r\n\r\n" * at_once)
            answered = 0
            end = b""
            while answered < at_once:
                received = end + connection.recv(2**16)
                answered += received.count(b"HTTP/1.1 200")
                end = received[-11:]


def test_a_closed_standard_output_does_no_harm_and_no_connection_takes_its_place(tmp_path):
    with logging_to(None, tmp_path, CLOSING) as service:
        assert predict_often(service, size(200, 5_000)) == {200}
        assert service.process.poll() is None

    assert service.process.returncode == 0
    assert service.out.read_bytes() == b""
