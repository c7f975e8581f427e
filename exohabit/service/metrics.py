"""Metrics: what the service counts, over all workers, for Prometheus and for /stats.

Each worker counts its own requests, and a request for the metrics reaches only one of them. If
`PROMETHEUS_MULTIPROC_DIR` is set before this module is imported, the counts are kept in files that
all workers share (`metric_files`). The server sets it to a new folder at each start.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from exohabit.outputs.usage_counts import OUTCOMES, TENTHS, UsageCounts
from exohabit.science.columns import COLUMNS
from exohabit.service import metric_files
from exohabit.service.batch_process import END_REASONS
from exohabit.service.logged_once import LoggedOnce
from exohabit.service.metric_collectors import ComputedGauge, Joined, keys_file_gauges, model_gauge
from exohabit.service.settings import SHARED
from exohabit.service.stats import Stats, summarize

_RETRY_SECONDS = 0.05
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_IS_REPLACEMENT = SHARED in os.environ and metric_files.count_in(os.environ[SHARED])
"""Whether this worker replaces one that has died."""


class Metrics:
    """The counts of one app, and of the workers that share a folder with it."""

    def __init__(self, model_version: str, keys_file: Path | None = None) -> None:
        self._model_version = model_version
        self._registry = CollectorRegistry()
        self._read_shared = LoggedOnce(
            _read_shared, "the shared folder cannot be read: /metrics has the counts of one worker"
        )
        self._gauges = [model_gauge(model_version)]
        if keys_file:
            self._gauges += keys_file_gauges(keys_file)
        self._add_counters()
        self._add_operation()
        self._request_counters = lru_cache(maxsize=1024)(self._find_request_counters)
        self._outcomes = {name: self.planets.labels(name) for name in OUTCOMES}
        self._tenths = [self.scores.labels(name) for name in TENTHS]
        self._missing = {column.name: self.missing.labels(column.name) for column in COLUMNS}

    def _counter(self, name: str, meaning: str, labels: Sequence[str] = ()) -> Counter:
        return Counter(f"exohabit_{name}", meaning, labels, registry=self._registry)

    def _gauge(self, name: str, meaning: str) -> Gauge:
        """Return a gauge whose value is the sum over all workers."""
        return Gauge(
            f"exohabit_{name}", meaning, registry=self._registry, multiprocess_mode="livesum"
        )

    def _add_counters(self) -> None:
        """Add what is counted of requests and planets."""
        self.requests = self._counter(
            "requests",
            "Requests answered; code is empty unless the answer is an error",
            ("method", "route", "status", "code"),
        )
        self.seconds = Histogram(
            "exohabit_request_seconds",
            "Time from the arrival of a request to its answer",
            ["route"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self.seconds.labels("/health")  # opens its file: later, the shared folder may be gone
        self.planets = self._counter(
            "planets",
            "Planets answered: habitable, not_habitable, or unscored because of too little data",
            ["outcome"],
        )
        self.scores = self._counter("scores", "Scores by tenths", ["tenth"])
        self.missing = self._counter("missing", "Planets without a value in a column", ["column"])
        self.outside_domain = self._counter(
            "outside_domain",
            "Planets with a value or a star outside the domain of the model",
        )
        self.limiter_fallbacks = self._counter(
            "limiter_fallbacks",
            "Rate-limit counts made in a worker because Redis did not answer",
        )
        self.log_lines_lost = self._counter(
            "log_lines_lost", "Lines of the log that could not be written"
        )

    def _add_operation(self) -> None:
        """Add what concerns the processes."""
        self.in_flight = self._gauge(
            "requests_in_flight", "Requests being answered, this scrape among them"
        )
        self.large_requests = self._gauge(
            "large_requests", "Large requests that have a slot: running or waiting"
        )
        self.failures = self._counter(
            "failures", "Requests answered 500; the log has the reason of each"
        )
        self.worker_deaths = self._counter(
            "worker_deaths", "Worker processes that died and were replaced"
        )
        self.batch_ends = self._counter(
            "batch_process_ends",
            "Batch processes that died, or were killed because a request took too long",
            ["reason"],
        )
        for reason in END_REASONS:
            self.batch_ends.labels(reason)
        self.worker_deaths.inc(_IS_REPLACEMENT)

    def add(self, gauge: ComputedGauge) -> None:
        """Add a gauge that is the same in every worker."""
        self._gauges.append(gauge)

    def count_request(
        self, method: str, route: str, status: int, code: str, seconds: float
    ) -> None:
        """Count a request and its duration."""
        requests, duration = self._request_counters(method, route, status, code)
        requests.inc()
        duration.observe(seconds)

    def _find_request_counters(
        self, method: str, route: str, status: int, code: str
    ) -> tuple[Counter, Histogram]:
        return self.requests.labels(method, route, status, code), self.seconds.labels(route)

    def count_batch_end(self, reason: str) -> None:
        """Count the end of a batch process during a request."""
        self.batch_ends.labels(reason).inc()

    def count_planets(self, usage: UsageCounts) -> None:
        """Count the planets of a request."""
        for name, number in usage.outcomes.items():
            self._outcomes[name].inc(number)
        for tenth, number in usage.tenths.items():
            self._tenths[tenth].inc(number)
        for name, number in usage.missing.items():
            self._missing[name].inc(number)
        if usage.outside_domain:
            self.outside_domain.inc(usage.outside_domain)

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """Return all counts in the format that an Accept header asks for, and its media type."""
        try:
            encode, media_type = choose_encoder(accept)
        except (TypeError, ValueError):  # prometheus_client cannot parse every header
            encode, media_type = choose_encoder("")
        return _retry(lambda: encode(Joined(self._all_workers(), *self._gauges))), media_type

    def stats(self) -> Stats:
        """Return a summary of all counts for people."""
        return _retry(lambda: summarize(self._all_workers().collect(), self._model_version))

    def _all_workers(self) -> Collector:
        if SHARED not in os.environ:
            return self._registry
        return self._read_shared() or self._registry


def _read_shared() -> Collector:
    """Return the counts of all workers.

    Raises:
        ValueError: their folder is gone, for example because something cleaned up TMPDIR.
    """
    return MultiProcessCollector(None, os.environ[SHARED])  # type: ignore[no-untyped-call]


Read = TypeVar("Read")


def _retry(read: Callable[[], Read]) -> Read:
    """Read counts; once more if a starting worker has created a file that is still empty."""
    try:
        return read()
    except struct.error:
        time.sleep(_RETRY_SECONDS)
        return read()
