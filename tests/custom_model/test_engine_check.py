"""The comparison of the fast engines with XGBoost at adoption."""

from __future__ import annotations

import json

import numpy as np
import pytest

from exohabit.custom_model import engine_check
from exohabit.custom_model.engine_check import all_agree, compare_engines, depth_and_trees
from exohabit.scoring.quickscorer import QuickScorer
from tests.custom_model.models import classifier


@pytest.fixture
def booster():
    booster = classifier().get_booster().copy()
    booster.feature_names = booster.feature_types = None
    return booster


def read(booster) -> dict:
    return json.loads(booster.save_raw("json"))


def test_engines_that_agree_are_used(booster):
    engines = compare_engines(booster, read(booster))

    assert all_agree(engines)
    assert {name: each.rows for name, each in engines.items()} == {
        "quickscorer": 10_000,
        "dense_booster": 10_000,
    }


def test_one_other_bit_is_noticed(booster, monkeypatch):
    score = QuickScorer.score

    def score_wrong(self, rows):
        scores = score(self, rows)
        scores[123] = np.nextafter(scores[123], np.float32(1))
        return scores

    monkeypatch.setattr(QuickScorer, "score", score_wrong)
    engines = compare_engines(booster, read(booster))

    assert not all_agree(engines)
    assert engines["quickscorer"].differing == 1


def test_a_threshold_that_is_shifted_a_little_is_noticed(booster):
    model = read(booster)
    tree = model["learner"]["gradient_booster"]["model"]["trees"][0]
    tree["split_conditions"][0] = float(np.nextafter(np.float32(tree["split_conditions"][0]), 1e9))
    shifted = booster.copy()
    shifted.load_model(bytearray(json.dumps(model).encode()))

    rows = engine_check._random_rows(read(booster), booster.num_features())

    assert (shifted.inplace_predict(rows) != booster.inplace_predict(rows)).any()


def test_a_model_with_too_many_leaves_is_left_to_xgboost(booster, monkeypatch):
    monkeypatch.setattr(engine_check, "_MAX_BITS", 1000)

    assert compare_engines(booster, read(booster)) == {}
    assert not all_agree({})


def test_the_size_is_that_of_the_trees(booster):
    assert depth_and_trees(read(booster)) == {"depth": 4, "trees": 30}
