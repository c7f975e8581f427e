"""Metrics of a ranking and of a probability: average precision, Brier score, calibration."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score, brier_score_loss, precision_recall_curve

from exohabit.science.arrays import BoolArray, FloatArray

CERTAIN = 0.02
"""Scores below this or above 1 minus this are left out of calibration: they are nearly all of
the planets, nearly all right, and would make any model look calibrated."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Planets of similar score: their number, mean score and share of positives."""

    planets: int
    score: float
    positive: float


def average_precision(labels: BoolArray, scores: FloatArray) -> float:
    """Area under the precision-recall curve, ties counted together."""
    return float(average_precision_score(labels, scores))


def precision_recall(labels: BoolArray, scores: FloatArray) -> list[tuple[float, float]]:
    """Return the points (recall, precision) at which recall rises, from the best score down.

    Steps through them, each at the precision it ends with, enclose the average precision.
    """
    precision, recall, _ = precision_recall_curve(labels, scores)
    rises = np.flatnonzero(recall[:-1] > recall[1:])[::-1]
    return [(float(recall[i]), float(precision[i])) for i in rises]


def bootstrap(
    labels: BoolArray, scores: FloatArray, groups: FloatArray, draws: int = 500, seed: int = 0
) -> FloatArray:
    """Average precisions, shape (draws,), over groups (host stars) drawn with replacement.

    The same seed draws the same groups, so differences between two rankings are paired.
    """
    rng = np.random.default_rng(seed)
    _, group = np.unique(groups, return_inverse=True)
    size = group.max() + 1
    result = []
    for _ in range(draws):
        times = np.bincount(rng.integers(0, size, size), minlength=size)[group]
        result.append(average_precision_score(labels, scores, sample_weight=times))
    return np.array(result)


def recall_at(labels: BoolArray, scores: FloatArray, top: int) -> float:
    """Share of the positives among the `top` best scored."""
    best = np.argsort(-scores, kind="stable")[:top]
    return float(labels[best].sum() / labels.sum())


def log_loss(labels: BoolArray, scores: FloatArray) -> float:
    """Mean negative log-likelihood of labels under scores, both (planets,)."""
    chance = np.clip(scores.astype(np.float64), 1e-7, 1.0 - 1e-7)
    return float(-np.mean(np.log(np.where(labels, chance, 1.0 - chance))))


def brier(labels: BoolArray, scores: FloatArray) -> float:
    """Mean squared difference of score and label."""
    return float(brier_score_loss(labels, scores))


def calibration(
    labels: BoolArray, scores: FloatArray, weight: FloatArray, bins: int = 10
) -> list[Bin]:
    """Compare scores with outcomes in bins of equal count, certain scores left out."""
    open_ = (scores > CERTAIN) & (scores < 1.0 - CERTAIN) & (weight > 0)
    order = np.argsort(scores[open_], kind="stable")
    parts = np.array_split(order, min(bins, max(order.size, 1)))
    labels, scores, weight = labels[open_], scores[open_], weight[open_]
    return [
        Bin(
            planets=part.size,
            score=float(np.average(scores[part], weights=weight[part])),
            positive=float(np.average(labels[part], weights=weight[part])),
        )
        for part in parts
        if part.size
    ]


def calibration_error(bins: list[Bin]) -> float:
    """Return the expected calibration error: mean distance of score and outcome, by count."""
    planets = sum(each.planets for each in bins)
    return sum(each.planets * abs(each.score - each.positive) for each in bins) / planets


def wilson(share: float, planets: int, deviations: float = 1.645) -> tuple[float, float]:
    """Return the interval (Wilson 1927) that a share among so many planets is known to.

    The default holds 90 %.
    """
    square = deviations**2 / planets
    middle = (share + square / 2.0) / (1.0 + square)
    reach = np.sqrt(square * (share * (1.0 - share) + square / 4.0)) / (1.0 + square)
    return middle - reach, middle + reach


def on_simulation(labels: BoolArray, scores: FloatArray, weight: FloatArray) -> dict[str, Any]:
    """Measure scores of simulated planets; the calibration refers to the prior."""
    bins = calibration(labels, scores.astype(np.float64), weight)
    return {
        "planets": labels.size,
        "log_loss": log_loss(labels, scores),
        "brier": brier(labels, scores),
        "calibration_error": calibration_error(bins),
        "calibration": [asdict(each) for each in bins],
    }
