"""Settings of a training run: every number that a trained model depends on, with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""Where the bundle is written: models/ and feature_columns.pkl."""
WORK = ROOT / "build"
"""Where one step leaves what the next one reads."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One run of the training; the manifest of the model records it whole."""

    seed: int = 20140923
    """Fixed beforehand, not chosen among results."""
    planets: int = 1_000_000
    """Simulated planets that the model is fitted on."""
    held_out: int = 300_000
    """Further planets, never fitted on, that choose the model's size and measure calibration."""

    # The prior: what a planet may be before anything is known of it. Score, threshold and
    # calibration all refer to it.
    period_days: tuple[float, float] = (0.1, 1e5)
    """Log-uniform: from the shortest known to beyond Saturn's."""
    radius: tuple[float, float] = (0.15, 25.0)
    """Log-uniform, Earth radii: from half the Moon's to an inflated Jupiter's."""

    # Half the planets are drawn around the zone, where the boundary is; weights undo it.
    near_share: float = 0.5
    near_insol: float = 3.0
    """How far beyond either edge of the zone the near half reaches, as a factor."""
    near_radius: tuple[float, float] = (0.25, 5.0)

    # Candidate sizes; the smallest within `tolerance` of the best log-loss is kept. Log-loss is
    # taken over held-out planets as drawn, half of them around the zone: under the prior most
    # planets are so plainly uninhabitable that any model looks good.
    depths: tuple[int, ...] = (4, 5, 6, 7)
    trees: tuple[int, ...] = (40, 60, 80, 100, 120, 140, 170, 200, 250, 300, 400)
    tolerance: float = 0.005
    learning_rate: float = 0.1
    """Twice this reaches the same log-loss with fewer trees, but its scores jump: over seeds they
    climbed by up to 0.01 where they must fall."""
    min_child_weight: float = 20.0
    threads: int = 2

    threshold: float = 0.5
    """Even odds: scores are calibrated, so a prediction of 1 is more likely right than wrong."""
