"""Engines: that the trees in Python score as XGBoost does, bit by bit, is found out here."""

from __future__ import annotations

import numpy as np
import xgboost as xgb

from manifest import Agreement
from science.features import FeatureMatrix
from trees import Trees

ROWS = 100_000
MISSING = 0.3
MOST = 1e-6
"""Difference of two scores beyond which an engine must not serve."""


def compare(booster: xgb.Booster, features: FeatureMatrix) -> Agreement:
    """Score random planets by both; raise ValueError if they disagree by more than `MOST`.

    Each feature is drawn from those of the planets given, whatever the others are, and left out of
    three planets in ten: combinations that no planet has are as good here as any.
    """
    rng = np.random.default_rng(0)
    drawn = rng.permuted(features[rng.integers(len(features), size=ROWS)], axis=0)
    drawn[rng.random(drawn.shape) < MISSING] = np.nan
    by_xgboost, by_trees = booster.inplace_predict(drawn), Trees(booster).score(drawn)
    largest = float(np.max(np.abs(by_xgboost - by_trees)))
    if not largest <= MOST:
        raise ValueError(f"the trees in Python score differently than XGBoost by {largest:.2g}")
    return Agreement(ROWS, MISSING, int(np.count_nonzero(by_xgboost != by_trees)), largest)
