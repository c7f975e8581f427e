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

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from exohabit.outputs.usage_counts import OUTCOMES, TENTHS, UsageCounts
from exohabit.science.columns import COLUMNS
from exohabit.service import metric_files
from exohabit.service.metric_collectors import KeysFileGauge, ModelGauge
from exohabit.service.settings import SHARED
from exohabit.service.stats import Stats, summarize

_RETRY_SECONDS = 0.05
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

if SHARED in os.environ:
    metric_files.count_in(os.environ[SHARED])


class Metrics:
    """The counts of one app, and of the workers that share a folder with it."""

    def __init__(self, model_version: str, keys_file: Path | None = None) -> None:
        self._model_version = model_version
        self._registry = CollectorRegistry()
        self._gauges: list[Collector] = [ModelGauge(model_version)]
        if keys_file:
            self._gauges.append(KeysFileGauge(keys_file))
        for gauge in self._gauges:
            self._registry.register(gauge)
        self._add_counters()
        self._request_counters = lru_cache(maxsize=1024)(self._find_request_counters)
        self._outcomes = {name: self.planets.labels(name) for name in OUTCOMES}
        self._tenths = [self.scores.labels(name) for name in TENTHS]
        self._missing = {column.name: self.missing.labels(column.name) for column in COLUMNS}

    def _add_counters(self) -> None:
        def counter(name: str, meaning: str, labels: Sequence[str] = ()) -> Counter:
            return Counter(name, meaning, labels, registry=self._registry)

        self.requests = counter(
            "exohabit_requests",
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
        self.planets = counter(
            "exohabit_planets",
            "Planets answered: habitable, not_habitable, or unscored because of too little data",
            ["outcome"],
        )
        self.scores = counter("exohabit_scores", "Scores by tenths", ["tenth"])
        self.missing = counter(
            "exohabit_missing", "Planets without a value in a column", ["column"]
        )
        self.outside_domain = counter(
            "exohabit_outside_domain",
            "Planets with a value or a star outside the domain of the model",
        )
        self.limiter_fallbacks = counter(
            "exohabit_limiter_fallbacks",
            "Rate-limit counts made in a worker because Redis did not answer",
        )
        self.log_lines_lost = counter(
            "exohabit_log_lines_lost", "Lines of the log that could not be written"
        )

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
        return _retry(lambda: encode(self._all_workers())), media_type

    def stats(self) -> Stats:
        """Return a summary of all counts for people."""
        return _retry(lambda: summarize(self._all_workers().collect(), self._model_version))

    def _all_workers(self) -> CollectorRegistry:
        folder = os.environ.get(SHARED)
        if folder is None:
            return self._registry
        registry = CollectorRegistry()
        MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
        for gauge in self._gauges:  # they are the same in every worker and not in the files
            registry.register(gauge)
        return registry


Read = TypeVar("Read")


def _retry(read: Callable[[], Read]) -> Read:
    """Read counts; once more if a starting worker has created a file that is still empty."""
    try:
        return read()
    except struct.error:
        time.sleep(_RETRY_SECONDS)
        return read()
