"""Comparison: two things measured in turn, and what one is over the other.

Each goes first every other time, and what counts is the median of the pairs' ratios: whatever else
the machine does falls on both. The trap: what a load generator finds on a busy machine without such
a twin says more of the machine.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import quantiles


def compare(one: Callable[[], float], other: Callable[[], float], pairs: int) -> float:
    """Measure both in turn, print each pair, and return the median of one over other."""
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
    """Say whether a target is met, so that it is seen if it is not."""
    return "met" if is_met else "NOT MET"
