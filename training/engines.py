"""Checks that the fast engines score exactly as XGBoost does, on random planets."""

from __future__ import annotations

import numpy as np
import xgboost as xgb

from exohabit.science.arrays import SingleArray
from exohabit.science.features import FeatureMatrix
from exohabit.scoring.dense_booster import DenseBooster
from exohabit.scoring.manifest import Agreement
from exohabit.scoring.quickscorer import QuickScorer

ROWS = 100_000
MISSING = 0.3
MAX_DIFFERENCE = 1e-6
"""Largest difference of two scores with which an engine may serve."""


def compare(booster: xgb.Booster, features: FeatureMatrix) -> dict[str, Agreement]:
    """Score random planets with each engine and with XGBoost.

    Each feature is drawn independently from the given planets, and 30 % of all values are removed.
    Combinations that no real planet has are as good for this test.

    Args:
        booster: the model.
        features: planets to draw from, shape (planets, features).

    Raises:
        ValueError: an engine differs by more than `MAX_DIFFERENCE`.
    """
    rng = np.random.default_rng(0)
    drawn = rng.permuted(features[rng.integers(len(features), size=ROWS)], axis=0)
    drawn[rng.random(drawn.shape) < MISSING] = np.nan
    expected = booster.inplace_predict(drawn)
    engines: dict[str, QuickScorer | DenseBooster] = {
        "quickscorer": QuickScorer(booster),
        "dense_booster": DenseBooster(booster, threads=1),
    }
    return {name: _compare(name, engine.score(drawn), expected) for name, engine in engines.items()}


def _compare(name: str, scores: SingleArray, expected: SingleArray) -> Agreement:
    largest = float(np.max(np.abs(expected - scores)))
    if not largest <= MAX_DIFFERENCE:
        raise ValueError(f"{name} scores differ from XGBoost's by {largest:.2g}")
    return Agreement(ROWS, MISSING, int(np.count_nonzero(expected != scores)), largest)
