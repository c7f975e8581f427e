"""Metrics of rankings and probabilities: average precision, Brier score, calibration."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import precision_recall_curve

from exohabit.science.arrays import BoolArray, FloatArray

AnyArray = npt.NDArray[Any]
IntArray = npt.NDArray[np.intp]
Truths = BoolArray | FloatArray
"""Labels, or probabilities that the label is positive, shape (planets,)."""

CERTAIN = 0.02
"""Calibration leaves out scores below this or above 1 minus this. Most planets have such scores,
and nearly all of these are right, so they would make any model look calibrated."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Planets with similar scores: their number, mean score and share of positives."""

    planets: int
    score: float
    positive: float


def average_precision(truth: Truths, scores: FloatArray) -> float:
    """Return the area under the precision-recall curve; equal scores count together.

    A truth between 0 and 1 counts as that share of a positive, and the rest as a negative.
    """
    order, ends = _ranks(scores)
    return _average_precision(truth[order], np.ones(order.size), ends)


def _ranks(scores: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the order by descending score, and where each group of equal scores ends."""
    scores = scores.astype(np.float64)
    order = np.argsort(-scores, kind="stable")
    return order, np.append(np.flatnonzero(np.diff(scores[order])), order.size - 1)


def _average_precision(truth: Truths, weight: FloatArray, ends: IntArray) -> float:
    positive = np.cumsum(weight * truth)[ends]
    found = np.cumsum(weight)[ends]
    if positive[-1] == 0.0:
        return 0.0
    precision = positive / np.maximum(found, np.finfo(float).tiny)
    return float(np.sum(np.diff(positive, prepend=0.0) * precision) / positive[-1])


def precision_recall(labels: BoolArray, scores: FloatArray) -> list[tuple[float, float]]:
    """Return the points (recall, precision) at which recall rises, best scores first.

    The area under the steps through these points is the average precision.
    """
    precision, recall, _ = precision_recall_curve(labels, scores)
    rises = np.flatnonzero(recall[:-1] > recall[1:])[::-1]
    return [(float(recall[i]), float(precision[i])) for i in rises]


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Samples of groups (host stars) drawn with replacement.

    Two rankings measured with the same samples are paired, so their difference is more certain than
    each of them.
    """

    times: IntArray
    """How often each group is in each sample, shape (draws, groups)."""
    group: IntArray
    """The group of each planet, shape (planets,)."""

    @classmethod
    def draw(cls, groups: AnyArray, draws: int = 500, seed: int = 0) -> Bootstrap:
        """Draw samples of the groups of planets; the same seed draws the same ones."""
        rng = np.random.default_rng(seed)
        _, group = np.unique(groups, return_inverse=True)
        size = group.max() + 1
        drawn = (rng.integers(0, size, size) for _ in range(draws))
        return cls(np.array([np.bincount(each, minlength=size) for each in drawn]), group)

    def means(self, values: FloatArray, counted: BoolArray | None = None) -> FloatArray:
        """Return the mean of values, shape (planets,), in each sample, over `counted` planets."""
        kept = np.ones(values.size) if counted is None else counted.astype(np.float64)
        sums, counts = (
            self.times @ np.bincount(self.group, each, self.times.shape[1])
            for each in (values * kept, kept)
        )
        return np.asarray(sums / np.maximum(counts, 1.0))

    def average_precisions(self, truth: Truths, scores: FloatArray) -> FloatArray:
        """Return the average precision in each sample."""
        order, ends = _ranks(scores)
        truth, group = truth[order], self.group[order]
        drawn = (_average_precision(truth, times[group], ends) for times in self.times)
        return np.array(list(drawn))


def bootstrap(
    labels: Truths, scores: FloatArray, groups: AnyArray, draws: int = 500, seed: int = 0
) -> FloatArray:
    """Return average precisions of bootstrap samples of groups (host stars), shape (draws,)."""
    return Bootstrap.draw(groups, draws, seed).average_precisions(labels, scores)


def interval(draws: FloatArray) -> tuple[float, float]:
    """Return 5 and 95 % of a bootstrap."""
    low, high = np.quantile(draws, (0.05, 0.95))
    return float(low), float(high)


def recall_at(labels: BoolArray, scores: FloatArray, top: int) -> float:
    """Return the share of the positives that are among the `top` best scores."""
    best = np.argsort(-scores, kind="stable")[:top]
    return float(labels[best].sum() / labels.sum())


def log_losses(truth: Truths, scores: FloatArray) -> FloatArray:
    """Return the expected negative log-likelihood of each planet, shape (planets,)."""
    chance = np.clip(scores.astype(np.float64), 1e-7, 1.0 - 1e-7)
    return np.asarray(-(truth * np.log(chance) + (1.0 - truth) * np.log1p(-chance)))


def log_loss(truth: Truths, scores: FloatArray) -> float:
    """Return the mean negative log-likelihood of labels or of soft truths."""
    return float(np.mean(log_losses(truth, scores)))


def brier(truth: Truths, scores: FloatArray) -> float:
    """Return the mean squared difference of scores and labels, expected for soft truths."""
    chance = scores.astype(np.float64)
    return float(np.mean(truth * (1.0 - chance) ** 2 + (1.0 - truth) * chance**2))


def calibration(
    labels: Truths, scores: FloatArray, weight: FloatArray, bins: int = 10
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
