"""AblationResults: what each change to the model gave, as the ablation measured it over several seeds.

The trap: a change that gave nothing is kept in the record as well; without it somebody would try
it again.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

RESULTS = Path("models/ablation.json")


class Effect(msgspec.Struct, frozen=True):
    """Mean average precision with and without a change; its gain and 5 and 95 % of that."""

    mean: float
    without: float
    gain: float
    low: float
    high: float


class ChangeResult(msgspec.Struct, frozen=True):
    """One change: whether it was adopted, why, and its effect on both views of the planets."""

    name: str
    adopted: bool
    why: str
    five: Effect
    all: Effect
    calibration_error: float | None = None
    """Expected calibration error on simulated planets, with the change."""
    calibration_error_without: float | None = None
    log_loss: float | None = None
    log_loss_without: float | None = None


class AblationResults(msgspec.Struct, frozen=True):
    """Every change that was measured, over so many seeds."""

    seeds: int
    changes: list[ChangeResult]


def read_results(path: Path) -> AblationResults | None:
    """Read what the changes gave; None where there is no record."""
    return msgspec.json.decode(path.read_bytes(), type=AblationResults) if path.exists() else None
