"""The model bundle: verify it, load it once, score planets and rank them.

A bundle is the pickled classifier, the order of its features and a manifest that says what both
must be. Nothing is unpickled before the SHA-256 of its very bytes has been compared, and then by
an unpickler that knows three names only.

The trap: a damaged or foreign model file does not fail, it answers, or crashes the process. So a
bundle must also score its golden planets as it did when it was made.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from exohabit.science.arrays import FloatArray, SingleArray
from exohabit.science.columns import NUMERIC
from exohabit.science.features import FEATURES, FeatureMatrix, Table, feature_matrix, features_of
from exohabit.science.spectral_columns import spectral_columns
from exohabit.scoring.dense_booster import DenseBooster
from exohabit.scoring.manifest import (
    COLUMNS,
    MODEL,
    BundleError,
    Manifest,
    check_version,
    find_root,
    read_manifest,
    verified,
    version_of,
)
from exohabit.scoring.quickscorer import FEW, QuickScorer
from exohabit.scoring.xgboost_without_scipy import xgboost as xgb

Scores = SingleArray

GOLDEN_TOLERANCE = 1e-6
_ALONE = "Let XGBoost score alone: EXOHABIT_ENGINE=xgboost"
_CLASSIFIER_NAMES = frozenset(
    {
        ("xgboost.sklearn", "XGBClassifier"),
        ("xgboost.core", "Booster"),
        ("builtins", "bytearray"),
    }
)


class Contributions(NamedTuple):
    """What each feature adds to the margins (log-odds) of planets, by exact TreeSHAP.

    Lundberg et al. 2020 (Nature Machine Intelligence 2, 56): base and values add up to the margin.
    """

    base: float
    """Mean margin of the planets that the model was trained on."""
    values: npt.NDArray[np.float32]
    """Shape (planets, features)."""
    margin: npt.NDArray[np.float32]
    """Shape (planets,); the score is 1 / (1 + exp(-margin))."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A verified model, ready to score; immutable and safe to share between threads."""

    booster: xgb.Booster
    manifest: Manifest
    fast_engines: bool = True
    """Whether its trees may be gone down in other ways than the booster's own."""
    quick_scorer: QuickScorer | None = None
    """What scores a few planets; None leaves them to what scores many."""
    dense_booster: DenseBooster | None = None
    """What scores many planets; None leaves them to the booster."""

    @classmethod
    def load(
        cls, root: Path | None = None, *, fast_engines: bool = True, sha256: str | None = None
    ) -> Bundle:
        """Verify and load the bundle whose files lie under `root`.

        Args:
            root: folder of `models/` and `feature_columns.pkl`; by default the installed one.
            fast_engines: whether the faster engines score besides XGBoost.
            sha256: what the manifest's SHA-256 must be; None for any.

        Raises:
            BundleError: a file is missing, damaged, foreign, of another library version, or does
                not score its golden planets as it should.
        """
        root = root or find_root()
        manifest = read_manifest(root, sha256)
        check_version(manifest, xgb.__version__)
        if manifest.model_version != version_of(manifest):
            raise BundleError("its version, threshold or date was changed by hand")
        columns = _unpickle(verified(root, COLUMNS, manifest), frozenset())
        if tuple(columns) != FEATURES or manifest.features != FEATURES:
            raise BundleError("its feature columns are not the ones this program computes")
        classifier = _unpickle(verified(root, MODEL, manifest), _CLASSIFIER_NAMES)
        booster: xgb.Booster = classifier.get_booster()
        booster.set_param({"nthread": 1})
        bundle = cls(booster, manifest, fast_engines, _trees(booster) if fast_engines else None)
        bundle.check_golden()
        return bundle

    def __reduce__(self) -> tuple[Any, ...]:
        """Be pickled as it was loaded, without what scores a few planets or many."""
        return Bundle, (self.booster, self.manifest, self.fast_engines)

    def for_many(self, threads: int) -> Bundle:
        """Return the bundle as it scores many planets, by threads.

        Raises:
            BundleError: its golden planets do not score then as by XGBoost.
        """
        if not self.fast_engines:
            booster = self.booster.copy()
            booster.set_param({"nthread": threads})
            return replace(self, booster=booster)
        bundle = replace(self, quick_scorer=None, dense_booster=DenseBooster(self.booster, threads))
        bundle.check_golden()
        return bundle

    @property
    def start_scoring(self) -> Callable[[Table], Future[Scores]] | None:
        """What begins to score some planets, by threads; None if there are none."""
        complete = self.dense_booster
        if complete is None:
            return None
        return lambda table: complete.start_scoring(feature_matrix(table))

    @property
    def version(self) -> str:
        """The model's version, as answers carry it."""
        return self.manifest.model_version

    @property
    def threshold(self) -> float:
        """Score from which a prediction is 1."""
        return self.manifest.threshold

    def score(self, features: FeatureMatrix) -> Scores:
        """Return the probabilities, shape (planets,), of a (planets, features) matrix."""
        if self.quick_scorer is not None and len(features) <= FEW:
            return self.quick_scorer.score(features)
        return self._score_many(features)

    def score_one(self, features: Sequence[float]) -> float:
        """Return the probability of one planet, by its features."""
        if self.quick_scorer is not None:
            return self.quick_scorer.score_one(features)
        return float(self._score_many(np.array([features], dtype=np.float32))[0])

    def _score_many(self, features: FeatureMatrix) -> Scores:
        if self.dense_booster is not None:
            return self.dense_booster.score(features)
        scores: Scores = self.booster.inplace_predict(features)
        return scores

    def explain(self, features: FeatureMatrix) -> Contributions:
        """Tell apart what each feature of a (planets, features) matrix adds to its planet's score.

        About three hundred times the work of a score.
        """
        matrix = xgb.DMatrix(features, nthread=1)
        added = self.booster.predict(matrix, pred_contribs=True)
        margin = self.booster.predict(matrix, output_margin=True)
        return Contributions(float(added[0, -1]), added[:, :-1], margin)

    def check_golden(self) -> None:
        """Score the golden planets, by XGBoost, and together and one by one as they are scored.

        Raises:
            BundleError: XGBoost does not score them as it did when the model was made, or the trees
                gone down in other ways score one of them by other bits than XGBoost.
        """
        table = golden_table([golden.planet for golden in self.manifest.golden])
        features = feature_matrix(table)
        by_xgboost = self.booster.inplace_predict(features)
        expected = np.array([golden.score for golden in self.manifest.golden])
        difference = float(np.max(np.abs(by_xgboost - expected), initial=0.0))
        if not expected.size or not difference <= GOLDEN_TOLERANCE:
            raise BundleError(f"its golden planets score differently by {difference:.2g}")
        # As they come: in double precision.
        one_by_one = [self.score_one(planet) for planet in zip(*features_of(table), strict=True)]
        if any(np.any(each != by_xgboost) for each in (self._score_many(features), one_by_one)):
            raise BundleError(
                "on this machine its trees, gone down in other ways, do not score as by XGBoost",
                _ALONE,
            )


def _trees(booster: xgb.Booster) -> QuickScorer:
    try:
        return QuickScorer(booster)
    except (ValueError, msgspec.DecodeError) as error:
        raise BundleError(f"its trees are not understood in Python ({error})", _ALONE) from error


def golden_table(planets: Sequence[dict[str, float | str | None]]) -> dict[str, FloatArray]:
    """Turn golden planets, keyed by column, into a table of what is known."""
    numbers = {
        column.name: np.array([planet.get(column.name) for planet in planets], dtype=np.float64)
        for column in NUMERIC
    }
    return numbers | spectral_columns(planet.get("st_spectype") for planet in planets)  # type: ignore[misc]


def apply_threshold(scores: Scores, threshold: float) -> npt.NDArray[np.bool_]:
    """Say of scores whether they reach the threshold, which is no single-precision number."""
    return scores.astype(np.float64) >= threshold


def ranking(scores: Scores) -> npt.NDArray[np.intp]:
    """Order planets by score, descending; equal scores keep their order.

    Args:
        scores: probabilities, shape (planets,): none negative, not even -0, and none NaN.
    """
    # Each score with its place behind it, as one number: a sixth of the time of a stable argsort.
    # Of what is not negative, the bits are ordered as the numbers are.
    falling = (~scores.view(np.uint32)).astype(np.uint64)
    keys = falling << 32 | np.arange(scores.size, dtype=np.uint64)
    keys.sort()
    return keys.astype(np.uint32).astype(np.intp)


class _Unpickler(pickle.Unpickler):
    def __init__(self, content: bytes, allowed: frozenset[tuple[str, str]]) -> None:
        super().__init__(io.BytesIO(content))
        self.allowed = allowed

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self.allowed:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a model file")
        return super().find_class(module, name)


def _unpickle(content: bytes, allowed: frozenset[tuple[str, str]]) -> Any:
    """Unpickle what may hold the allowed names only.

    A pickle can raise anything, so anything it raises means a file that must not be served.
    """
    try:
        return _Unpickler(content, allowed).load()
    except Exception as error:
        raise BundleError(f"a model file holds what it should not ({error})") from error
