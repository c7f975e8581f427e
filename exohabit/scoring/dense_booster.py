"""Complete: the model made anew such that no planet lacks anything, for many planets at a time.

XGBoost takes half the time where nothing is missing. So here each feature has two columns: in one
of them what is not known is the smallest number, which is below every threshold, in the other the
largest, which is below none. Each inner node reads the column in which what is not known goes its
way. All leaves are the same and are added in the same order, so the bits of a score are.

Parts are scored by threads of our own rather than by XGBoost's, so that some are while others are
still read.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

import msgspec
import numpy as np

from exohabit.science.arrays import SingleArray
from exohabit.scoring.xgboost_without_scipy import xgboost as xgb

_LARGEST = np.finfo(np.float32).max


class DenseBooster:
    """A booster that misses nothing, with threads that score by it; many may ask it at once."""

    def __init__(self, booster: xgb.Booster, threads: int) -> None:
        """Take the trees of a booster."""
        self._booster = _completed(booster)
        self._parts = threads
        self._pool = ThreadPoolExecutor(threads, "score")

    def score(self, features: SingleArray) -> SingleArray:
        """Return the probabilities, shape (planets,), of a (planets, features) matrix."""
        parts = np.array_split(features, max(1, min(self._parts, len(features))))
        return np.concatenate([each.result() for each in [*map(self.start_scoring, parts)]])

    def start_scoring(self, features: SingleArray) -> Future[SingleArray]:
        """Begin to score a (planets, features) matrix; a thread goes on with it."""
        planets, width = features.shape
        both = np.empty((2 * width, planets), dtype=np.float32)
        np.fmax(features.T, -_LARGEST, out=both[:width])
        np.fmin(features.T, _LARGEST, out=both[width:])
        return self._pool.submit(self._booster.inplace_predict, both.T)


def _completed(booster: xgb.Booster) -> xgb.Booster:
    """Return the booster that reads each feature twice: the smaller columns first."""
    model = msgspec.json.decode(booster.save_raw("json"))
    width = booster.num_features()
    learner = model["learner"]
    learner["learner_model_param"]["num_feature"] = str(2 * width)
    for tree in learner["gradient_booster"]["model"]["trees"]:
        tree["tree_param"]["num_feature"] = str(2 * width)
        tree["split_indices"] = [
            feature if goes_left else width + feature
            for feature, goes_left in zip(tree["split_indices"], tree["default_left"], strict=True)
        ]
    return xgb.Booster({"nthread": 1}, model_file=bytearray(msgspec.json.encode(model)))
