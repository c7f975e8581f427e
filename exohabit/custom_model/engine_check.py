"""Engine check: whether the fast engines score a model with the same bits as XGBoost."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from exohabit.custom_model.supported_models import Document, splits_of, trees_of
from exohabit.science.arrays import SingleArray
from exohabit.scoring.dense_booster import DenseBooster
from exohabit.scoring.manifest import Agreement
from exohabit.scoring.quickscorer import QuickScorer
from exohabit.scoring.xgboost_without_scipy import xgboost as xgb

ROWS = 10_000
MISSING_SHARE = 0.3
_MAX_BITS = 2**29
"""Of the masks of a QuickScorer: 64 MiB in each worker."""


def compare_engines(booster: xgb.Booster, model: Document) -> dict[str, Agreement]:
    """Score random planets with each engine; empty if an engine cannot use the model.

    Args:
        booster: the model.
        model: the same, as XGBoost writes it in JSON.
    """
    if _mask_bits(model) > _MAX_BITS:
        return {}
    rows = _random_rows(model, booster.num_features())
    expected = booster.inplace_predict(rows)
    try:
        engines: dict[str, QuickScorer | DenseBooster] = {
            "quickscorer": QuickScorer(booster),
            "dense_booster": DenseBooster(booster, threads=1),
        }
        scores = {name: engine.score(rows) for name, engine in engines.items()}
    except (ValueError, KeyError, RecursionError, msgspec.DecodeError, xgb.core.XGBoostError):
        return {}
    return {name: _agreement(found, expected) for name, found in scores.items()}


def _mask_bits(model: Document) -> int:
    leaves: int = sum(child < 0 for tree in trees_of(model) for child in tree["left_children"])
    thresholds = {(column, threshold) for column, threshold, _ in splits_of(model)}
    return leaves * (len(thresholds) + 1)


def _random_rows(model: Document, columns: int) -> SingleArray:
    """Draw values at the thresholds of each column, close to them and far from them."""
    rng = np.random.default_rng(0)
    thresholds: list[list[float]] = [[0.0, 1.0] for _ in range(columns)]
    for column, threshold, _ in splits_of(model):
        thresholds[column].append(threshold)
    rows = np.empty((ROWS, columns), dtype=np.float32)
    for column, found in enumerate(thresholds):
        near = rng.choice(np.array([0.0, 0.0, 1e-7, -1e-7, 0.1, -0.1]), ROWS)
        rows[:, column] = rng.choice(np.array(found), ROWS) * (1.0 + near)
    rows[rng.random(rows.shape) < MISSING_SHARE] = np.nan
    return rows


def _agreement(scores: SingleArray, expected: SingleArray) -> Agreement:
    differing = int(np.count_nonzero(scores != expected))
    return Agreement(
        len(scores), MISSING_SHARE, differing, float(np.max(np.abs(scores - expected)))
    )


def all_agree(engines: dict[str, Agreement]) -> bool:
    """Whether every engine was compared and gave the same bits."""
    return bool(engines) and not any(each.differing for each in engines.values())


def depth_and_trees(model: Document) -> dict[str, int]:
    """Return the depth of the deepest tree, and the number of trees."""
    trees = trees_of(model)
    return {"depth": max(map(_depth, trees), default=0), "trees": len(trees)}


def _depth(tree: dict[str, Sequence[int]]) -> int:
    deepest, level = 0, [0]
    while level:
        pairs = ((tree["left_children"][node], tree["right_children"][node]) for node in level)
        level = [child for pair in pairs for child in pair if child >= 0]
        deepest += bool(level)
    return deepest
