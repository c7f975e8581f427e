"""Admission: large requests run in the batch process, and only so many at once."""

from __future__ import annotations

import errno
import logging
import threading
from collections.abc import Callable

from werkzeug.exceptions import ServiceUnavailable

from exohabit.inputs.readers import JSON
from exohabit.outputs.inference_types import Handler, InferenceRequest, InferenceResult
from exohabit.scoring.bundle import Bundle
from exohabit.service.batch_process import BatchProcess, TookTooLong, WaitedTooLong, WorkerDied
from exohabit.service.request_state import RequestState
from exohabit.service.settings import Settings

_MANY_PLANETS = 2_000
"""A body with more JSON objects or table lines is large, whatever its size."""
_MARKS_PER_PLANET = 5
"""A body with more commas and brackets than this for each planet is large too."""
_PLANETS_PER_NAME = 2
"""How many planets a name counts as: it is looked up, and all columns of its row are checked."""

_NO_SPACE = {
    *(errno.ENOSPC, errno.EDQUOT, errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE),
    *(errno.ENOENT, errno.ENOTDIR),
}
"""Errors of a system without space, memory, file or temporary folder for a large request."""
_MAX_DRAINS = 2
"""Refused bodies that a worker reads to their end at the same time."""

log = logging.getLogger(__name__)


class Slots:
    """How many large requests a worker accepts, and how many refused bodies it reads to their end.

    Both hold a thread. Large requests come first: a refused body is read only if a thread is left
    to small requests meanwhile, and never keeps a large request out.
    """

    def __init__(self, threads: int, large_requests: int) -> None:
        self._shared = threads - 1
        self._max_large = min(large_requests, max(self._shared, 1))
        self._large = self._drains = 0
        self._changed = threading.Condition()

    @property
    def large(self) -> int:
        """How many slots for large requests are taken."""
        return self._large

    @property
    def max_large(self) -> int:
        """How many slots for large requests there are."""
        return self._max_large

    @property
    def drains(self) -> int:
        """How many refused bodies are being read to their end."""
        return self._drains

    def take_large(self) -> bool:
        """Take a slot for a large request; return whether one was free."""
        with self._changed:
            is_free = self._large < self._max_large
            self._large += is_free
            return is_free

    def free_large(self) -> None:
        """Free the slot of a large request."""
        with self._changed:
            self._large -= 1
            self._changed.notify()

    def take_drain(self, seconds: float) -> bool:
        """Take a slot for a refused body, waiting for one at most so long; return whether."""
        with self._changed:
            is_free = self._changed.wait_for(self._has_drain, seconds)
            self._drains += is_free
            return is_free

    def free_drain(self) -> None:
        """Free the slot of a refused body."""
        with self._changed:
            self._drains -= 1
            self._changed.notify()

    def _has_drain(self) -> bool:
        return self._drains < min(_MAX_DRAINS, self._shared - self._large)


class Busy(ServiceUnavailable):
    """All slots for large requests are taken."""

    error_code = "busy"

    def __init__(self) -> None:
        super().__init__("Too many large requests at once: try again.", retry_after=1)


class TimedOut(ServiceUnavailable):
    """A large request exceeded its time limit; trying again would not help."""

    error_code = "timeout"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"The request took more than {seconds} s, the limit for large requests: "
            "send fewer planets at a time."
        )


class Admission:
    """Which requests are admitted: the batch process, if there is one, and its slots."""

    def __init__(
        self,
        settings: Settings,
        bundle: Bundle | None,
        on_end: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Admit by the settings; `on_end` is that of `BatchProcess`."""
        self.slots = Slots(settings.threads, settings.large_requests)
        self.process: BatchProcess | None = None
        if bundle and settings.large_kib:
            self.process = BatchProcess(
                bundle, settings.model_threads, settings.large_seconds, on_end
            )
        self._max_small = settings.large_kib * 1024
        self._seconds = settings.large_seconds

    def admit(self, state: RequestState, size: int | None) -> None:
        """Take a slot if the body is large; a size of None means that it is not declared.

        Raises:
            Busy: no slot is free.
        """
        if self.process is None or state.has_slot:
            return
        if size is None or size > self._max_small // state.query.cost_per_planet:
            if not self.slots.take_large():
                raise Busy
            state.has_slot = True

    def release(self, state: RequestState) -> None:
        """Free the slot of a request, if it has one."""
        if state.has_slot:
            self.slots.free_large()
            state.has_slot = False

    def run(
        self, state: RequestState, bundle: Bundle, handler: Handler, request: InferenceRequest
    ) -> InferenceResult:
        """Run a handler: here if the request is small, in the batch process if it is large.

        Raises:
            Busy: it is large, and all slots are taken, the disk is full or the folder gone, it
                waited too long, or two processes died of it.
            TimedOut: it is large and exceeded its time limit.
        """
        if self.process is None or not self._is_large(request):
            return handler(bundle, request)
        self.admit(state, None)
        try:
            return self.process.run(handler, request)
        except TookTooLong as error:
            raise TimedOut(self._seconds) from error
        except OSError as error:
            if error.errno not in _NO_SPACE:
                raise
            log.warning("a large request was refused: %s", error)
            raise Busy from error
        except (WorkerDied, WaitedTooLong) as error:
            raise Busy from error

    def _is_large(self, request: InferenceRequest) -> bool:
        """Whether a body has many bytes, or many planets, which may take only a few bytes each."""
        body, cost = request.content, request.query.cost_per_planet
        max_small, many = self._max_small // cost, _MANY_PLANETS // cost
        if len(body) > max_small or len(body) <= many:
            return len(body) > max_small
        objects, commas = body.count(b"{"), body.count(b",")
        planets = objects
        if request.media_type != JSON:
            planets = max(objects, body.count(b"\n") + body.count(b"\r"))
        elif commas > many:
            planets += _PLANETS_PER_NAME * _count_names(body, commas)
        marks = commas + body.count(b"[") + objects
        return planets > many or marks > many * _MARKS_PER_PLANET


def _count_names(body: bytes, commas: int) -> int:
    """Estimate how many planets of a JSON list are given by their names.

    A comma follows each key with its value, and each name. Unusual JSON, with spaces before colons
    or with backslashes, is taken for more names than it has.
    """
    return commas - body.count(b'":') + body.count(b"\\")
