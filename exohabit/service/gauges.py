"""Gauges: the state of the service and its machine, computed at each scrape."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from flask import Flask

from exohabit.service import process_usage, shared_folder
from exohabit.service.app_state import AppState, app_state
from exohabit.service.health import NotReady, check_ready
from exohabit.service.metric_collectors import ComputedGauge, Read
from exohabit.service.settings import SHARED


def init_app(app: Flask) -> None:
    """Add the gauges to the metrics."""
    state = app_state(app)
    workers = state.settings.workers if SHARED in os.environ else 1
    slots = workers * state.admission.slots.max_large
    threads = workers * state.settings.threads

    def add(name: str, meaning: str, read: Read, label: str | None = None) -> None:
        state.metrics.add(ComputedGauge(f"exohabit_{name}", meaning, read, label))

    add("ready", "1 if /ready answers 200", lambda: _is_ready(state))
    add("request_threads", "Requests that the workers answer at a time", lambda: threads)
    add("large_request_slots", "Large requests that the workers accept", lambda: slots)
    add("start_time_seconds", "When the server was started", shared_folder.started)
    add("free_disk_bytes", "Space left for temporary files", shared_folder.free_bytes)
    memory = "Resident memory of the server, its workers and their batch processes"
    add("memory_bytes", memory, process_usage.memory_bytes, "process")
    files = "Open files and connections of the process of each kind that has the most"
    add("open_files", files, process_usage.open_files, "process")
    add("max_open_files", "Files that one process may open", process_usage.max_open_files)
    add("catalog_timestamp_seconds", "Date of the catalogue", lambda: _catalog_date(state))


def _is_ready(state: AppState) -> float:
    try:
        check_ready(state)
    except NotReady:
        return 0
    return 1


def _catalog_date(state: AppState) -> float | None:
    """Return the date of the catalogue in seconds since 1970; None if none has been opened."""
    try:
        date = datetime.fromisoformat(state.known_planets.date() or "")
    except ValueError:
        return None
    return date.replace(tzinfo=date.tzinfo or UTC).timestamp()
