"""Engines: that the trees gone down in quicker ways score as XGBoost does is found out here."""

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
MOST = 1e-6
"""Difference of two scores beyond which an engine must not serve."""


def compare(booster: xgb.Booster, features: FeatureMatrix) -> dict[str, Agreement]:
    """Score random planets by each; raise ValueError if one disagrees by more than `MOST`.

    Each feature is drawn from those of the planets given, whatever the others are, and left out of
    three planets in ten: combinations that no planet has are as good here as any.
    """
    rng = np.random.default_rng(0)
    drawn = rng.permuted(features[rng.integers(len(features), size=ROWS)], axis=0)
    drawn[rng.random(drawn.shape) < MISSING] = np.nan
    expected = booster.inplace_predict(drawn)
    engines: dict[str, QuickScorer | DenseBooster] = {
        "trees": QuickScorer(booster),
        "complete": DenseBooster(booster, threads=1),
    }
    return {name: _compare(name, each.score(drawn), expected) for name, each in engines.items()}


def _compare(name: str, scores: SingleArray, expected: SingleArray) -> Agreement:
    largest = float(np.max(np.abs(expected - scores)))
    if not largest <= MOST:
        raise ValueError(f"{name} scores differently than XGBoost by {largest:.2g}")
    return Agreement(ROWS, MISSING, int(np.count_nonzero(expected != scores)), largest)
