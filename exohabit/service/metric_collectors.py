"""Metric collectors: metrics that are computed at each scrape."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from exohabit.service.api_keys import KeysError, read_keys


class ModelGauge(Collector):
    """A gauge of 1, labelled with the version of the model."""

    def __init__(self, version: str) -> None:
        self._version = version

    def collect(self) -> Iterable[Metric]:
        family = GaugeMetricFamily("exohabit_model", "The model that answers", labels=["version"])
        family.add_metric([self._version], 1)
        return [family]


class KeysFileGauge(Collector):
    """Whether the keys file can be read now.

    If it cannot, a running service keeps the keys that it knows, and revoking a key has no effect.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def collect(self) -> Iterable[Metric]:
        try:
            read_keys(self._path)
            is_readable = True
        except KeysError:
            is_readable = False
        meaning = "1 if the keys file can be read; if 0, revoked keys stay valid"
        return [GaugeMetricFamily("exohabit_keys_file_readable", meaning, float(is_readable))]
