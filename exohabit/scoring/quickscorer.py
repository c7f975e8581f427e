"""QuickScorer: scores a few planets by evaluating all trees at once with bit masks.

XGBoost's call takes as long for one planet as for a dozen: ten times as long as this scorer takes
for one. For many planets XGBoost is faster by far.

All leaves of all trees are the bits of one large integer; the leftmost leaf of a tree is its lowest
bit. For each feature and each interval between two of its thresholds, a precomputed mask says which
leaves stay reachable: a value that reaches a threshold excludes the leaves left of that node. After
all masks are combined with AND, the leftmost reachable leaf of each tree is the leaf of the planet.
This is QuickScorer (Lucchese et al. 2015, SIGIR, 73) with one integer for all trees instead of one
for each tree. The masks need (leaves × thresholds) bits: half a megabyte for 3,400 leaves.

Warning: scores must have the same bits as XGBoost's. XGBoost adds the leaves one after the other in
single precision, beginning with the base margin, and turns the margin into a probability with
`expf` of the C library. The same is done here. Training compares both on 100,000 planets, and each
start compares them on the golden planets.
"""

from __future__ import annotations

import ctypes
import math
import os
import struct
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import reduce
from itertools import accumulate
from operator import and_, getitem
from typing import Any

import msgspec
import numpy as np

from exohabit.science.arrays import SingleArray
from exohabit.scoring.xgboost_without_scipy import xgboost as xgb

MAX_QUICK_PLANETS = 12
"""Largest number of planets for which this scorer is faster than XGBoost."""


_Tree = dict[str, Any]
"""A tree as XGBoost writes it: for each key a list with one value for each node.

`split_conditions` is the threshold of an inner node, and the value of a leaf. A leaf has no
children, only -1. `default_left` is 1 if a missing value goes left.
"""


class _Leaves:
    """Collects the leaves of trees, and the masks of their inner nodes.

    A value below the threshold of an inner node goes left, any other goes right. The mask of the
    node has all bits except those of the leaves on its left. It is a negative integer, because
    trees that are added later must be in the mask as well.
    """

    def __init__(self, features: int) -> None:
        self.values: list[float] = []
        """The value of each leaf, lowest bit first."""
        self.leftmost = 0
        """The bits of the leftmost leaf of each tree."""
        self._reached_masks: list[dict[float, int]] = [{} for _ in range(features)]
        """By feature, the mask for values that reach each threshold."""
        self._missing_masks = [-1] * features
        """By feature, the mask for missing values."""

    def add(self, tree: _Tree) -> None:
        """Add the leaves of a tree, from left to right, as higher bits."""
        self.leftmost |= 1 << len(self.values)
        self._add_subtree(tree, 0)

    def thresholds(self) -> list[list[float]]:
        """Return, by feature, its thresholds: rising, then infinity.

        `bisect_right` puts NaN after all of them.
        """
        return [[*map(_lowest_double, sorted(each)), math.inf] for each in self._reached_masks]

    def masks(self) -> list[list[int]]:
        """Return, by feature, the mask for each number of reached thresholds; then that of NaN."""
        all_leaves = (1 << len(self.values)) - 1
        masks = []
        for reached, missing in zip(self._reached_masks, self._missing_masks, strict=True):
            rising = map(reached.__getitem__, sorted(reached))
            masks.append([*accumulate(rising, and_, initial=all_leaves), all_leaves & missing])
        return masks

    def _add_subtree(self, tree: _Tree, node: int) -> None:
        value = float(np.float32(tree["split_conditions"][node]))
        if tree["left_children"][node] < 0:
            self.values.append(value)
            return
        start = len(self.values)
        self._add_subtree(tree, tree["left_children"][node])
        mask = ~((1 << len(self.values)) - (1 << start))
        feature = tree["split_indices"][node]
        reached = self._reached_masks[feature]
        reached[value] = reached.get(value, -1) & mask
        if not tree["default_left"][node]:
            self._missing_masks[feature] &= mask
        self._add_subtree(tree, tree["right_children"][node])


class QuickScorer:
    """Scores with the trees of a booster; thread-safe."""

    def __init__(self, booster: xgb.Booster) -> None:
        """Compute the masks of a booster's trees.

        Raises:
            ValueError: the booster is of another kind, or the C library lacks a function.
        """
        base_score, trees = _read(booster)
        base_margin = -_c_function("logf")(np.float32(1) / base_score - np.float32(1))
        leaves = _Leaves(booster.num_features())
        # `score_one` reads the bits from the highest to the lowest, so the first leaf to be added
        # to the sum must be the highest bit: the tree of the base margin comes last.
        base = {"left_children": [-1], "split_conditions": [base_margin]}
        for tree in reversed([base, *trees]):
            leaves.add(tree)
        self._leftmost = leaves.leftmost
        self._thresholds, self._masks = leaves.thresholds(), leaves.masks()
        self._bytes = -(-len(leaves.values) // 8)
        self._values = np.zeros(8 * self._bytes, dtype=np.float32)
        """Values of the leaves, highest bit first; the unused bits of the first byte have 0."""
        self._values[-len(leaves.values) :] = leaves.values[::-1]
        self._exp = _c_function("expf")

    def score(self, features: SingleArray) -> SingleArray:
        """Return the probabilities, shape (planets,), of a (planets, features) matrix.

        Raises:
            ValueError: the matrix does not have as many features as the trees.
        """
        if features.shape[1] != len(self._thresholds):
            raise ValueError(f"the model has {len(self._thresholds)} features")
        finite = np.minimum(features, np.finfo(np.float32).max)  # NaN stays NaN
        return np.array([*map(self.score_one, finite.tolist())], dtype=np.float32)

    def score_one(self, features: Sequence[float]) -> float:
        """Return the probability of one planet; its features must be finite or NaN."""
        intervals = map(bisect_right, self._thresholds, features)
        reachable = reduce(and_, map(getitem, self._masks, intervals))
        # Subtracting 1 from the bits of each tree clears its lowest set bit. Each tree has at least
        # one set bit, so the subtraction never borrows from the next tree.
        exit_leaves = reachable & ~(reachable - self._leftmost)
        bits = np.unpackbits(np.frombuffer(exit_leaves.to_bytes(self._bytes, "big"), _BYTE))
        (leaves,) = bits.view(_BOOL).nonzero()
        margin = np.add.accumulate(self._values.take(leaves)).item(-1)
        return _single(1.0 / _single(self._exp(-margin) + 1.0))


_BYTE, _BOOL = np.dtype(np.uint8), np.dtype(np.bool_)
_SINGLE = struct.Struct("f")


def _single(value: float) -> float:
    """Round to single precision, faster than numpy does."""
    rounded: float = _SINGLE.unpack(_SINGLE.pack(value))[0]
    return rounded


def _c_function(name: str) -> Callable[[Any], float]:
    """Return a function of the C library that takes and returns a single-precision number.

    Raises:
        ValueError: the C library does not have it.
    """
    try:
        # CDLL would release the GIL for each call and wait to get it back; PyDLL keeps it.
        function = getattr(ctypes.PyDLL("ucrtbase" if os.name == "nt" else None), name)
    except (OSError, AttributeError) as error:
        raise ValueError(f"the C library has no {name}") from error
    function.argtypes, function.restype = [ctypes.c_float], ctypes.c_float
    typed: Callable[[Any], float] = function
    return typed


def _read(booster: xgb.Booster) -> tuple[np.float32, list[_Tree]]:
    """Return the base score of a booster, and its trees."""
    learner = msgspec.json.decode(booster.save_raw("json"))["learner"]
    kind = learner["gradient_booster"]["name"], learner["objective"]["name"]
    if kind != ("gbtree", "binary:logistic"):
        raise ValueError(f"only trees with binary:logistic can be used, not {kind}")
    trees = learner["gradient_booster"]["model"]["trees"]
    if any(any(tree["split_type"]) for tree in trees):
        raise ValueError("only trees of numbers can be used, not of categories")
    return np.float32(learner["learner_model_param"]["base_score"].strip("[]")), trees


def _lowest_double(threshold: float) -> float:
    """Return the lowest double that reaches the threshold once it is rounded to single precision.

    XGBoost compares in single precision.
    """
    single = np.float32(threshold)
    halfway = (threshold + float(np.nextafter(single, np.float32(-np.inf)))) / 2
    return halfway if np.float32(halfway) >= single else math.nextafter(halfway, math.inf)
