"""The trees in Python: bit by bit XGBoost's own scores, whatever a planet lacks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import xgboost as xgb

from science.features import FEATURES
from trees import Trees


@pytest.fixture(scope="module")
def trees(bundle) -> Trees:
    return Trees(bundle.booster)


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


def test_a_value_on_a_threshold_goes_the_way_it_goes_in_xgboost(trees, bundle):
    planets = rows(2_000)
    at = thresholds(bundle.booster)
    for planet, (feature, value) in zip(planets, at * 2, strict=False):
        planet[feature] = np.float32(value)

    assert np.array_equal(trees.score(planets), bundle.booster.inplace_predict(planets))


def test_a_planet_scores_alone_as_it_does_among_others(bundle):
    features = rows(200)
    together = bundle.score(features)

    alone = [bundle.score(features[[i]])[0] for i in range(len(features))]
    by_fives = np.concatenate([bundle.score(part) for part in np.split(features, 40)])

    assert np.array_equal(alone, together)
    assert np.array_equal(by_fives, together)


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
        Trees(booster)
