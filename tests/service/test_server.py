"""Server: how it stops its workers."""

from __future__ import annotations

from exohabit.service.server import DrainingServer


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


def test_a_worker_that_has_ended_is_not_killed():
    server, worker = object.__new__(DrainingServer), SlowlyNoted()
    server.wrks, server.workers_kill_timeout = [worker], 1

    server._stop_workers()

    assert "kill" not in worker.done
    assert server.wrks == []
