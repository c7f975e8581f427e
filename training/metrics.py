"""Metrics of rankings and probabilities: average precision, Brier score, calibration."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score, brier_score_loss, precision_recall_curve

from exohabit.science.arrays import BoolArray, FloatArray

CERTAIN = 0.02
"""Calibration leaves out scores below this or above 1 minus this. Most planets have such scores,
and nearly all of these are right, so they would make any model look calibrated."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Planets with similar scores: their number, mean score and share of positives."""

    planets: int
    score: float
    positive: float


def average_precision(labels: BoolArray, scores: FloatArray) -> float:
    """Return the area under the precision-recall curve; equal scores count together."""
    return float(average_precision_score(labels, scores))


def precision_recall(labels: BoolArray, scores: FloatArray) -> list[tuple[float, float]]:
    """Return the points (recall, precision) at which recall rises, best scores first.

    The area under the steps through these points is the average precision.
    """
    precision, recall, _ = precision_recall_curve(labels, scores)
    rises = np.flatnonzero(recall[:-1] > recall[1:])[::-1]
    return [(float(recall[i]), float(precision[i])) for i in rises]


def bootstrap(
    labels: BoolArray, scores: FloatArray, groups: FloatArray, draws: int = 500, seed: int = 0
) -> FloatArray:
    """Return average precisions of bootstrap samples, shape (draws,).

    Groups (host stars) are drawn with replacement. The same seed draws the same groups, so that
    differences between two rankings are paired.
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
    """Return the share of the positives that are among the `top` best scores."""
    best = np.argsort(-scores, kind="stable")[:top]
    return float(labels[best].sum() / labels.sum())


def log_loss(labels: BoolArray, scores: FloatArray) -> float:
    """Return the mean negative log-likelihood of the labels, both of shape (planets,)."""
    chance = np.clip(scores.astype(np.float64), 1e-7, 1.0 - 1e-7)
    return float(-np.mean(np.log(np.where(labels, chance, 1.0 - chance))))


def brier(labels: BoolArray, scores: FloatArray) -> float:
    """Return the mean squared difference of scores and labels."""
    return float(brier_score_loss(labels, scores))


def calibration(
    labels: BoolArray, scores: FloatArray, weight: FloatArray, bins: int = 10
) -> list[Bin]:
    """Return mean score and share of positives in bins of equal count, without certain scores."""
    is_counted = (scores > CERTAIN) & (scores < 1.0 - CERTAIN) & (weight > 0)
    labels, scores, weight = labels[is_counted], scores[is_counted], weight[is_counted]
    order = np.argsort(scores, kind="stable")
    parts = np.array_split(order, min(bins, max(order.size, 1)))
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
    """Return the expected calibration error: mean distance of score and share, by planets."""
    planets = sum(each.planets for each in bins)
    return sum(each.planets * abs(each.score - each.positive) for each in bins) / planets


def wilson(share: float, planets: int, deviations: float = 1.645) -> tuple[float, float]:
    """Return the confidence interval (Wilson 1927) of a share among `planets`; 90 % by default."""
    square = deviations**2 / planets
    middle = (share + square / 2.0) / (1.0 + square)
    half_width = np.sqrt(square * (share * (1.0 - share) + square / 4.0)) / (1.0 + square)
    return middle - half_width, middle + half_width


def measure_simulated(labels: BoolArray, scores: FloatArray, weight: FloatArray) -> dict[str, Any]:
    """Return all metrics of simulated planets; the calibration refers to the prior."""
    bins = calibration(labels, scores.astype(np.float64), weight)
    return {
        "planets": labels.size,
        "log_loss": log_loss(labels, scores),
        "brier": brier(labels, scores),
        "calibration_error": calibration_error(bins),
        "calibration": [asdict(each) for each in bins],
    }
