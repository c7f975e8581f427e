"""Comparison: measures two things alternately and returns the ratio of one to the other.

Each goes first every second time, and the median of the pairs' ratios counts: so other programs
slow both down alike. Without such pairs, a measurement on a busy machine mostly measures the
machine.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import quantiles


def compare(one: Callable[[], float], other: Callable[[], float], pairs: int) -> float:
    """Measure both alternately, print each pair, and return the median ratio of one to other."""
    ratios = []
    for pair in range(pairs):
        if pair % 2:
            second, first = other(), one()
        else:
            first, second = one(), other()
        ratios.append(first / second)
        print(f"  {first:9.2f} {second:9.2f} {ratios[-1]:8.3f}", flush=True)
    low, middle, high = quantiles(ratios, n=4)
    print(f"  half of the ratios lie from {low:.3f} to {high:.3f}", flush=True)
    return middle


def met(is_met: bool) -> str:
    """Say whether a target is met; a missed one stands out."""
    return "met" if is_met else "NOT MET"
