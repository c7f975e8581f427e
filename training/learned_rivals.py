"""Learned rivals: logistic regression and boosting, fitted on the archive instead of simulations.

They learn the soft truth of the masked archive from the planets of other hosts: five fits for five
folds. Their features are the model's without the analytic posterior.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from xgboost import XGBRegressor

from exohabit.science.arrays import FloatArray
from exohabit.science.columns import NUMERIC_NAMES
from exohabit.science.features import FEATURES, feature_matrix
from training.folds import FOLDS, fold_of
from training.masks import MASKS
from training.rivals import Rival
from training.test_sets import PlanetSet, join

LOGISTIC = "logistic regression on the archive"
BOOSTING = "boosting on the archive"
_PLAIN = [i for i, name in enumerate(FEATURES) if not name.startswith("p_")]
_LOGARITHMIC = [
    i
    for i, name in enumerate(FEATURES[i] for i in _PLAIN)
    if name in (*NUMERIC_NAMES, "insol_orbit", "size_ratio") and name != "pl_orbeccen"
]
_ZONE = (-3.0, 4.0)
"""Positions in the zone are limited to this for the regression."""


def score_by_learning(sets: dict[str, PlanetSet], threads: int) -> dict[str, dict[str, Rival]]:
    """Return the scores by test set and kind of model."""
    masked = join([sets[name] for name in MASKS])
    features, fold = _features(masked), fold_of(masked.hosts)
    test = {name: (_features(each), fold_of(each.hosts)) for name, each in sets.items()}
    scores = {name: {kind: np.empty(len(test[name][1])) for kind in FITS} for name in sets}
    for i in range(FOLDS):
        others = fold != i
        for kind, fit in FITS.items():
            model = fit(features[others], masked.truth[others], threads)
            for name, (rows, folds) in test.items():
                inside = folds == i
                if inside.any():
                    scores[name][kind][inside] = model(rows[inside])
    return {
        name: {kind: Rival(each, each) for kind, each in of_kind.items()}
        for name, of_kind in scores.items()
    }


def _features(planets: PlanetSet) -> FloatArray:
    return feature_matrix(planets.known)[:, _PLAIN].astype(np.float64)


def _fit_boosting(features: FloatArray, truth: FloatArray, threads: int) -> Any:
    model = XGBRegressor(
        objective="reg:logistic",
        n_estimators=200,
        max_depth=4,
        learning_rate=0.06,
        subsample=0.7,
        min_child_weight=1.0,
        n_jobs=threads,
        random_state=0,
    )
    return model.fit(features, truth).predict


def _fit_logistic(features: FloatArray, truth: FloatArray, threads: int) -> Any:  # noqa: ARG001
    """Fit values and their squares; a planet counts as positive and negative by its truth."""
    model = make_pipeline(
        FunctionTransformer(_to_scale),
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        StandardScaler(),
        FunctionTransformer(_with_squares),
        LogisticRegression(max_iter=300, C=0.1),
    )
    partly = truth > 0.0
    rows = np.concatenate([features, features[partly]])
    labels = np.concatenate([np.zeros(truth.size), np.ones(partly.sum())])
    weight = np.concatenate([1.0 - truth, truth[partly]])
    model.fit(rows, labels, logisticregression__sample_weight=weight)
    return lambda rows: model.predict_proba(rows)[:, 1]


FITS = {LOGISTIC: _fit_logistic, BOOSTING: _fit_boosting}


def _to_scale(features: FloatArray) -> FloatArray:
    """Take logarithms of positive quantities, and limit the positions in the zone."""
    scaled = features.copy()
    scaled[:, _LOGARITHMIC] = np.log(scaled[:, _LOGARITHMIC])
    for i, name in enumerate(FEATURES[i] for i in _PLAIN):
        if name.startswith("zone"):
            scaled[:, i] = np.clip(scaled[:, i], *_ZONE)
    return scaled


def _with_squares(scaled: FloatArray) -> FloatArray:
    limited = np.clip(scaled, -5.0, 5.0)
    return np.concatenate([limited, limited**2], axis=1)
