"""Trees: the model's trees written out as Python, for the few planets that most requests hold.

XGBoost's call costs the same however few its planets: several times what Python needs to go down
120 small trees that are compiled to comparisons. Of many planets it is the faster by far. So both
serve, and a planet must have one score.

The trap: the last bit. XGBoost adds the leaves one after the other in single precision, from the
base margin on, and turns the margin into a probability by the C library's `expf`. The same is done
here, so that the bits are the same; training proves it on 100,000 planets, each start on a few.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from struct import Struct
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import xgboost as xgb

Singles = npt.NDArray[np.float32]

FEW = 8
"""Planets up to which going down the trees in Python takes less time than XGBoost's call."""


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


class Trees:
    """The trees of a booster as functions, safe to share between threads."""

    def __init__(self, booster: xgb.Booster) -> None:
        """Compile them.

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
        self._base: float = -_of_c("logf")(_ONE / base - _ONE)
        self._exp = _of_c("expf")
        features = int(learner.learner_model_param.num_feature)
        self._singles = Struct(f"{1 + len(trees)}f")
        self._groups = [
            _compiled(trees[start : start + _TOGETHER], features)
            for start in range(0, len(trees), _TOGETHER)
        ]

    def score(self, features: Singles) -> Singles:
        """Return the probabilities, shape (planets,), of a (planets, features) matrix."""
        return np.array([self._score(row) for row in features.tolist()], dtype=np.float32)

    def _score(self, row: list[float]) -> np.float32:
        leaves = [self._base]
        for leaves_of in self._groups:
            leaves += leaves_of(*row)
        singles = np.frombuffer(self._singles.pack(*leaves), dtype=np.float32)
        margin = np.add.accumulate(singles)[-1]
        return _ONE / (np.float32(self._exp(-margin)) + _ONE)


_ONE = np.float32(1)
_TOGETHER = 10
"""Trees compiled as one function: more would take more memory to compile, less more calls."""


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


def _compiled(trees: list[_Tree], features: int) -> Any:
    """Make a function that takes the features of a planet and returns its leaf of each tree."""
    arguments = ", ".join(f"x{i}" for i in range(features))
    source = f"lambda {arguments}: ({', '.join(_written(tree, 0) for tree in trees)},)"
    return eval(source)  # noqa: S307 - of numbers alone, from a file whose hash was compared


def _written(tree: _Tree, node: int) -> str:
    """Write a node as an expression; a comparison with what is not known is false."""
    value = float(np.float32(tree.split_conditions[node]))
    left, right = tree.left_children[node], tree.right_children[node]
    if left < 0:
        return repr(value)
    x = f"x{tree.split_indices[node]}"
    if tree.default_left[node]:
        return f"({_written(tree, right)} if {x} >= {value!r} else {_written(tree, left)})"
    return f"({_written(tree, left)} if {x} < {value!r} else {_written(tree, right)})"
