"""Verification: a wrong score or order is noticed."""

from __future__ import annotations

import json

import pytest

import inference
from bench.bodies import listed, planets
from bench.verification import Truth, WrongAnswer
from exohabit.inputs.query import NO_QUERY
from exohabit.inputs.readers import JSON
from exohabit.outputs.inference_types import InferenceRequest

NUMBER = 50


@pytest.fixture(scope="module")
def truth(bundle) -> Truth:
    return Truth(list(planets(NUMBER)), bundle)


@pytest.fixture
def ranked(truth, bundle) -> list[dict]:
    request = InferenceRequest(listed(truth.bodies), JSON, NO_QUERY, JSON)
    return json.loads(inference.rank(bundle, request).content)["ranked_planets"]


def check(truth: Truth, ranked: list[dict]) -> None:
    truth.check_ranking(json.dumps({"ranked_planets": ranked}).encode(), NUMBER)


def test_an_answer_of_the_service_is_right(truth, ranked):
    check(truth, ranked)


def test_a_slightly_different_score_is_wrong(truth, ranked):
    ranked[3]["score"] += 2e-6

    with pytest.raises(WrongAnswer, match="another score"):
        check(truth, ranked)


def test_another_order_is_wrong(truth, ranked):
    ranked[0], ranked[1] = ranked[1], ranked[0]

    with pytest.raises(WrongAnswer, match="comes after one with a lower score"):
        check(truth, ranked)


def test_a_planet_that_is_left_out_is_wrong(truth, ranked):
    with pytest.raises(WrongAnswer, match="of 50 planets 49"):
        check(truth, ranked[1:])
