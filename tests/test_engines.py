"""The trees gone down in quicker ways: bit by bit XGBoost's own scores, whatever a planet lacks."""

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
from exohabit.scoring import quickscorer as trees_module
from exohabit.scoring.bundle import Bundle, apply_threshold
from exohabit.scoring.dense_booster import DenseBooster
from exohabit.scoring.manifest import BundleError
from exohabit.scoring.quickscorer import FEW, QuickScorer
from exohabit.service.settings import Settings
from tests.conftest import ROOT

EARTH = {"pl_rade": 1.1, "pl_bmasse": 0.9, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}

Engine = Callable[[xgb.Booster], QuickScorer | DenseBooster]


@pytest.fixture(
    scope="module", params=[QuickScorer, partial(DenseBooster, threads=2)], ids=["few", "many"]
)
def engine(request) -> Engine:
    return request.param


@pytest.fixture(scope="module")
def trees(engine, bundle) -> QuickScorer | DenseBooster:
    return engine(bundle.booster)


def rows(count: int, *, missing: float = 0.3):
    """Features of many sizes, some of them missing."""
    rng = np.random.default_rng(7)
    found = (rng.normal(size=(count, len(FEATURES))) * 10.0 ** rng.integers(-3, 5)).astype("f4")
    found[:, ::2] = np.abs(found[:, ::2]) * rng.lognormal(sigma=3.0, size=(count, 1))
    found[rng.random(found.shape) < missing] = np.nan
    return found


def thresholds(booster: xgb.Booster) -> list[tuple[int, float]]:
    """Every place at which a tree divides, as feature and value."""
    table = booster.trees_to_dataframe()
    inner = table[table.Feature != "Leaf"]
    return [(int(name[1:]), split) for name, split in zip(inner.Feature, inner.Split, strict=True)]


@pytest.mark.parametrize("missing", [0.0, 0.3, 0.9, 1.0])
def test_a_score_has_the_bits_of_xgboosts(trees, bundle, missing):
    features = rows(2_000, missing=missing)

    assert np.array_equal(trees.score(features), bundle.booster.inplace_predict(features))


@pytest.mark.parametrize("below", [False, True])
def test_a_value_on_a_threshold_or_just_below_goes_the_way_it_goes_in_xgboost(
    trees, bundle, json_pointer
):
    at = thresholds(bundle.booster)
    planets = rows(len(at))
    for planet, (feature, value) in zip(planets, at, strict=True):
        single = np.float32(value)
        planet[feature] = np.nextafter(single, np.float32(-np.inf)) if json_pointer else single

    assert np.array_equal(trees.score(planets), bundle.booster.inplace_predict(planets))


def test_a_number_that_single_precision_rounds_to_a_threshold_or_not_goes_its_way(bundle):
    at = thresholds(bundle.booster)
    planets = rows(3 * len(at)).astype(np.float64)
    for planet, (feature, value) in zip(planets.reshape(len(at), 3, -1), at, strict=True):
        json_pointer = np.nextafter(np.float32(value), np.float32(-np.inf))
        halfway = (float(np.float32(value)) + float(json_pointer)) / 2
        planet[:, feature] = np.nextafter(halfway, [-np.inf, halfway, np.inf])

    alone = [bundle.quick_scorer.score_one(planet) for planet in planets.tolist()]

    assert np.array_equal(alone, bundle.booster.inplace_predict(planets.astype(np.float32)))


@pytest.mark.parametrize(
    "value", [0.0, -0.0, 1e-45, -1e-45, 1e-38, 3.4e38, -3.4e38, np.inf, -np.inf]
)
def test_an_odd_value_goes_the_way_it_goes_in_xgboost(trees, bundle, value):
    planets = rows(len(FEATURES), missing=0.5)
    np.fill_diagonal(planets, value)

    assert np.array_equal(trees.score(planets), bundle.booster.inplace_predict(planets))


def small(rounds: int, **settings) -> tuple[xgb.Booster, np.ndarray]:
    """Grow a model from five features, of which one is always the same; return what it saw too."""
    rng = np.random.default_rng(rounds)
    features = rng.normal(size=(500, 5)).round(1).astype("f4")
    features[:, 4] = 1.0  # tells something only by being known
    features[rng.random(features.shape) < 0.2] = np.nan
    features[:, 3] = 1.0
    matrix = xgb.DMatrix(features, label=np.nansum(features, axis=1) > 1.2)
    usual = {"objective": "binary:logistic", "base_score": 0.1}
    return xgb.train(usual | settings, matrix, num_boost_round=rounds), features


@pytest.mark.parametrize("depth", [1, 2, 9])
def test_trees_of_any_depth_are_gone_down_as_in_xgboost(engine, depth):
    booster, features = small(30, max_depth=depth)

    scores = engine(booster).score(features)

    divided_by = {int(name[1:]) for name in booster.get_score()}
    assert 3 not in divided_by
    assert 4 in divided_by
    assert np.array_equal(scores, booster.inplace_predict(features))


@pytest.mark.parametrize("rounds", [6, 7, 8])  # with the base a bit less than a byte, one, one more
def test_trees_of_one_leaf_are_added_as_in_xgboost(engine, rounds):
    booster, features = small(rounds, gamma=1e9)

    scores = engine(booster).score(features)

    assert booster.trees_to_dataframe().Feature.tolist() == ["Leaf"] * rounds
    assert scores[0] > 0.11
    assert np.array_equal(scores, booster.inplace_predict(features))


def test_a_planet_scores_alone_as_it_does_among_others(bundle):
    features = rows(200)
    together = bundle.for_many(threads=3).score(features)

    alone = [bundle.score_one(planet) for planet in features.tolist()]
    by_size = [
        np.concatenate([bundle.score(features[i : i + size]) for i in range(0, 200, size)])
        for size in (5, FEW, FEW + 1)
    ]

    assert np.array_equal(alone, together)
    assert all(np.array_equal(scores, together) for scores in by_size)


def test_many_threads_may_score_at_once(trees):
    features = rows(400)
    expected = trees.score(features)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(trees.score, [features] * 16))

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


def test_trees_that_do_not_score_as_xgboost_are_not_served(monkeypatch):
    score = QuickScorer.score_one
    monkeypatch.setattr(QuickScorer, "score_alone", lambda *asked: score(*asked) + 1e-7)

    with pytest.raises(BundleError, match="EXOHABIT_ENGINE=xgboost"):
        Bundle.load(ROOT)

    assert Bundle.load(ROOT, fast_engines=False).quick_scorer is None


def test_trees_that_are_not_understood_are_not_served(monkeypatch):
    monkeypatch.setattr(trees_module.ctypes, "PyDLL", lambda _: object())

    with pytest.raises(BundleError, match=r"the C library has no logf.*EXOHABIT_ENGINE=xgboost"):
        Bundle.load(ROOT)

    assert Bundle.load(ROOT, fast_engines=False).quick_scorer is None


def test_an_app_may_let_xgboost_score_alone_and_answers_the_same(bundle):
    alone = create_app(Settings(engine="xgboost", log="off"))

    answers = [
        app.test_client().post("/predict", json=EARTH).data
        for app in (alone, create_app(Settings(log="off"), bundle))
    ]

    assert alone.extensions["exohabit"].quick_scorer is None
    assert answers[0] == answers[1]


@pytest.mark.parametrize("by_trees", [True, False])
def test_a_bundle_goes_to_another_process_without_what_scores_a_few(bundle, fast_engines):
    there = pickle.loads(pickle.dumps(replace(bundle, fast_engines=fast_engines))).for_many(
        threads=2
    )
    features = rows(50)

    assert there.quick_scorer is None
    assert (there.dense_booster is not None) == fast_engines
    assert np.array_equal(there.score(features), bundle.score(features))


def test_a_score_on_the_threshold_reaches_it_alone_and_in_a_ranking_alike():
    scores = np.array([0.7, 0.70000005, 0.5], dtype=np.float32)

    assert apply_threshold(scores, 0.7).tolist() == [float(score) >= 0.7 for score in scores]
    assert apply_threshold(scores, 0.7).tolist() == [False, True, False]
