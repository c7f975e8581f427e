"""Summaries: what a run gave: counts, a histogram of the scores, and the best planets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from exohabit.bulk.jobs import TOP_COUNT, Receipt

_BAR = 40


class Summary(msgspec.Struct, frozen=True):
    """What a run gave."""

    planets: int
    scored: int
    habitable: int
    unscored: int
    """Including those that are invalid."""
    invalid: int
    problems: int
    written: int
    histogram: tuple[int, ...]
    """Scores by tenths."""
    best: tuple[tuple[str | None, float, int], ...]
    """Name, score and index."""
    unused: dict[int, int]
    """Rows with a size in another unit where ours is empty, by the position of that column."""


def summarize(receipts: Sequence[Receipt], top: int | None) -> Summary:
    """Add up the receipts of all partitions.

    Args:
        receipts: of all partitions.
        top: how many rows are written at most; None for all.
    """
    best = sorted((each for r in receipts for each in r.top), key=lambda each: (-each[1], each[2]))
    scored = sum(each.scored for each in receipts)
    written = sum(each.written for each in receipts)
    planets = sum(each.rows for each in receipts)
    return Summary(
        planets=planets,
        scored=scored,
        habitable=sum(each.habitable for each in receipts),
        unscored=planets - scored,
        invalid=sum(each.invalid for each in receipts),
        problems=sum(each.problems for each in receipts),
        written=written if top is None else min(top, written),
        histogram=tuple(map(sum, zip(*(each.histogram for each in receipts), strict=True))),
        best=tuple(best[:TOP_COUNT]),
        unused=sum((Counter(each.unused) for each in receipts), Counter()),
    )


def describe(summary: Summary, threshold: float) -> str:
    """Return a summary as text for a terminal."""
    lines = [
        f"{summary.planets:>15,} planets",
        f"{summary.scored:>15,} scored",
        f"{summary.habitable:>15,} potentially habitable (score of at least {threshold:g})",
        f"{summary.unscored:>15,} without a score, {summary.invalid:,} of them invalid",
        "",
        "scores",
    ]
    most = max(*summary.histogram, 1)
    for tenth, count in enumerate(summary.histogram):
        bar = "#" * -(-count * _BAR // most)
        lines.append(f"  {tenth / 10:.1f} to {(tenth + 1) / 10:.1f} {count:>15,} {bar}".rstrip())
    lines += ["", "best planets"]
    lines += [f"  {score:.6f}  {name or ''} (index {i:,})" for name, score, i in summary.best]
    return "\n".join(lines)
