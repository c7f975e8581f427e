"""Metrics: what is counted, for Prometheus and for people, over all workers of a service.

The trap: each worker counts for itself, and a request for the figures reaches one of them. With
`PROMETHEUS_MULTIPROC_DIR` set before this module is imported, the counts are in files that all
workers share (`metric_files`); the server sets it to a folder of its own, new at each start.
"""

from __future__ import annotations

import os
import struct
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from exohabit.outputs.usage_counts import OUTCOMES, TENTHS, UsageCounts
from exohabit.science.columns import COLUMNS
from exohabit.service import metric_files
from exohabit.service.api_keys import KeysError, read_keys
from exohabit.service.settings import SHARED

_MISSING, _TOGETHER = "exohabit_missing", "exohabit_missing_together"
_MOST_TOGETHER = 512
"""Combinations of missing columns that are counted together; of later ones, each column is. To read
the figures takes 5 ms for so many of a worker, 20 for all 2,048."""
_MOMENT_SECONDS = 0.05
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

if SHARED in os.environ:
    metric_files.count_in(os.environ[SHARED])

Share = Annotated[float, Meta(ge=0, le=1)] | None


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """What the service has done since it was started, all workers together."""

    status: str = "success"
    requests: Annotated[int, Meta(description="requests answered, this one not yet")]
    by_route: Annotated[dict[str, int], Meta(description="the same, by method and route")]
    by_status: Annotated[dict[str, int], Meta(description="the same, by HTTP status")]
    refused: Annotated[dict[str, int], Meta(description="requests refused, by the error's code")]
    planets: Annotated[int, Meta(description="planets answered, judged or not")]
    scored: Annotated[int, Meta(description="planets that got a score")]
    habitable: Annotated[int, Meta(description="of these, potentially habitable ones")]
    unscored: Annotated[int, Meta(description="planets of which too little was known")]
    outside_domain: Annotated[
        int, Meta(description="planets unlike those that the model was trained on")
    ]
    missing_share: Annotated[
        dict[str, Share],
        Meta(description="share of planets without each column; null before the first planet"),
    ]
    model_version: str


class Metrics:
    """The counts of one app, and of the workers that share a folder with it."""

    def __init__(self, model_version: str, keys_file: Path | None = None) -> None:
        self._registry = registry = CollectorRegistry()
        self._model = _Model(model_version)
        self._gauges: list[Collector] = [self._model]
        if keys_file:
            self._gauges.append(_KeysFile(keys_file))
        for gauge in self._gauges:
            registry.register(gauge)
        self.requests = Counter(
            "exohabit_requests",
            "Requests answered; code is empty if they were not refused",
            ["method", "route", "status", "code"],
            registry=registry,
        )
        self.seconds = Histogram(
            "exohabit_request_seconds",
            "Time from the first look at a request to its answer",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self.planets = Counter(
            "exohabit_planets",
            "Planets answered: habitable, not_habitable, or unscored for want of data",
            ["outcome"],
            registry=registry,
        )
        self.scores = Counter(
            "exohabit_scores",
            "Scores given, by tenths",
            ["tenth"],
            registry=registry,
        )
        self.missing = Counter(
            _MISSING,
            "Planets without a column; their share is this over all planets",
            ["column"],
            registry=registry,
        )
        self.missing_together = Counter(
            _TOGETHER,
            "Single planets without some columns; exposed as part of exohabit_missing",
            ["columns"],
            registry=registry,
        )
        self.outside_domain = Counter(
            "exohabit_outside_domain",
            "Planets of which a value or the star lies outside what the model was trained on",
            registry=registry,
        )
        self.limiter_fallbacks = Counter(
            "exohabit_limiter_fallbacks",
            "Counts of the rate limit made in a worker because Redis did not answer",
            registry=registry,
        )
        self.log_lines_lost = Counter(
            "exohabit_log_lines_lost",
            "Lines of the log that could not be written",
            registry=registry,
        )
        self._of_request = lru_cache(maxsize=1024)(self._children)
        self._outcomes = {name: self.planets.labels(name) for name in OUTCOMES}
        self._tenths = [self.scores.labels(name) for name in TENTHS]
        self._missing = {column.name: self.missing.labels(column.name) for column in COLUMNS}
        self._together: dict[tuple[str, ...], Counter] = {}

    def count_request(
        self, method: str, route: str, status: int, code: str, seconds: float
    ) -> None:
        """Count a request and how long it took."""
        requests, took = self._of_request(method, route, status, code)
        requests.inc()
        took.observe(seconds)

    def _children(
        self, method: str, route: str, status: int, code: str
    ) -> tuple[Counter, Histogram]:
        return self.requests.labels(method, route, status, code), self.seconds.labels(route)

    def count_planets(self, usage: UsageCounts) -> None:
        """Count the planets of an answer."""
        for name, number in usage.outcomes.items():
            self._outcomes[name].inc(number)
        for tenth, number in usage.tenths.items():
            self._tenths[tenth].inc(number)
        if usage.planets == 1 and (together := self._counter_of(tuple(usage.missing))):
            together.inc()
        else:
            for name, number in usage.missing.items():
                self._missing[name].inc(number)
        if usage.outside_domain:
            self.outside_domain.inc(usage.outside_domain)

    def _counter_of(self, columns: tuple[str, ...]) -> Counter | None:
        """Return what counts columns missing together: each count costs a request its time."""
        found = self._together.get(columns)
        if found is None and len(self._together) < _MOST_TOGETHER:
            found = self._together[columns] = self.missing_together.labels(" ".join(columns))
        return found

    def exposed(self, accept: str) -> tuple[bytes, str]:
        """Write all counts in the format that Prometheus asks for, and name its media type."""
        try:
            encode, media_type = choose_encoder(accept)
        except (TypeError, ValueError):  # what a client may write there is more than it expects
            encode, media_type = choose_encoder("")
        return _again(lambda: encode(self._of_all_workers())), media_type

    def stats(self) -> Stats:
        """Sum up all counts for people."""
        counts = _again(lambda: Counts(self._of_all_workers().collect()))
        outcomes = counts.by("exohabit_planets_total", "outcome")
        planets = sum(outcomes.values())
        missing = counts.by("exohabit_missing_total", "column")
        refused = counts.by("exohabit_requests_total", "code")
        return Stats(
            requests=sum(refused.values()),
            by_route=counts.by("exohabit_requests_total", "method", "route"),
            by_status=counts.by("exohabit_requests_total", "status"),
            refused={code: number for code, number in refused.items() if code},
            planets=planets,
            scored=planets - outcomes["unscored"],
            habitable=outcomes["habitable"],
            unscored=outcomes["unscored"],
            outside_domain=counts.by("exohabit_outside_domain_total")[""],
            missing_share={
                column.name: missing[column.name] / planets if planets else None
                for column in COLUMNS
            },
            model_version=self._model.version,
        )

    def _of_all_workers(self) -> CollectorRegistry:
        folder, registry = os.environ.get(SHARED), CollectorRegistry()
        if folder is None:
            registry.register(_Spread(self._registry))
            return registry
        everyone = CollectorRegistry()
        MultiProcessCollector(everyone, folder)  # type: ignore[no-untyped-call]
        registry.register(_Spread(everyone))
        for gauge in self._gauges:  # the same in every worker, so no file has them
            registry.register(gauge)
        return registry


Read = TypeVar("Read")


def _again(read: Callable[[], Read]) -> Read:
    """Read counts, once more if a worker that starts has just made a file and nothing in it."""
    try:
        return read()
    except struct.error:
        time.sleep(_MOMENT_SECONDS)
        return read()


class _Spread(Collector):
    """The counts of a registry, those of columns that were missing together given to each."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterable[Metric]:
        metrics = {metric.name: metric for metric in self._registry.collect()}
        if together := metrics.pop(_TOGETHER, None):
            more: dict[str, int] = defaultdict(int)
            for columns, number in Counts([together]).by(f"{_TOGETHER}_total", "columns").items():
                for column in columns.split():
                    more[column] += number
            missing = metrics[_MISSING]
            missing.samples = [
                each._replace(value=each.value + more[each.labels["column"]])
                if each.name == f"{_MISSING}_total"
                else each
                for each in missing.samples
            ]
        return metrics.values()


class _Model(Collector):
    """Which model answers: a gauge of 1, labelled with the version."""

    def __init__(self, version: str) -> None:
        self.version = version

    def collect(self) -> Iterable[Metric]:
        family = GaugeMetricFamily("exohabit_model", "The model that answers", labels=["version"])
        family.add_metric([self.version], 1)
        return [family]


class _KeysFile(Collector):
    """Whether the file of keys can be read at this moment.

    A running service keeps the keys that it knows when the file disappears, so that revoking a key
    has no effect until the file is back.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def collect(self) -> Iterable[Metric]:
        try:
            read_keys(self._path)
            is_readable = True
        except KeysError:
            is_readable = False
        meaning = "1 if the file of keys can be read, else 0: then revoked keys stay valid"
        return [GaugeMetricFamily("exohabit_keys_file_readable", meaning, float(is_readable))]


class Counts:
    """Samples of metrics, to be summed up by their labels."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._samples = [sample for metric in metrics for sample in metric.samples]

    def by(self, name: str, *labels: str) -> dict[str, int]:
        """Sum up the samples of a name by the values of labels; a value never seen counts 0."""
        sums: dict[str, int] = defaultdict(int)
        for sample in self._samples:
            if sample.name == name:
                sums[" ".join(sample.labels[label] for label in labels)] += int(sample.value)
        return sums
