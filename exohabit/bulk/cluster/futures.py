"""Futures of a Dask cluster: one for each piece of work, submitted again if its worker dies.

Dask runs a task again after the death of a worker, but gives it up after as many deaths as the
scheduler allows (`allowed-failures`), even if the task did not cause them. This module submits such
a task again. It also avoids workers that refuse the work, and keeps few futures: Dask computes a
task again if the worker that holds its result dies while a client still has the future.

Bounded: there are `PER_THREAD` futures for each thread of the cluster, and a piece of work ends the
run if it fails `FAILURES` times while no other piece is finished.
"""

from __future__ import annotations

import logging
import pickle
import secrets
import time
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from distributed import CancelledError, Client, Future, KilledWorker

from exohabit.bulk.cluster.errors import ClusterError, WorkerRefused

Piece = TypeVar("Piece", bound=Hashable)

PER_THREAD = 3
"""One piece runs in a thread of a worker; the others wait, and move to workers that join."""
FAILURES = 10
PATIENCE = 60.0
"""Seconds without a result after which the user hears if there are no workers."""
LOOK = 1.0
"""Seconds for which a count of the workers is used."""
LOST = "The connection to the scheduler was lost; finished parts are kept: continue with --resume"

logger = logging.getLogger(__name__)


class Call:
    """A call that is made where its pickle is loaded.

    The scheduler unpickles tasks as well. A task that is `pickle.loads` with the pickle of a call
    needs nothing there but Dask, and where it cannot be loaded, the worker says so.
    """

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self._call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._call

    def pickled(self) -> bytes:
        """Return the pickle; `pickle.loads` returns what the function returns."""
        return pickle.dumps(self)


class Futures(Generic[Piece]):
    """Pieces of work, and the futures of those that are submitted."""

    def __init__(
        self,
        client: Client,
        call: Callable[[Piece], Call],
        work: Iterable[Piece],
        refused: set[str],
        say: Callable[[str], None],
    ) -> None:
        """Take the work; `results` starts it.

        Args:
            client: the connection to the scheduler.
            call: returns what a worker calls for a piece of work.
            work: the pieces.
            refused: addresses of workers to avoid; others that refuse are added.
            say: called with messages for the user.
        """
        self._client = client
        self._call = call
        self._waiting = deque(work)
        self._running: dict[Future[Any], Piece] = {}
        self._done: SimpleQueue[Future[Any]] = SimpleQueue()
        self._failures: Counter[Piece] = Counter()
        self._refused = refused
        self._say = say
        self._key = f"exohabit-{secrets.token_hex(4)}"
        self._submitted = 0
        self._threads: dict[str, int] = {}
        self._looked = -LOOK

    def results(self) -> Iterator[Any]:
        """Do the work; yield the results as they arrive.

        Raises:
            ClusterError: the scheduler is lost, or a piece of work always fails by its workers.
            Exception: what the work itself raises.
        """
        while self._waiting or self._running:
            self._submit()
            yield from self._collect()

    def _submit(self) -> None:
        """Submit as many pieces as the workers need next."""
        self._count_threads()
        room = max(1, PER_THREAD * sum(self._threads.values())) - len(self._running)
        for _ in range(min(room, len(self._waiting))):
            piece = self._waiting.popleft()
            self._submitted += 1
            pickled = self._call(piece).pickled()
            # With a key that was used before, Dask could return an old future.
            key = f"{self._key}-{self._submitted}"
            future = self._client.submit(pickle.loads, pickled, key=key, **self._where())
            self._running[future] = piece
            future.add_done_callback(self._done.put)

    def _where(self) -> dict[str, Any]:
        """Return settings that keep a task from workers that refused, if there are others."""
        workers = [each for each in self._threads if each not in self._refused]
        if not self._refused or not workers:
            return {}
        return {"workers": workers, "allow_other_workers": True}

    def _count_threads(self) -> None:
        if time.monotonic() - self._looked < LOOK:
            return
        try:
            self._threads = self._client.nthreads()
        except OSError as error:
            raise ClusterError(LOST) from error
        self._looked = time.monotonic()

    def _collect(self) -> Iterator[Any]:
        """Wait for a future, and yield its result if it has one."""
        future = self._wait()
        if future is None:
            return
        try:
            result = future.result(timeout=PATIENCE)
        except TimeoutError as error:
            if future.status == "error":
                raise
            logger.info("Waiting for a result again: %s", error)  # its worker died meanwhile
            future.add_done_callback(self._done.put)
        except (KilledWorker, WorkerRefused) as error:
            self._put_back(self._release(future), error)
        except ModuleNotFoundError as error:
            message = f"A worker that joined the cluster lacks a package: {error}"
            raise ClusterError(message) from error
        except CancelledError as error:
            raise ClusterError(LOST) from error
        else:
            self._release(future)
            self._failures.clear()
            yield result

    def _wait(self) -> Future[Any] | None:
        """Return a future that is done; None if there is none for a while."""
        try:
            return self._done.get(timeout=PATIENCE)
        except Empty:
            if not self._threads:
                self._say("No worker is connected to the scheduler; waiting for one.")
            return None

    def _put_back(self, piece: Piece, error: KilledWorker | WorkerRefused) -> None:
        """Let a piece that failed by its worker be submitted again, unless it did so too often."""
        if isinstance(error, WorkerRefused):
            if error.worker not in self._refused:
                self._say(f"Warning: {error}")
            self._refused.add(error.worker)
        self._failures[piece] += 1
        if self._failures[piece] >= FAILURES:
            raise ClusterError(f"{piece} failed on every worker: {error}") from error
        # At the end, so that a piece that kills its workers delays the others little.
        self._waiting.append(piece)

    def _release(self, future: Future[Any]) -> Piece:
        piece = self._running.pop(future)
        future.release()
        return piece
