"""Comparison: the model and its rivals on one test set, with paired intervals over host stars."""

from __future__ import annotations

from typing import Any

import numpy as np

from exohabit.science.arrays import FloatArray
from training import metrics
from training.archive import Archive
from training.findings import MODEL, Compared, HighScores, Lead, SetResult
from training.imputation import score_by_imputation
from training.learned_rivals import score_by_learning
from training.metrics import Bootstrap
from training.rivals import Rival, score_by_formulas
from training.smoothness import Scorer
from training.test_sets import PlanetSet

DRAWS = 200
HIGH = 0.8
"""Scores from here on count as high."""


def score_rivals(
    archive: Archive, sets: dict[str, PlanetSet], threads: int
) -> dict[str, dict[str, Rival]]:
    """Return the scores by test set and rival."""
    imputed = score_by_imputation(archive, sets)
    learned = score_by_learning(sets, threads)
    return {
        name: {**score_by_formulas(planets), **learned[name], **imputed[name]}
        for name, planets in sets.items()
    }


def compare_sets(
    score: Scorer, sets: dict[str, PlanetSet], rivals: dict[str, dict[str, Rival]]
) -> dict[str, SetResult]:
    """Measure the model and its rivals on each test set."""
    return {
        name: compare(score(planets.known), planets, rivals[name]) for name, planets in sets.items()
    }


def compare(scores: FloatArray, planets: PlanetSet, rivals: dict[str, Rival]) -> SetResult:
    """Measure the model's scores and its rivals on one test set."""
    samples = Bootstrap.draw(planets.hosts, DRAWS)
    own = Rival(scores, scores)
    own_draws = samples.average_precisions(planets.truth, scores)
    return SetResult(
        planets=planets.truth.size,
        hosts=samples.times.shape[1],
        habitable=float(planets.truth.sum()),
        compared={
            name: Compared(
                **_measure_alone(each, planets.truth, samples),
                lead_precision=_lead_precision(each, own, own_draws, planets.truth, samples),
                lead_log_loss=_lead_log_loss(each, own, planets.truth, samples),
            )
            for name, each in {MODEL: own, **rivals}.items()
        },
    )


def _measure_alone(rival: Rival, truth: FloatArray, samples: Bootstrap) -> dict[str, Any]:
    chance = rival.probability
    bins = metrics.calibration(truth, chance, np.ones(truth.size))
    return {
        "average_precision": metrics.average_precision(truth, rival.ranking),
        "log_loss": metrics.log_loss(truth, chance),
        "brier": metrics.brier(truth, chance),
        "calibration_error": metrics.calibration_error(bins) if bins else 0.0,
        "high": measure_high(truth, chance, samples),
    }


def _lead_precision(
    rival: Rival, own: Rival, own_draws: FloatArray, truth: FloatArray, samples: Bootstrap
) -> Lead:
    mine, its = (metrics.average_precision(truth, each.ranking) for each in (own, rival))
    draws = own_draws - samples.average_precisions(truth, rival.ranking)
    return Lead(mine - its, *metrics.interval(draws))


def _lead_log_loss(rival: Rival, own: Rival, truth: FloatArray, samples: Bootstrap) -> Lead:
    its, mine = (metrics.log_losses(truth, each.probability) for each in (rival, own))
    saved = its - mine
    return Lead(float(saved.mean()), *metrics.interval(samples.means(saved)))


def measure_high(truth: FloatArray, scores: FloatArray, samples: Bootstrap) -> HighScores:
    """Return how far high scores are above the share of planets that meet the definition."""
    high = scores >= HIGH
    if not high.any():
        return HighScores(0, 0.0, 0.0, 0.0, 0.0)
    gaps = samples.means(scores - truth, high)
    return HighScores(
        int(high.sum()),
        float(scores[high].mean()),
        float(truth[high].mean()),
        *metrics.interval(gaps),
    )
