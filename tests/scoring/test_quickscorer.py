"""The fast engines: QuickScorer and DenseBooster give the same bits as XGBoost."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import xgboost as xgb

from app import create_app
from exohabit.science.features import FEATURES
from exohabit.scoring import quickscorer
from exohabit.scoring.bundle import Bundle, apply_threshold
from exohabit.scoring.dense_booster import DenseBooster
from exohabit.scoring.manifest import BundleError
from exohabit.scoring.quickscorer import MAX_QUICK_PLANETS, QuickScorer
from exohabit.service.app_state import app_state
from exohabit.service.settings import Settings
from tests.bad_requests import EARTH
from tests.conftest import ROOT

Engine = Callable[[xgb.Booster], QuickScorer | DenseBooster]


@pytest.fixture(
    scope="module", params=[QuickScorer, partial(DenseBooster, threads=2)], ids=["few", "many"]
)
def engine(request) -> Engine:
    return request.param


@pytest.fixture(scope="module")
def scorer(engine, bundle) -> QuickScorer | DenseBooster:
    return engine(bundle.booster)


def rows(count: int, *, missing: float = 0.3):
    """Return random features of many magnitudes, some of them missing."""
    rng = np.random.default_rng(7)
    found = (rng.normal(size=(count, len(FEATURES))) * 10.0 ** rng.integers(-3, 5)).astype("f4")
    found[:, ::2] = np.abs(found[:, ::2]) * rng.lognormal(sigma=3.0, size=(count, 1))
    found[rng.random(found.shape) < missing] = np.nan
    return found


def thresholds(booster: xgb.Booster) -> list[tuple[int, float]]:
    """Return feature and threshold of every inner node."""
    table = booster.trees_to_dataframe()
    inner = table[table.Feature != "Leaf"]
    return [(int(name[1:]), split) for name, split in zip(inner.Feature, inner.Split, strict=True)]


@pytest.mark.parametrize("missing", [0.0, 0.3, 0.9, 1.0])
def test_scores_have_the_same_bits_as_xgboosts(scorer, bundle, missing):
    features = rows(2_000, missing=missing)

    assert np.array_equal(scorer.score(features), bundle.booster.inplace_predict(features))


@pytest.mark.parametrize("below", [False, True])
def test_a_value_on_a_threshold_or_just_below_scores_as_in_xgboost(scorer, bundle, below):
    splits = thresholds(bundle.booster)
    planets = rows(len(splits))
    for planet, (feature, value) in zip(planets, splits, strict=True):
        single = np.float32(value)
        planet[feature] = np.nextafter(single, np.float32(-np.inf)) if below else single

    assert np.array_equal(scorer.score(planets), bundle.booster.inplace_predict(planets))


def test_a_double_near_a_threshold_scores_as_if_rounded_to_single_precision(bundle):
    splits = thresholds(bundle.booster)
    planets = rows(3 * len(splits)).astype(np.float64)
    for planet, (feature, value) in zip(planets.reshape(len(splits), 3, -1), splits, strict=True):
        below = np.nextafter(np.float32(value), np.float32(-np.inf))
        halfway = (float(np.float32(value)) + float(below)) / 2
        planet[:, feature] = np.nextafter(halfway, [-np.inf, halfway, np.inf])

    alone = [bundle.quick_scorer.score_one(planet) for planet in planets.tolist()]

    assert np.array_equal(alone, bundle.booster.inplace_predict(planets.astype(np.float32)))


@pytest.mark.parametrize(
    "value", [0.0, -0.0, 1e-45, -1e-45, 1e-38, 3.4e38, -3.4e38, np.inf, -np.inf]
)
def test_an_extreme_value_scores_as_in_xgboost(scorer, bundle, value):
    planets = rows(len(FEATURES), missing=0.5)
    np.fill_diagonal(planets, value)

    assert np.array_equal(scorer.score(planets), bundle.booster.inplace_predict(planets))


def train(rounds: int, **settings) -> tuple[xgb.Booster, np.ndarray]:
    """Train a small model; return it with its features, the fourth of which is constant."""
    rng = np.random.default_rng(rounds)
    features = rng.normal(size=(500, 5)).round(1).astype("f4")
    features[:, 4] = 1.0  # informative only by being missing or not
    features[rng.random(features.shape) < 0.2] = np.nan
    features[:, 3] = 1.0
    matrix = xgb.DMatrix(features, label=np.nansum(features, axis=1) > 1.2)
    defaults = {"objective": "binary:logistic", "base_score": 0.1}
    return xgb.train(defaults | settings, matrix, num_boost_round=rounds), features


@pytest.mark.parametrize("depth", [1, 2, 9])
def test_trees_of_any_depth_score_as_in_xgboost(engine, depth):
    booster, features = train(30, max_depth=depth)

    scores = engine(booster).score(features)

    used = {int(name[1:]) for name in booster.get_score()}
    assert 3 not in used
    assert 4 in used
    assert np.array_equal(scores, booster.inplace_predict(features))


@pytest.mark.parametrize("rounds", [6, 7, 8])  # with the base 7, 8 and 9 bits
def test_trees_of_one_leaf_score_as_in_xgboost(engine, rounds):
    booster, features = train(rounds, gamma=1e9)

    scores = engine(booster).score(features)

    assert booster.trees_to_dataframe().Feature.tolist() == ["Leaf"] * rounds
    assert scores[0] > 0.11
    assert np.array_equal(scores, booster.inplace_predict(features))


def test_a_planet_has_the_same_score_alone_and_among_others(bundle):
    features = rows(200)
    together = bundle.for_many(threads=3).score(features)

    alone = [bundle.score_one(planet) for planet in features.tolist()]
    by_size = [
        np.concatenate([bundle.score(features[i : i + size]) for i in range(0, 200, size)])
        for size in (5, MAX_QUICK_PLANETS, MAX_QUICK_PLANETS + 1)
    ]

    assert np.array_equal(alone, together)
    assert all(np.array_equal(scores, together) for scores in by_size)


def test_many_threads_can_score_at_the_same_time(scorer):
    features = rows(400)
    expected = scorer.score(features)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(scorer.score, [features] * 16))

    assert all(np.array_equal(each, expected) for each in found)


@pytest.mark.parametrize(
    ("objective", "label"), [("reg:squarederror", [0.0, 1.0]), ("multi:softprob", [0, 1])]
)
def test_a_model_of_another_kind_is_refused(objective, label):
    classes = {"num_class": 2} if objective.startswith("multi") else {}
    matrix = xgb.DMatrix(np.array([[0.0], [1.0]]), label=label)
    booster = xgb.train({"objective": objective, **classes}, matrix, num_boost_round=1)

    with pytest.raises(ValueError, match=objective):
        QuickScorer(booster)


def test_an_engine_with_other_scores_than_xgboost_is_refused(monkeypatch):
    score = QuickScorer.score_one
    monkeypatch.setattr(QuickScorer, "score_one", lambda *args: score(*args) + 1e-7)

    with pytest.raises(BundleError, match="EXOHABIT_ENGINE=xgboost"):
        Bundle.load(ROOT)

    assert Bundle.load(ROOT, fast_engines=False).quick_scorer is None


def test_a_missing_function_of_the_c_library_is_an_error(monkeypatch):
    monkeypatch.setattr(quickscorer.ctypes, "PyDLL", lambda _: object())

    with pytest.raises(BundleError, match=r"the C library has no logf.*EXOHABIT_ENGINE=xgboost"):
        Bundle.load(ROOT)

    assert Bundle.load(ROOT, fast_engines=False).quick_scorer is None


def test_an_app_with_xgboost_only_gives_the_same_answers(bundle):
    xgboost_only = create_app(Settings(engine="xgboost", log="off"))

    answers = [
        app.test_client().post("/predict", json=EARTH).data
        for app in (xgboost_only, create_app(Settings(log="off"), bundle))
    ]

    assert app_state(xgboost_only).bundle.quick_scorer is None
    assert answers[0] == answers[1]


@pytest.mark.parametrize("fast_engines", [True, False])
def test_a_pickled_bundle_makes_its_engines_again(bundle, fast_engines):
    unpickled = pickle.loads(pickle.dumps(replace(bundle, fast_engines=fast_engines))).for_many(
        threads=2
    )
    features = rows(50)

    assert unpickled.quick_scorer is None
    assert (unpickled.dense_booster is not None) == fast_engines
    assert np.array_equal(unpickled.score(features), bundle.score(features))


def test_a_threshold_is_compared_in_double_precision():
    scores = np.array([0.7, 0.70000005, 0.5], dtype=np.float32)

    assert apply_threshold(scores, 0.7).tolist() == [float(score) >= 0.7 for score in scores]
    assert apply_threshold(scores, 0.7).tolist() == [False, True, False]
