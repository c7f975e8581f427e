"""Changes of the population: what each gave, measured with it and without it over several seeds.

The trap: a change that gave nothing is kept in the record as well; without it somebody would try
it again.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

CHANGES = Path("models/ablation.json")


class Effect(msgspec.Struct, frozen=True):
    """Mean average precision with and without a change; its gain and 5 and 95 % of that."""

    mean: float
    without: float
    gain: float
    low: float
    high: float


class Change(msgspec.Struct, frozen=True):
    """One change: whether it was adopted, why, and its effect on both views of the planets."""

    name: str
    adopted: bool
    why: str
    five: Effect
    all: Effect
    calibration_error: float | None = None
    """Expected calibration error on simulated planets, with the change."""
    log_loss: float | None = None


class Changes(msgspec.Struct, frozen=True):
    """Every change that was measured, over so many seeds."""

    seeds: int
    changes: list[Change]


def read_changes(path: Path) -> Changes | None:
    """Read the record of changes; None where there is none."""
    return msgspec.json.decode(path.read_bytes(), type=Changes) if path.exists() else None
