"""DenseBooster: planets that are scored while others are still being read.

That its bits are XGBoost's is tested in `test_quickscorer`.
"""

from __future__ import annotations

import json
from unittest.mock import Mock

import numpy as np
import pytest

from exohabit.inputs import valid_lists
from exohabit.outputs.scored_planets import score_planets
from exohabit.science.features import FEATURES
from exohabit.scoring.dense_booster import DenseBooster
from exohabit.scoring.manifest import BundleError
from tests.bad_requests import EARTH
from utils import parse_planets


@pytest.fixture(scope="module")
def for_many(bundle):
    return bundle.for_many(threads=3)


def planets_of(count: int) -> bytes:
    return json.dumps([{**EARTH, "pl_eqt": 200 + 7 * i} for i in range(count)]).encode()


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 10])
def test_each_planet_gets_a_score(bundle, for_many, size):
    features = np.full((size, len(FEATURES)), np.nan, dtype=np.float32)

    assert np.array_equal(for_many.score(features), bundle.booster.inplace_predict(features))


@pytest.mark.parametrize("size", [13, 200])
def test_a_worker_scores_a_list_in_its_own_thread_with_the_same_bits(bundle, monkeypatch, size):
    body = planets_of(size)
    planets = parse_planets(body)
    features = bundle.columns.matrix(planets.table, planets.types)
    expected = bundle.booster.inplace_predict(features)
    monkeypatch.setattr(DenseBooster, "start_scoring", None)
    score = Mock(wraps=bundle.dense_booster.score)
    monkeypatch.setattr(DenseBooster, "score", score)

    assert bundle.start_scoring is None
    assert np.array_equal(bundle.score(features), expected)
    assert score.call_count == 1


def test_a_bundle_with_one_different_bit_is_refused(bundle, monkeypatch):
    score = DenseBooster.score
    monkeypatch.setattr(DenseBooster, "score", lambda *args: score(*args) + np.float32(1e-7))

    with pytest.raises(BundleError, match="EXOHABIT_ENGINE=xgboost"):
        bundle.for_many(threads=2)


@pytest.mark.parametrize("size", [1, 5, 6, 23])
def test_chunks_that_are_scored_during_reading_keep_their_order(
    bundle, for_many, monkeypatch, size
):
    monkeypatch.setattr(valid_lists, "_CHUNK", 6)
    body = planets_of(size)

    planets = parse_planets(body, start_scoring=for_many.start_scoring)

    assert len(planets.pending) == -(-size // 6)
    expected = score_planets(bundle, parse_planets(body)).scores
    assert np.array_equal(score_planets(for_many, planets).scores, expected)


def test_some_of_the_planets_are_scored_again(bundle, for_many):
    body = planets_of(9)
    planets = parse_planets(body, start_scoring=for_many.start_scoring)

    some = score_planets(for_many, planets.take([7, 2])).scores

    assert np.array_equal(some, score_planets(bundle, parse_planets(body)).scores[[7, 2]])


def test_planets_with_limits_are_not_scored_during_reading(bundle, for_many):
    body = json.dumps([EARTH, {**EARTH, "pl_eqt": 900, "pl_eqtlim": 1}]).encode()

    planets = parse_planets(body, start_scoring=for_many.start_scoring)

    assert not planets.pending
    expected = score_planets(bundle, parse_planets(body)).scores
    assert np.array_equal(score_planets(for_many, planets).scores, expected)
