"""Findings: what one evaluation measured on real planets, in a file that card and plots read.

The trap: findings belong to one model and two tables. They name all three, so that a card is not
made of the figures of another model.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from training.metrics import Bin

FINDINGS = Path("models/evaluation.json")
MODEL = "the model"
EDGES = np.linspace(0.0, 1.0, 21)
"""Of the bins that scores are counted in."""


class Ranked(msgspec.Struct, frozen=True):
    """How right one ranking is: average precision, 5 and 95 % of its bootstrap, recalls, curve."""

    average_precision: float
    low: float
    high: float
    lead: tuple[float, float]
    """What the model's average precision is above this one: 5 and 95 % of the paired bootstrap."""
    recall: dict[str, float]
    """Share of the habitable planets among the first 50 and 100."""
    curve: list[tuple[float, float]]


class Blanked(msgspec.Struct, frozen=True):
    """What is lost without one column: average precision, and 5 and 95 % of the paired loss."""

    average_precision: float
    low: float
    high: float
    given: tuple[int, int]
    """Planets that have the column, and habitable ones."""


class View(msgspec.Struct, frozen=True):
    """Everything measured of labelled planets told in one way."""

    rankings: dict[str, Ranked]
    """The model's first, then each rule's."""
    brier: float
    calibration: list[Bin]
    """Against the definition on the values given."""
    counts: dict[str, list[int]]
    """Habitable and other planets in the bins of `EDGES`."""
    blanked: dict[str, Blanked]
    too_little: tuple[int, int]
    """Planets, and habitable ones, of which the service says that too little is known."""


class Mistake(msgspec.Struct, frozen=True):
    """A planet that the threshold puts on the wrong side of its label in some view."""

    pl_name: str
    habitable: bool
    scores: dict[str, float]


class Findings(msgspec.Struct, frozen=True):
    """One evaluation of one model."""

    model_version: str
    tables: dict[str, str]
    """SHA-256 of the archive's table and of the labels, by file name."""
    planets: int
    habitable: int
    prior: float
    """Share of simulated planets that meet the definition, under the prior."""
    solar_system: dict[str, float]
    views: dict[str, View]
    mistakes: list[Mistake]
    seeds: dict[str, list[float]]
    """Average precision, by view, of models that differ by seed alone; may be empty."""

    @classmethod
    def read(cls, path: Path) -> Findings:
        """Read findings that `write` wrote."""
        return msgspec.json.decode(path.read_bytes(), type=cls)

    def write(self, path: Path) -> None:
        """Write the findings as JSON, into a folder made if it is not there."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n")
