"""Complete: scores that are begun while planets are read. That its bits are XGBoost's:
`test_engines`."""

from __future__ import annotations

import json

import numpy as np
import pytest

import utils
from exohabit.outputs.scored_planets import score_planets
from exohabit.science.features import FEATURES
from exohabit.scoring.dense_booster import DenseBooster
from exohabit.scoring.manifest import BundleError
from utils import parse_planets

EARTH = {"pl_rade": 1.1, "pl_bmasse": 0.9, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}


@pytest.fixture(scope="module")
def for_many(bundle):
    return bundle.for_many(threads=3)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 10])
def test_there_are_as_many_scores_as_planets(bundle, for_many, size):
    features = np.full((size, len(FEATURES)), np.nan, dtype=np.float32)

    assert np.array_equal(for_many.score(features), bundle.booster.inplace_predict(features))


def test_a_bundle_of_which_one_bit_is_another_is_not_served(bundle, monkeypatch):
    score = DenseBooster.score
    monkeypatch.setattr(DenseBooster, "score", lambda *asked: score(*asked) + np.float32(1e-7))

    with pytest.raises(BundleError, match="EXOHABIT_ENGINE=xgboost"):
        bundle.for_many(threads=2)


@pytest.mark.parametrize("size", [1, 5, 6, 23])
def test_what_is_begun_while_planets_are_read_scores_them_in_their_order(
    bundle, for_many, monkeypatch, size
):
    monkeypatch.setattr(utils, "_AT_A_TIME", 2)
    monkeypatch.setattr(utils, "_TOGETHER", 3)
    body = json.dumps([{**EARTH, "pl_eqt": 200 + 7 * i} for i in range(size)]).encode()

    planets = parse_planets(body, begin=for_many.begin)

    assert len(planets.pending) == -(-size // 6)
    expected = score_planets(bundle, parse_planets(body)).scores
    assert np.array_equal(score_planets(for_many, planets).scores, expected)


def test_some_of_the_planets_are_scored_anew(bundle, for_many):
    body = json.dumps([{**EARTH, "pl_eqt": 200 + 7 * i} for i in range(9)]).encode()
    planets = parse_planets(body, begin=for_many.begin)

    some = score_planets(for_many, planets.take([7, 2])).scores

    assert np.array_equal(some, score_planets(bundle, parse_planets(body)).scores[[7, 2]])


def test_of_planets_that_change_after_they_were_read_nothing_is_begun(bundle, for_many):
    limited = json.dumps([EARTH, {**EARTH, "pl_eqt": 900, "pl_eqtlim": 1}]).encode()

    planets = parse_planets(limited, begin=for_many.begin)

    assert not planets.pending
    expected = score_planets(bundle, parse_planets(limited)).scores
    assert np.array_equal(score_planets(for_many, planets).scores, expected)
