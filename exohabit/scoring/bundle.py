"""The model bundle: verify and load it, score, explain and rank planets.

A bundle is the pickled classifier, the order of its features, and a manifest that describes both.
A file is unpickled only if its SHA-256 is the one in the manifest. The unpickler allows only three
names.

Warning: a damaged or wrong model file does not always raise an error. It may give wrong scores, or
crash the process. So a bundle must also give its golden planets the scores in the manifest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from exohabit.science.arrays import SingleArray
from exohabit.science.features import FeatureMatrix, Table
from exohabit.science.spectral_columns import SpectralTypes
from exohabit.scoring.contributions import Contributions, contributions_of
from exohabit.scoring.custom_manifest import CustomModel
from exohabit.scoring.dense_booster import DenseBooster
from exohabit.scoring.golden_planets import golden_table, singles, types_of
from exohabit.scoring.manifest import (
    ADOPT,
    COLUMNS,
    MODEL,
    BundleError,
    Manifest,
    check_model_version,
    check_xgboost,
    find_root,
    read_manifest,
    read_verified,
)
from exohabit.scoring.model_columns import OWN_COLUMNS, ModelColumns, columns_of
from exohabit.scoring.quickscorer import MAX_QUICK_PLANETS, QuickScorer
from exohabit.scoring.restricted_pickle import unpickle_booster, unpickle_plain
from exohabit.scoring.xgboost_without_scipy import xgboost as xgb

Scores = SingleArray

GOLDEN_TOLERANCE = 1e-6
_USE_XGBOOST = "Score with XGBoost only: EXOHABIT_ENGINE=xgboost"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A verified model, ready to score; immutable and thread-safe."""

    booster: xgb.Booster
    manifest: Manifest
    fast_engines: bool = True
    """Whether `quick_scorer` and `dense_booster` may be used."""
    quick_scorer: QuickScorer | None = None
    """Scores a few planets; None if not used."""
    dense_booster: DenseBooster | None = None
    """Scores many planets; None leaves them to `booster`."""
    columns: ModelColumns = OWN_COLUMNS
    """Computes the matrix that the model reads."""

    @classmethod
    def load(
        cls, root: Path | None = None, *, fast_engines: bool = True, sha256: str | None = None
    ) -> Bundle:
        """Verify and load the bundle in a folder.

        Args:
            root: folder with `models/` and `feature_columns.pkl`; None for the installed one.
            fast_engines: whether to use the fast engines beside XGBoost.
            sha256: the SHA-256 that the manifest must have; None for any.

        Raises:
            BundleError: a file is missing, damaged, edited or of another library version, or the
                model does not give the golden planets their scores.
        """
        root = root or find_root()
        manifest = read_manifest(root, sha256)
        check_xgboost(manifest, xgb.__version__)
        check_model_version(manifest)
        columns = columns_of(manifest)
        if tuple(unpickle_plain(read_verified(root, COLUMNS, manifest))) != columns.names:
            raise BundleError("its feature columns are not the ones this program computes", ADOPT)
        booster = unpickle_booster(read_verified(root, MODEL, manifest))
        booster.set_param({"nthread": 1})
        if manifest.custom is not None:
            fast_engines &= manifest.custom.fast_engines
        quick_scorer = _make_quick_scorer(booster) if fast_engines else None
        dense_booster = DenseBooster(booster, threads=0) if fast_engines else None
        bundle = cls(booster, manifest, fast_engines, quick_scorer, dense_booster, columns)
        bundle.check_golden()
        return bundle

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle without the fast engines; in the other process, `for_many` makes its own."""
        return Bundle, (self.booster, self.manifest, self.fast_engines, None, None, self.columns)

    def for_many(self, threads: int) -> Bundle:
        """Return a bundle that scores many planets with several threads.

        Raises:
            BundleError: its scores of the golden planets differ from XGBoost's.
        """
        if not self.fast_engines:
            booster = self.booster.copy()
            booster.set_param({"nthread": threads})
            return replace(self, booster=booster)
        bundle = replace(self, quick_scorer=None, dense_booster=DenseBooster(self.booster, threads))
        bundle.check_golden()
        return bundle

    @property
    def start_scoring(self) -> Callable[[Table, SpectralTypes], Future[Scores]] | None:
        """A function that starts to score a table in a thread; None if scoring has no threads."""
        booster = self.dense_booster
        if booster is None or not booster.threads:
            return None
        return lambda table, types: booster.start_scoring(self.columns.matrix(table, types))

    @property
    def version(self) -> str:
        """The model's version, as in answers."""
        return self.manifest.model_version

    @property
    def custom(self) -> CustomModel | None:
        """What the manifest says of an adopted model; None for the project's own."""
        return self.manifest.custom

    @property
    def threshold(self) -> float:
        """The lowest score for which the prediction is 1."""
        return self.manifest.threshold

    def score(self, features: FeatureMatrix) -> Scores:
        """Return the probabilities, shape (planets,), of a (planets, features) matrix."""
        if self.quick_scorer is not None and len(features) <= MAX_QUICK_PLANETS:
            return self.quick_scorer.score(features)
        return self._score_many(features)

    def score_one(self, features: Sequence[float]) -> float:
        """Return the probability of one planet; `features` in the order of the model's columns."""
        if self.quick_scorer is not None:
            return self.quick_scorer.score_one(features)
        return float(self._score_many(np.array([features], dtype=np.float32))[0])

    def _score_many(self, features: FeatureMatrix) -> Scores:
        if self.dense_booster is not None:
            return self.dense_booster.score(features)
        scores: Scores = self.booster.inplace_predict(features)
        return scores

    def explain(self, features: FeatureMatrix) -> Contributions:
        """Return the contributions of each feature of a (planets, features) matrix."""
        return contributions_of(self.booster, features)

    def check_golden(self) -> None:
        """Score the golden planets with XGBoost, and with the engines for one and many planets.

        Raises:
            BundleError: XGBoost's scores differ from the manifest's, or an engine's scores have
                other bits than XGBoost's.
        """
        planets = [golden.planet for golden in self.manifest.golden]
        table, types = golden_table(planets), types_of(planets)
        features = self.columns.matrix(table, types)
        scores = self.booster.inplace_predict(features)
        expected = np.array([golden.score for golden in self.manifest.golden])
        difference = float(np.max(np.abs(scores - expected), initial=0.0))
        if not expected.size or not difference <= GOLDEN_TOLERANCE:
            raise BundleError(f"its golden planets score differently by {difference:.2g}")
        # One by one in double precision, as in requests.
        one_by_one = [self.score_one(self.columns.of_one(*each)) for each in singles(table, types)]
        if any(np.any(each != scores) for each in (self._score_many(features), one_by_one)):
            raise BundleError(
                "on this machine a fast engine gives other scores than XGBoost", _USE_XGBOOST
            )


def _make_quick_scorer(booster: xgb.Booster) -> QuickScorer:
    try:
        return QuickScorer(booster)
    except (ValueError, msgspec.DecodeError) as error:
        raise BundleError(f"QuickScorer cannot use its trees ({error})", _USE_XGBOOST) from error


def apply_threshold(scores: Scores, threshold: float) -> npt.NDArray[np.bool_]:
    """Return whether scores reach the threshold, compared in double precision as in answers."""
    return scores.astype(np.float64) >= threshold


def ranking(scores: Scores) -> npt.NDArray[np.intp]:
    """Return the indices of planets by descending score; equal scores keep their order."""
    return np.argsort(-scores, kind="stable")
