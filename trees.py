"""Trees: the model's trees gone down all at once, for the few planets that most requests hold.

XGBoost's call costs the same however few its planets: ten times what is done here. Of many planets
it is the faster by far. So both serve, and a planet must have one score.

A leaf of any tree is a bit of one long number, each tree's from left to right. What a feature says
rules out the leaves to the left of every division that it exceeds: that is looked up, once for all
trees. Of the leaves that all features leave possible, the first of each tree is where the planet
ends (QuickScorer, Lucchese et al. 2015, SIGIR, 73, section 3).

The trap: the last bit. XGBoost adds the leaves one after the other in single precision, from the
base margin on, and turns the margin into a probability by the C library's `expf`. The same is done
here, so that the bits are the same; training proves it on 100,000 planets, each start on a few.
"""

from __future__ import annotations

import ctypes
import os
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from itertools import accumulate, groupby
from operator import and_, attrgetter
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
import xgboost as xgb

Singles = npt.NDArray[np.float32]

FEW = 8
"""Planets up to which going down the trees here takes less time than XGBoost's call."""


class _Tree(msgspec.Struct):
    """A tree as XGBoost writes it: of each node its children, or -1, and where it divides."""

    left_children: list[int]
    right_children: list[int]
    split_indices: list[int]
    split_conditions: list[float]
    """Of an inner node its threshold, of a leaf its value."""
    default_left: list[int]
    """Whether what is not known goes left."""
    split_type: list[int]


class _Forest(msgspec.Struct):
    trees: list[_Tree]


class _Booster(msgspec.Struct):
    name: str
    model: _Forest


class _Parameters(msgspec.Struct):
    base_score: str
    num_feature: str


class _Objective(msgspec.Struct):
    name: str


class _Learner(msgspec.Struct):
    gradient_booster: _Booster
    learner_model_param: _Parameters
    objective: _Objective


class _Model(msgspec.Struct):
    learner: _Learner


class _Division(NamedTuple):
    """An inner node: planets with less than a threshold go to the left of it."""

    threshold: float
    right: int
    """Leaves that are possible to its right: all but those to its left."""
    is_left_default: bool
    """Whether what is not known goes left."""


class _Feature:
    """What a feature's value leaves possible."""

    def __init__(self, divisions: Sequence[_Division], leaves: int) -> None:
        """Take all that it divides, and all leaves."""
        rising = groupby(sorted(divisions), attrgetter("threshold"))
        steps = [(threshold, _all_of(same)) for threshold, same in rising]
        unknown = _all_of(each for each in divisions if not each.is_left_default)
        self.thresholds = [threshold for threshold, _ in steps]
        self.possible = [*accumulate((right for _, right in steps), and_, initial=leaves)]
        """Leaves, by how many thresholds are reached; the last, where the value is not known."""
        self.possible.append(unknown & leaves)


class Trees:
    """The trees of a booster, safe to share between threads."""

    def __init__(self, booster: xgb.Booster) -> None:
        """Take the trees of a booster.

        Raises:
            ValueError: the booster is of a kind that is not understood here, or the C library
                lacks a function.
        """
        learner = msgspec.json.decode(booster.save_raw("json"), type=_Model).learner
        trees = learner.gradient_booster.model.trees
        kind = (learner.gradient_booster.name, learner.objective.name)
        if kind != ("gbtree", "binary:logistic") or any(any(tree.split_type) for tree in trees):
            raise ValueError(f"these are no trees of numbers for yes or no, but {kind}")
        base = np.float32(learner.learner_model_param.base_score.strip("[]"))
        margin = -_of_c("logf")(_ONE / base - _ONE)
        self._exp = _of_c("expf")
        divisions: list[list[_Division]] = [
            [] for _ in range(int(learner.learner_model_param.num_feature))
        ]
        values: list[float] = []
        self._firsts = 0
        """Of each tree the leaf that is furthest left."""
        # From the last tree to the first, and the base as a tree of one leaf: so that the number,
        # written from its highest bit on, has them in the order in which they are added.
        for tree in reversed(trees):
            self._firsts |= 1 << len(values)
            _number(tree, 0, values, divisions)
        self._firsts |= 1 << len(values)
        values.append(margin)
        self._bytes = -(-len(values) // 8)
        self._leaves = (1 << len(values)) - 1
        self._features = [_Feature(each, self._leaves) for each in divisions]
        self._values = np.zeros(8 * self._bytes, dtype=np.float32)
        self._values[-len(values) :] = values[::-1]

    def score(self, features: Singles) -> Singles:
        """Return the probabilities, shape (planets,), of a (planets, features) matrix."""
        return np.array([self._score(row) for row in features.tolist()], dtype=np.float32)

    def _score(self, row: list[float]) -> np.float32:
        possible = self._leaves
        for value, feature in zip(row, self._features, strict=True):
            is_unknown = value != value  # noqa: PLR0124 - NaN alone is not itself
            reached = -1 if is_unknown else bisect_right(feature.thresholds, value)
            possible &= feature.possible[reached]
        # To take one from each tree's part of the number changes its lowest bit and those below.
        ends = possible & ~(possible - self._firsts)
        bits = np.unpackbits(np.frombuffer(ends.to_bytes(self._bytes, "big"), np.uint8))
        margin = np.add.accumulate(self._values[bits.view(np.bool_)])[-1]
        return _ONE / (np.float32(self._exp(-margin)) + _ONE)


_ONE = np.float32(1)


def _of_c(name: str) -> Callable[[Any], float]:
    """Return a function of the C library from a number to one, in single precision."""
    try:
        # Not CDLL: that would let go of Python's lock for each call, and wait to get it back.
        function = getattr(ctypes.PyDLL("ucrtbase" if os.name == "nt" else None), name)
    except (OSError, AttributeError) as error:
        raise ValueError(f"the C library has no {name}") from error
    function.argtypes, function.restype = [ctypes.c_float], ctypes.c_float
    found: Callable[[Any], float] = function
    return found


def _number(
    tree: _Tree, node: int, values: list[float], divisions: Sequence[list[_Division]]
) -> None:
    """Append the values of the leaves below a node, from left to right, and what divides them."""
    value = float(np.float32(tree.split_conditions[node]))
    if tree.left_children[node] < 0:
        values.append(value)
        return
    start = len(values)
    _number(tree, tree.left_children[node], values, divisions)
    right = ~((1 << len(values)) - (1 << start))
    division = _Division(value, right, bool(tree.default_left[node]))
    divisions[tree.split_indices[node]].append(division)
    _number(tree, tree.right_children[node], values, divisions)


def _all_of(divisions: Iterable[_Division]) -> int:
    """Return the leaves that are to the right of all divisions."""
    return reduce(and_, (each.right for each in divisions), -1)
