"""Batch process: a second process of each worker that handles large requests, one at a time.

Decoding a hundred thousand planets holds Python's global lock for a tenth of a second, and every
small request of the same process waits for it. A second process has its own lock, and a lower
priority, so that it uses only the processor time that small requests leave. It knows no HTTP.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
from collections.abc import Callable
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
"""Of the batch process; 0 is the default, 19 the maximum."""

_REQUEST, _RESULT = "request", "result"
"""Files that pass the body to the process, and the answer back."""
_EXIT_SECONDS = 5
"""How long an idle process may take to end."""
DIED, TIMEOUT = END_REASONS = ("died", "timeout")
"""Why a process ended during a request: by itself, or killed because it took too long."""

log = logging.getLogger(__name__)


class WorkerDied(Exception):
    """The process died of a request, and so did its replacement."""


class TookTooLong(Exception):
    """A request exceeded its time limit, so its process was killed."""


class WaitedTooLong(Exception):
    """The request waited too long behind others and was not started."""


class BatchProcess:
    """The process, started with the first large request."""

    def __init__(
        self,
        bundle: Bundle,
        threads: int,
        seconds: float = 60,
        on_end: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Prepare a process that scores with `threads` threads; a request may take `seconds`.

        `on_end` is called with one of `END_REASONS` if it ends during a request.
        """
        self._bundle = bundle
        self._threads = threads
        self._seconds = seconds
        self._on_end = on_end
        # One request at a time: the deadline covers only this request, and if it kills the
        # process, no other request is lost.
        self._one_at_a_time = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._initialized: Future[None] = Future()
        self._shutdown: Finalize | None = None

    def run(self, handler: Handler, request: InferenceRequest) -> InferenceResult:
        """Run a handler in the process; if it dies, once more in a new one.

        Raises:
            WorkerDied: the new process died too, for example because it needs too much memory.
            TookTooLong: the request exceeded its time limit.
            WaitedTooLong: it waited `seconds` for other requests.
            OSError: there is no space for the body or the answer, or no process can be started.
            BundleError: the model does not score in the process as it should.
        """
        if not self._one_at_a_time.acquire(timeout=self._seconds):
            raise WaitedTooLong
        try:
            # Files, because a pipe needs a second copy of the content at both ends.
            with large_request_folder() as name:
                folder = Path(name)
                (folder / _REQUEST).write_bytes(request.content)
                end = monotonic() + self._seconds
                result = self._run(handler, replace(request, content=b""), folder, end)
                return replace(result, content=(folder / _RESULT).read_bytes())
        finally:
            self._one_at_a_time.release()

    def _run(
        self,
        handler: Handler,
        request: InferenceRequest,
        folder: Path,
        end: float,
        *,
        is_second: bool = False,
    ) -> InferenceResult:
        try:
            result = self.start().submit(_handle, handler, request, folder)
            self._initialized.result(end - monotonic())  # raises what went wrong, if anything
            return result.result(end - monotonic())
        except TimeoutError as error:
            log.warning("the batch process exceeded the time limit and was killed")
            self._on_end(TIMEOUT)
            self._kill()
            raise TookTooLong from error
        except BrokenProcessPool as error:
            self._on_end(DIED)
            self._kill()
            if is_second:
                raise WorkerDied from error
        log.warning("the batch process has died; a new one is started")
        return self._run(handler, request, folder, end, is_second=True)

    def start(self) -> ProcessPoolExecutor:
        """Start the process unless it runs, and return it."""
        if self._pool is None:
            # Not forked: a forked copy of a process that has predicted hangs when it predicts.
            pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
            # Not as an initializer: if the process died in it, the pool would wait forever.
            self._initialized = pool.submit(_initialize, self._bundle, self._threads)
            self._pool = pool
            # At its exit, multiprocessing waits for child processes without ending them. This
            # finalizer ends ours first; the queues are closed later, at priority 10.
            self._shutdown = self._shutdown or Finalize(None, self.shutdown, exitpriority=20)
        return self._pool

    def shutdown(self) -> None:
        """Wait for the current request, then end the process, even if it is suspended."""
        with self._one_at_a_time:
            if self._pool:
                processes = list((self._pool._processes or {}).values())
                self._pool.shutdown(wait=False)
                for process in processes:
                    process.join(_EXIT_SECONDS)
            self._kill()

    def _kill(self) -> None:
        """Kill the process, even if it is suspended; the next request starts a new one."""
        pool, self._pool = self._pool, None
        if pool:
            # Python 3.14 has `kill_workers` for this.
            for process in list((pool._processes or {}).values()):
                process.kill()
            pool.shutdown(wait=False, cancel_futures=True)


# The functions below run in the batch process.

_bundle: Bundle


def _initialize(bundle: Bundle, threads: int) -> None:
    """Keep the model, lower the priority and follow the worker."""
    global _bundle  # noqa: PLW0603 - a process of a pool can keep an object only in a global
    if hasattr(os, "nice"):
        os.nice(_NICENESS)  # before there are threads, which keep the priority they start with
    threading.Thread(target=_follow_parent, daemon=True).start()
    _bundle = bundle.for_many(threads)


def _follow_parent() -> None:
    """End when the worker ends, even if it was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _handle(handler: Handler, request: InferenceRequest, folder: Path) -> InferenceResult:
    result = handler(_bundle, replace(request, content=(folder / _REQUEST).read_bytes()))
    (folder / _RESULT).write_bytes(result.content)
    return replace(result, content=b"")
