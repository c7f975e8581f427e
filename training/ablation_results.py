"""Ablation results: the effect of each change to the model, as `training.ablation` measured it.

Changes without an effect stay in the record, so that nobody tries them again.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

RESULTS = Path("models/ablation.json")


class Measures(msgspec.Struct, frozen=True):
    """How good the models of one side are: means over the seeds."""

    log_loss: dict[str, float]
    """By test set."""
    average_precision: dict[str, float]
    """By test set."""
    median_step: float
    """Of the scans in `training/smoothness.py`."""
    largest_step: float
    edge_error: float
    """Edge calibration error."""


class Saved(msgspec.Struct, frozen=True):
    """How much lower the log-loss is with a change, and 5 and 95 % of the paired bootstrap."""

    mean: float
    low: float
    high: float


class ChangeResult(msgspec.Struct, frozen=True):
    """A change: whether it was adopted, why, and its effect."""

    name: str
    adopted: bool
    why: str
    with_it: Measures
    without_it: Measures
    saved: dict[str, Saved]
    """By test set."""


class AblationResults(msgspec.Struct, frozen=True):
    """Every change that was measured, the number of seeds and of planets to fit on."""

    seeds: int
    planets: int
    changes: list[ChangeResult]


def read_results(path: Path) -> AblationResults | None:
    """Read the results; None if there is no file."""
    return msgspec.json.decode(path.read_bytes(), type=AblationResults) if path.exists() else None
