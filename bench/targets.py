"""Targets: the figures that the service should reach, and whether it did."""

from __future__ import annotations

from typing import NamedTuple

from bench.comparison import met
from bench.contestants import FASTAPI, FLASK, SERVICE, Contestant
from bench.results import LARGEST, MEASURES, SMALL, Results, Spread, ratio

_FLAT = 1.1
"""Two costs count as equal up to this ratio: such measurements do not repeat more exactly."""


class Target(NamedTuple):
    """What a measure, or its ratio to a peer's, should reach: at least, and ideally."""

    measure: str
    least: float
    beyond: float | None = None
    over: Contestant | None = None

    @property
    def what(self) -> str:
        """The title of the measure."""
        title = MEASURES[self.measure].title
        return f"{title}, over {self.over.title}" if self.over else title

    @property
    def unit(self) -> str:
        """The unit."""
        return "×" if self.over else MEASURES[self.measure].unit

    def reached(self, results: Results) -> Spread | None:
        """Return what was reached; None if it was not measured."""
        if self.over:
            return ratio(results, self.measure, self.over.name)
        values = results.get(self.measure, {}).get(SERVICE.name)
        return Spread.of(values) if values else None

    def aim(self, wanted: float | None) -> str:
        """Write a target."""
        is_rate = MEASURES[self.measure].is_rate
        return "" if wanted is None else f"{'≥' if is_rate else '≤'} {wanted:g} {self.unit}"

    def verdict(self, wanted: float | None, reached: Spread | None) -> str:
        """Write a target and whether it is met."""
        if wanted is None or reached is None:
            return "" if wanted is None else f"{self.aim(wanted)}: not measured"
        is_rate = MEASURES[self.measure].is_rate
        is_met = reached.median >= wanted if is_rate else reached.median <= wanted
        return f"{self.aim(wanted)}: {met(is_met)}"


TARGETS = (
    Target("predict_16", 4, 9, FASTAPI),
    Target("predict_16", 8, 20, FLASK),
    Target("p99_16", 0.5, 0.25, FASTAPI),
    Target("one_planet", 60, 30),
    Target(f"json_{LARGEST}", 5, 9, FASTAPI),
    Target(f"json_{LARGEST}", 1.5, 3, FLASK),
    *(Target(f"json_{size}", 2.5, 3, FASTAPI) for size in SMALL),
    *(Target(f"csv_{size}", 2.5, 3, FASTAPI) for size in SMALL),
    Target(f"longer_{LARGEST}", 1, 0.5),
    Target(f"all_else_{LARGEST}", 1, 0.5),
    Target("peak", 10, 6),
    Target("growth", _FLAT),
    Target("start", 0.6, 0.4, FASTAPI),
    Target("resident", 0.6, 0.4, FASTAPI),
    Target("disk", 360, 280),
)
