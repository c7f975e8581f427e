"""Scores and extras of planets; the model is a stub that scores radius / 10."""

from __future__ import annotations

import json

import pytest

from exohabit.inputs.problems import NotEnoughData
from exohabit.inputs.query import read_query
from exohabit.inputs.query_parameters import EXPLAIN, MIN_SCORE, ORDER_BY, TOP, UNSCORED
from exohabit.outputs.scored_planets import rank_order, score_planets
from utils import parse_planets

NOTHING = dict.fromkeys(("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype"))
PLANETS = [{**NOTHING, "pl_eqt": 255.0, "pl_rade": radius} for radius in (2.0, 9.0, None, 5.0, 9.0)]


def scored(bundle, document, *pairs):
    query = read_query(pairs, (EXPLAIN, MIN_SCORE, ORDER_BY, TOP, UNSCORED))
    body = json.dumps(document).encode()
    return score_planets(bundle, parse_planets(body, one_allowed=True, schema=query.schema), query)


def test_planets_with_a_score_are_ordered_by_it_and_ties_keep_their_order(stub):
    planets = scored(stub, PLANETS)

    assert rank_order(planets).tolist() == [1, 4, 3, 0]
    assert list(planets.reasons) == [2]


def test_there_are_no_extras_unless_requested(stub):
    assert scored(stub, PLANETS).extras == {}
    assert scored(stub, PLANETS, ("explain", "true")).extras.keys() == {0, 1, 2, 3, 4}


@pytest.mark.parametrize(
    ("pairs", "with_extras"),
    [
        ([("top", "2")], {1, 4}),
        ([("top", "2"), ("unscored", "true")], {1, 4, 2}),
        ([("min_score", "0.5")], {1, 3, 4}),
        ([("top", "1"), ("order_by", "score_low")], {3}),
    ],
)
def test_only_planets_that_a_ranking_lists_have_extras(stub, pairs, with_extras):
    exact = {"pl_radeerr1": 0.0, "pl_radeerr2": 0.0}
    planets = [*PLANETS[:3], {**PLANETS[3], **exact}, PLANETS[4]]

    extras = scored(stub, planets, ("explain", "true"), *pairs).extras

    assert extras.keys() == with_extras
    assert all((extras[i].explanation is None) == (i == 2) for i in extras)


def test_a_bare_planet_about_which_too_little_is_known_is_refused(stub):
    with pytest.raises(NotEnoughData):
        scored(stub, NOTHING)
