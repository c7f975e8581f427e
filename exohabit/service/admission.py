"""Admission: large requests run in the batch process, and only so many at once."""

from __future__ import annotations

import errno
import logging
import sys
from contextlib import suppress
from itertools import count
from typing import Any

from msgspec.structs import replace
from werkzeug.exceptions import ServiceUnavailable

from exohabit.inputs.named_planets import Unresolved
from exohabit.inputs.readers import JSON
from exohabit.outputs.inference_types import Handler, InferenceRequest, InferenceResult
from exohabit.scoring.bundle import Bundle
from exohabit.service.batch_process import BatchProcess, TookTooLong, WaitedTooLong, WorkerDied
from exohabit.service.metrics import Metrics
from exohabit.service.request_state import RequestState
from exohabit.service.settings import Settings
from exohabit.service.slots import Slots

_MANY_PLANETS = 2_000
"""A body with more JSON objects or table lines is large, whatever its size."""
_MARKS_PER_PLANET = 5
"""A body with more commas and brackets than this for each planet is large too."""
_MANY_NAMES = _MANY_PLANETS // 2
"""A body with more names of known planets is large: all columns of their rows are checked."""

_NO_SPACE = {
    *(errno.ENOSPC, errno.EDQUOT, errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE),
    *(errno.ENOENT, errno.ENOTDIR),
}
"""Errors of a system without space, memory, file or temporary folder for a large request."""

log = logging.getLogger(__name__)


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
        metrics: Metrics,
    ) -> None:
        """Admit by the settings, and count large requests."""
        self.slots = Slots(settings.threads, settings.large_requests)
        metrics.large_requests.set(0)  # the file may still have the number of a killed worker
        self.slots.on_large = metrics.large_requests.inc
        # A refused body is read after its answer was returned, and still holds a thread.
        self.slots.on_drain = metrics.in_flight.inc
        self.process: BatchProcess | None = None
        self.max_small_bytes = sys.maxsize
        """Larger bodies need a slot. Without a batch process, none do."""
        if bundle and settings.large_kib:
            self.process = BatchProcess(
                bundle, settings.model_threads, settings.large_seconds, metrics.count_batch_end
            )
            self.max_small_bytes = settings.large_kib * 1024
        self._seconds = settings.large_seconds

    def admit(self, state: RequestState) -> None:
        """Give a large request a slot, if it has none yet.

        Raises:
            Busy: no slot is free.
        """
        if not state.has_slot:
            if not self.slots.take_large():
                raise Busy
            state.has_slot = True

    def release(self, state: RequestState) -> None:
        """Free the slot of a request that has one."""
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
        if self.process is None:
            return handler(bundle, request)
        if not state.has_slot and not _has_many_planets(request):
            with suppress(_ManyNames):
                return handler(bundle, _with_few_names(request))
        self.admit(state)
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


def _has_many_planets(request: InferenceRequest) -> bool:
    """Whether a body may have many planets, which may take only a few bytes each."""
    body, many = request.content, _MANY_PLANETS // request.query.cost_per_planet
    if len(body) <= many:
        return False
    planets = objects = body.count(b"{")
    if request.media_type != JSON:
        planets = max(objects, body.count(b"\n") + body.count(b"\r"))
    marks = body.count(b",") + body.count(b"[") + objects
    return planets > many or marks > many * _MARKS_PER_PLANET


class _ManyNames(Exception):
    """A request names more planets than are looked up here."""


def _with_few_names(request: InferenceRequest) -> InferenceRequest:
    """Return a request that raises `_ManyNames` when it looks up more than `_MANY_NAMES`.

    The names are counted when they are looked up, because only the decoded body tells them apart
    from keys.
    """
    look_up, names = request.look_up, count(1)
    if look_up is None:
        return request
    most = _MANY_NAMES // request.query.cost_per_planet

    def look_up_few(name: str) -> dict[str, Any] | Unresolved:
        if next(names) > most:
            raise _ManyNames
        return look_up(name)

    return replace(request, look_up=look_up_few)
