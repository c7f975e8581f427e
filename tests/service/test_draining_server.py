"""Draining server: how it stops its workers."""

from __future__ import annotations

import signal
import threading
from types import SimpleNamespace

from exohabit.service import draining_server
from exohabit.service.draining_server import DrainingServer


class SlowlyNoted:
    """A worker that ends at once; granian notes that only after it was asked a few times."""

    idx = 0

    def __init__(self) -> None:
        self.done: list[str] = []
        self._asked = 0

    def is_alive(self) -> bool:
        self._asked += 1
        return self._asked < 5

    def terminate(self) -> None:
        self.done.append("terminate")

    def kill(self) -> None:
        self.done.append("kill")

    def join(self, timeout: float | None = None) -> None:
        """Return at once, as if the worker had ended."""


class Stuck(SlowlyNoted):
    """A worker that ends only when it is killed."""

    def is_alive(self) -> bool:
        return "kill" not in self.done


def stopping_server() -> DrainingServer:
    """Return a server that a signal has asked to stop."""
    server = object.__new__(DrainingServer)
    server.interrupt_signal, server.interrupt_children = True, []
    server.main_loop_interrupt = threading.Event()
    server.workers_kill_timeout, server._in_flight_seconds = 1, 9
    return server


def test_a_worker_that_has_ended_is_not_killed():
    server, worker = stopping_server(), SlowlyNoted()
    server.wrks = [worker]

    server._stop_workers()

    assert "kill" not in worker.done
    assert server.wrks == []


def test_a_worker_that_a_signal_to_all_processes_ended_is_no_failure():
    server = stopping_server()
    server.wrks, server.interrupt_children = [SlowlyNoted()], [0]

    server._stop_workers()

    assert server.interrupt_children == []  # granian's exit status is otherwise 1


def test_ctrl_c_while_the_server_stops_ends_the_wait_for_requests(monkeypatch):
    server, worker = stopping_server(), Stuck()
    server.wrks, server._is_draining = [worker], True
    received = iter([signal.SIGTERM, signal.SIGTERM, signal.SIGINT])
    waits = []

    def wait(_seconds: float) -> None:
        waits.append(worker.done.copy())
        server.signal_handler_interrupt(next(received), None)

    monkeypatch.setattr(draining_server, "time", SimpleNamespace(sleep=wait, monotonic=lambda: 0.0))

    server._stop_workers()

    assert waits == [["terminate"]] * 3
    assert worker.done[-1] == "kill"
