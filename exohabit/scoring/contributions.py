"""Contributions: what each feature adds to the score of a planet."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from exohabit.science.features import FeatureMatrix
from exohabit.scoring.xgboost_without_scipy import xgboost as xgb


class Contributions(NamedTuple):
    """What each feature adds to the margin (log-odds) of planets, by exact TreeSHAP.

    The base and the values of a planet add up to its margin (Lundberg et al. 2020, Nature Machine
    Intelligence 2, 56).
    """

    base: float
    """Mean margin of the training planets."""
    values: npt.NDArray[np.float32]
    """Shape (planets, features)."""
    margin: npt.NDArray[np.float32]
    """Shape (planets,); the score is 1 / (1 + exp(-margin))."""


def contributions_of(booster: xgb.Booster, features: FeatureMatrix) -> Contributions:
    """Return the contributions of each feature of a (planets, features) matrix.

    This takes about three hundred times as long as scoring.
    """
    matrix = xgb.DMatrix(features, nthread=1)
    contributions = booster.predict(matrix, pred_contribs=True)
    margin = booster.predict(matrix, output_margin=True)
    return Contributions(float(contributions[0, -1]), contributions[:, :-1], margin)
