"""Engines: a model is published only if the fast engines score as XGBoost does."""

from __future__ import annotations

import numpy as np
import pytest

from exohabit.science.features import FEATURES
from exohabit.scoring.dense_booster import DenseBooster
from exohabit.scoring.manifest import Agreement
from exohabit.scoring.quickscorer import QuickScorer
from training import engines
from training.engines import compare


@pytest.fixture
def features():
    return np.random.default_rng(3).lognormal(sigma=2.0, size=(500, len(FEATURES))).astype("f4")


def test_engines_agree_on_planets_with_missing_values(bundle, features, monkeypatch):
    monkeypatch.setattr(engines, "ROWS", 2_000)

    found = compare(bundle.booster, features)

    same = Agreement(2_000, engines.MISSING, differing=0, largest_difference=0.0)
    assert found == {"quickscorer": same, "dense_booster": same}


@pytest.mark.parametrize(
    ("name", "engine"), [("quickscorer", QuickScorer), ("dense_booster", DenseBooster)]
)
def test_a_small_difference_is_counted_and_a_large_one_is_an_error(
    bundle, features, monkeypatch, name, engine
):
    monkeypatch.setattr(engines, "ROWS", 200)
    score = engine.score
    monkeypatch.setattr(engine, "score", lambda *args: score(*args) + np.float32(2e-7))

    assert compare(bundle.booster, features)[name].differing > 100

    monkeypatch.setattr(engine, "score", lambda *args: score(*args) + np.float32(1e-4))
    with pytest.raises(ValueError, match=rf"{name} scores differ from XGBoost's by 0\.0001"):
        compare(bundle.booster, features)
