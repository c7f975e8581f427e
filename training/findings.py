"""Findings: the results of an evaluation on real planets, in a file for the card and the plots.

Findings belong to one model and four tables, and name all of them, so that the card of a model is
never made from the findings of another.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from training.metrics import Bin
from training.sanity import SanityCase
from training.smoothness import Scan

FINDINGS = Path("models/evaluation.json")
MODEL = "the model"
EDGES = np.linspace(0.0, 1.0, 21)
"""Edges of the bins of the histograms of scores."""


class Ranked(msgspec.Struct, frozen=True):
    """How good a ranking is."""

    average_precision: float
    low: float
    """5 % of the bootstrap."""
    high: float
    """95 % of the bootstrap."""
    lead: tuple[float, float]
    """The model's average precision minus this one: 5 and 95 % of the paired bootstrap."""
    recall: dict[str, float]
    """Share of the habitable planets among the first 50 and 100."""
    curve: list[tuple[float, float]]
    """Points (recall, precision)."""


class Blanked(msgspec.Struct, frozen=True):
    """The result without one column: average precision, and 5 and 95 % of the paired loss."""

    average_precision: float
    low: float
    high: float
    given: tuple[int, int]
    """Number of planets that have the column, and of habitable ones."""


class View(msgspec.Struct, frozen=True):
    """The results for one set of columns."""

    rankings: dict[str, Ranked]
    """By name; the model is first, then the rules."""
    brier: float
    calibration: list[Bin]
    """Compared with the definition on the given values."""
    counts: dict[str, list[int]]
    """Number of habitable and other planets in the bins of `EDGES`."""
    blanked: dict[str, Blanked]
    too_little: tuple[int, int]
    """Number of planets, and of habitable ones, that the service would not score."""


class Mistake(msgspec.Struct, frozen=True):
    """A planet with a wrong prediction in at least one view."""

    pl_name: str
    habitable: bool
    scores: dict[str, float]


class Lead(msgspec.Struct, frozen=True):
    """How much better the model is than a rival; above 0 if the model is better."""

    value: float
    low: float
    """5 % of the paired bootstrap over host stars."""
    high: float
    """95 % of it."""


class HighScores(msgspec.Struct, frozen=True):
    """Planets with scores from 0.8: a mean score above the share true means overconfidence."""

    planets: int
    score: float
    """Mean score."""
    true: float
    """Mean truth."""
    low: float
    """5 % of the bootstrap of their difference."""
    high: float


class Compared(msgspec.Struct, frozen=True):
    """The model or a rival on one test set."""

    average_precision: float
    log_loss: float
    brier: float
    calibration_error: float
    high: HighScores
    lead_precision: Lead
    lead_log_loss: Lead


class SetResult(msgspec.Struct, frozen=True):
    """The results on one test set."""

    planets: int
    """Rows; masked planets count once for each mask."""
    hosts: int
    habitable: float
    """Sum of the truths."""
    compared: dict[str, Compared]
    """By name; the model is first, then the rivals."""


class Smoothness(msgspec.Struct, frozen=True):
    """How smooth the score is, and how right near the limits of the definition."""

    scans: list[Scan]
    """The largest steps come first."""
    edge_error: float
    edge_noise: float
    """The edge error that chance alone gives a perfect model."""


class Findings(msgspec.Struct, frozen=True):
    """One evaluation of one model."""

    model_version: str
    tables: dict[str, str]
    """SHA-256 of the tables by file name."""
    planets: int
    habitable: int
    prior: float
    """Share of simulated planets that meet the definition, under the prior."""
    views: dict[str, View]
    mistakes: list[Mistake]
    sets: dict[str, SetResult]
    """By name of the test set."""
    sanity: list[SanityCase]
    smoothness: Smoothness
    figures: dict[str, float]
    """As `training.figures` names them."""
    seeds: dict[str, list[float]]
    """The same of models that differ by their seed only; may be empty."""

    @classmethod
    def read(cls, path: Path) -> Findings:
        """Read findings from a file of `write`."""
        return msgspec.json.decode(path.read_bytes(), type=cls)

    def write(self, path: Path) -> None:
        """Write the findings as JSON; the folder is made if needed."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n")
