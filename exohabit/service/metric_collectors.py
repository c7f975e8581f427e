"""Metric collectors: gauges that are computed at each scrape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from exohabit.service.api_keys import KeysError, read_keys
from exohabit.service.logged_once import LoggedOnce

Read = Callable[[], Mapping[str, float] | float | None]
"""Returns a number, numbers by the value of a label, or None if there is nothing to report."""


class ComputedGauge(Collector):
    """A gauge whose values a function returns.

    If the function fails, the gauge is absent, and the other metrics stay.
    """

    def __init__(self, name: str, meaning: str, read: Read, label: str | None = None) -> None:
        self._name, self._meaning, self._read = name, meaning, read
        self._labels = [label] if label else []
        self._compute = LoggedOnce(self._families, f"{name} cannot be read: left out of /metrics")

    def collect(self) -> Iterable[Metric]:
        return self._compute() or []

    def _families(self) -> list[Metric]:
        found = self._read()
        if found is None:
            return []
        family = GaugeMetricFamily(self._name, self._meaning, labels=self._labels)
        values = found if isinstance(found, Mapping) else {"": found}
        for label, value in values.items():
            family.add_metric([label] if self._labels else [], value)
        return [family]


class Joined(Collector):
    """The metrics of several collectors."""

    def __init__(self, *collectors: Collector) -> None:
        self._collectors = collectors

    def collect(self) -> Iterable[Metric]:
        for each in self._collectors:
            yield from each.collect()


def model_gauge(version: str) -> ComputedGauge:
    """Return a gauge of 1, labelled with the version of the model."""
    return ComputedGauge(
        "exohabit_model", "The model that answers", lambda: {version: 1}, "version"
    )


def keys_file_gauges(path: Path) -> list[ComputedGauge]:
    """Return whether the keys file can be read now, and when it was written.

    If it cannot be read, a running service keeps the keys that it knows, and revoking a key has no
    effect.
    """
    return [
        ComputedGauge(
            "exohabit_keys_file_readable",
            "1 if the keys file can be read; if 0, revoked keys stay valid",
            lambda: _is_readable(path),
        ),
        ComputedGauge(
            "exohabit_keys_file_timestamp_seconds",
            "When the keys file was last written, in seconds since 1970",
            lambda: _written(path),
        ),
    ]


def _is_readable(path: Path) -> float:
    try:
        read_keys(path)
    except KeysError:
        return 0
    return 1


def _written(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except OSError:
        return None
