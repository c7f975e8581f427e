"""Usage counts: what a request's planets add to the service's statistics."""

from __future__ import annotations

from msgspec import Struct

OUTCOMES = ("habitable", "not_habitable", "unscored")
TENTHS = tuple(f"{tenth / 10:.1f}-{(tenth + 1) / 10:.1f}" for tenth in range(10))
"""Score ranges that are counted separately; each includes its lower end, the last one both ends."""
LOWER_ENDS = [tenth / 10 for tenth in range(1, 10)]
"""The lower ends of `TENTHS`, except the first."""


class UsageCounts(Struct, frozen=True):
    """Counts of planets per category; zero counts are omitted."""

    planets: int
    outcomes: dict[str, int]
    tenths: dict[int, int]
    """By index in `TENTHS`."""
    missing: dict[str, int]
    """By column."""
    outside_domain: int
