"""Ablation results: the effect of each change to the model, as `training.ablation` measured it.

Changes without an effect stay in the record, so that nobody tries them again.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

RESULTS = Path("models/ablation.json")


class Effect(msgspec.Struct, frozen=True):
    """Mean average precision with and without a change, and the gain with its 5 and 95 %."""

    mean: float
    without: float
    gain: float
    low: float
    high: float


class ChangeResult(msgspec.Struct, frozen=True):
    """A change: whether it was adopted, why, and its effect."""

    name: str
    adopted: bool
    why: str
    five: Effect
    """With the five required columns."""
    all: Effect
    """With the optional columns as well."""
    calibration_error: float | None = None
    """Expected calibration error on simulated planets, with the change."""
    calibration_error_without: float | None = None
    log_loss: float | None = None
    log_loss_without: float | None = None


class AblationResults(msgspec.Struct, frozen=True):
    """Every change that was measured, and the number of seeds."""

    seeds: int
    changes: list[ChangeResult]


def read_results(path: Path) -> AblationResults | None:
    """Read the results; None if there is no file."""
    return msgspec.json.decode(path.read_bytes(), type=AblationResults) if path.exists() else None
