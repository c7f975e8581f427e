"""Apart: the process that judges large requests, one after the other.

The trap: decoding a hundred thousand planets holds Python's lock for a tenth of a second, and every
small request of the same process waits for it. Another process has a lock of its own, and a lower
priority, so that it takes only what the small ones leave of the processor. It knows no HTTP.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.util import Finalize
from pathlib import Path
from time import monotonic

from msgspec.structs import replace

from exohabit.outputs.inference_types import Handler, InferenceRequest, InferenceResult
from exohabit.scoring.bundle import Bundle
from exohabit.service.shared_folder import large_request_folder

_NICENESS = 10
"""Of the other process; 0 is usual, 19 the most."""

_REQUEST, _RESULT = "request", "result"
"""Files by which a body goes there, and an answer comes back."""
_LAST_SECONDS = 5
"""How long an idle process may take to end by itself."""

log = logging.getLogger(__name__)


class WorkerDied(Exception):
    """The process died of a request, and so did the one that took its place."""


class TookTooLong(Exception):
    """A request did not end within its time, so its process was ended."""


class WaitedTooLong(Exception):
    """The request waited too long behind others and was not started."""


class BatchProcess:
    """The process, started with the first large request."""

    def __init__(self, bundle: Bundle, threads: int, seconds: float = 60) -> None:
        """Prepare a process that scores by so many threads, for at most `seconds` a request."""
        self._bundle = bundle
        self._threads = threads
        self._seconds = seconds
        # One request at a time: the deadline covers only this request, no other request is lost if
        # it kills the process, and the folder holds only one body and one answer.
        self._one_at_a_time = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._adopted: Future[None] = Future()
        self._shutdown: Finalize | None = None

    def run(self, handler: Handler, request: InferenceRequest) -> InferenceResult:
        """Judge in the other process, or in a new one if it dies.

        Raises:
            Died: the new one died as well; the request is more than the machine has memory.
            TookTooLong: it took more than its time.
            NotReached: it waited for its turn as long as a request may take.
            OSError: there is no space for the body or the answer, or a process cannot be started.
            BundleError: there the model does not score as it should.
        """
        if not self._one_at_a_time.acquire(timeout=self._seconds):
            raise WaitedTooLong
        try:
            # By a file: a pipe would hold, at either end, a second copy of what goes through it.
            with large_request_folder() as name:
                folder = Path(name)
                (folder / _REQUEST).write_bytes(request.content)
                result = self._run(handler, replace(request, content=b""), folder)
                return replace(result, content=(folder / _RESULT).read_bytes())
        finally:
            self._one_at_a_time.release()

    def _run(self, handler: Handler, request: InferenceRequest, folder: Path) -> InferenceResult:
        end = monotonic() + self._seconds
        try:
            return self._run_in(self.started(), handler, request, folder, end)
        except BrokenProcessPool:
            log.warning("the process for large requests has died; there is a new one")
            self._kill()
        try:
            return self._run_in(self.started(), handler, request, folder, end)
        except BrokenProcessPool as error:
            self._kill()
            raise WorkerDied from error

    def _run_in(
        self,
        pool: ProcessPoolExecutor,
        handler: Handler,
        request: InferenceRequest,
        folder: Path,
        end: float,
    ) -> InferenceResult:
        result = pool.submit(_handle, handler, request, folder)
        try:
            self._adopted.result(end - monotonic())  # says what kept the process from its model
            return result.result(end - monotonic())
        except TimeoutError as error:
            log.warning("the process for large requests took too long and was ended")
            self._kill()
            raise TookTooLong from error

    def started(self) -> ProcessPoolExecutor:
        """Return the process, started."""
        if self._pool is None:
            # Not forked: a forked copy of a process that has predicted hangs when it predicts.
            pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
            # Not handed over as it starts: that would wait for ever if it died meanwhile.
            self._adopted = pool.submit(_adopt, self._bundle, self._threads)
            self._pool = pool
            # Processes of multiprocessing wait for their children before they tell them to
            # end; this does before their queues are closed, which is at priority 10.
            self._shutdown = self._shutdown or Finalize(None, self.shutdown, exitpriority=20)
        return self._pool

    def shutdown(self) -> None:
        """Wait for the current request, then end the process, even if it is stopped."""
        with self._one_at_a_time:
            if self._pool:
                processes = list((self._pool._processes or {}).values())
                self._pool.shutdown(wait=False)
                for process in processes:
                    process.join(_LAST_SECONDS)
            self._kill()

    def _kill(self) -> None:
        """End the process whatever it does, even if it is stopped; the next request starts one."""
        pool, self._pool = self._pool, None
        if pool:
            # As `kill_workers` does, which pools have from Python 3.14 on.
            for process in list((pool._processes or {}).values()):
                process.kill()
            pool.shutdown(wait=False, cancel_futures=True)


# In the other process.

_bundle: Bundle


def _adopt(bundle: Bundle, threads: int) -> None:
    """Keep the model and begin to be the other process."""
    global _bundle  # noqa: PLW0603 - a process of a pool has no other place to keep something
    if hasattr(os, "nice"):
        os.nice(_NICENESS)  # before there are threads: each keeps what it began with
    threading.Thread(target=_follow_parent, daemon=True).start()
    _bundle = bundle.for_many(threads)


def _follow_parent() -> None:
    """End with the worker, even if it was killed and could not say goodbye."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _handle(handler: Handler, request: InferenceRequest, folder: Path) -> InferenceResult:
    result = handler(_bundle, replace(request, content=(folder / _REQUEST).read_bytes()))
    (folder / _RESULT).write_bytes(result.content)
    return replace(result, content=b"")
