"""Saturation: how many requests the workers are answering, and how many they can.

A gauge of prometheus_client in a file that all workers share takes 4 µs for each request, a tenth
of a prediction. So each worker counts in its own memory, and a thread copies the number to the
file. Without other workers no thread is needed: a scrape copies it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

from flask import Flask

from exohabit.service.access_log import InFlight
from exohabit.service.app_state import app_state
from exohabit.service.logged_once import LoggedOnce
from exohabit.service.settings import SHARED

_SAMPLE_SECONDS = 0.5


def init_app(app: Flask) -> None:
    """Count the requests in flight, and report them with the large ones."""
    state = app_state(app)
    in_flight = InFlight(app.wsgi_app)
    app.wsgi_app = in_flight  # type: ignore[method-assign]
    metrics, slots = state.metrics, state.admission.slots

    def copy() -> None:
        # A refused body is read after its answer was returned, and still holds a thread.
        metrics.in_flight.set(in_flight.count() + slots.drains)
        metrics.large_requests.set(slots.large)

    copy()  # the file may still have the numbers of a killed worker
    report = LoggedOnce(copy, "the requests in flight cannot be reported")
    metrics.before_scrape.append(report)
    if SHARED in os.environ:
        threading.Thread(target=_repeat, args=(report,), name="saturation", daemon=True).start()


def _repeat(act: Callable[[], None]) -> None:
    while True:
        time.sleep(_SAMPLE_SECONDS)
        act()
