"""Results: the values of each measure for each contestant, one a round."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

from bench.contestants import SERVICE

Results = dict[str, dict[str, list[float]]]
"""Values by measure and contestant; those of one round have the same index."""

FOLDER = Path(__file__).with_name("results")
CONNECTIONS = (1, 16, 64)
SIZES = (10, 100, 1_000, 10_000, 100_000)
SMALL = SIZES[:3]
"""Planets of the lists that most people send."""
LARGEST = SIZES[-1]


class Measure(NamedTuple):
    """A figure that is measured."""

    title: str
    unit: str
    is_rate: bool = False
    """Whether more is better."""


MEASURES: dict[str, Measure] = {
    **{f"predict_{n}": Measure(f"/predict, connections: {n}", "/s", True) for n in CONNECTIONS},
    **{f"p99_{n}": Measure(f"p99 of /predict, connections: {n}", "ms") for n in CONNECTIONS},
    "p99_beside": Measure(f"the same at 16 beside rankings of {LARGEST:,} planets", "ms"),
    **{f"json_{n}": Measure(f"/rank, JSON, {n:,} planets", "planets/s", True) for n in SIZES},
    **{f"csv_{n}": Measure(f"/rank, CSV, {n:,} planets", "planets/s", True) for n in SIZES},
    "growth": Measure(f"cost per planet of /rank, {LARGEST:,} over 1,000", "×"),
    "peak": Measure(f"peak memory of /rank, {LARGEST:,} planets, over the body", "×"),
    "peak_first": Measure("the same for the first of them, which starts the batch process", "×"),
    "first": Measure(f"the first ranking of {LARGEST:,} planets after a start", "s"),
    "start": Measure("start to first right answer", "s"),
    "resident": Measure("resident memory, two workers and what belongs to them", "MB"),
    "proportional": Measure("the same, shared pages counted once", "MB"),
    "disk": Measure("environment on disk", "MB"),
    "one_planet": Measure("one planet inside the process", "µs"),
    "one_planet_cpu": Measure("the same, processor time", "µs"),
    "model_call": Measure("the bare model call, one planet", "µs"),
    **{f"inside_{n}": Measure(f"ranking inside, {n:,} planets", "µs/planet") for n in SIZES[2:]},
    **{
        f"longer_{n}": Measure(
            f"longer than its model call, as served, {n:,} planets", "× json.loads"
        )
        for n in SIZES[2:]
    },
    **{
        f"all_else_{n}": Measure(
            f"all but the model call, one after the other, {n:,} planets", "× json.loads"
        )
        for n in SIZES[2:]
    },
}


class Spread(NamedTuple):
    """The median of values and their quartiles."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        """Return the spread of at least one value."""
        return cls(*quantiles(values, n=4, method="inclusive")) if values[1:] else cls(*values * 3)


def add(results: Results, contestant: str, found: dict[str, float]) -> None:
    """Add the values of a round."""
    for measure, value in found.items():
        results.setdefault(measure, {}).setdefault(contestant, []).append(value)


def ratio(results: Results, measure: str, over: str) -> Spread | None:
    """Return the ratio of the service's values to another's of the same rounds; None if unknown."""
    found = results.get(measure, {})
    if not {SERVICE.name, over} <= found.keys():
        return None
    pairs = zip(found[SERVICE.name], found[over], strict=True)
    return Spread.of([ours / theirs for ours, theirs in pairs])


class Record(NamedTuple):
    """A run: how it was made, and its results."""

    made: dict[str, str]
    results: Results

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(
            json.dumps(self._asdict(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )

    @classmethod
    def read(cls, path: Path = FOLDER / "results.json") -> Record:
        """Read a written record."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))
