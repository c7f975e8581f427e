"""Scores and extras of planets; the model is a stub that scores radius / 10."""

from __future__ import annotations

import json

import pytest

from exohabit.inputs.problems import NotEnoughData
from exohabit.inputs.query import read_query
from exohabit.inputs.query_parameters import EXPLAIN, TOP
from exohabit.outputs.scored_planets import rank_order, score_planets
from utils import parse_planets

NOTHING = dict.fromkeys(("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype"))
PLANETS = [{**NOTHING, "pl_eqt": 255.0, "pl_rade": radius} for radius in (2.0, 9.0, None, 5.0, 9.0)]


def scored(bundle, document, *pairs):
    query = read_query(pairs, (EXPLAIN, TOP))
    body = json.dumps(document).encode()
    return score_planets(bundle, parse_planets(body, one_allowed=True, schema=query.schema), query)


def test_planets_with_a_score_are_ordered_by_it_and_ties_keep_their_order(stub):
    planets = scored(stub, PLANETS)

    assert rank_order(planets).tolist() == [1, 4, 3, 0]
    assert list(planets.reasons) == [2]


def test_there_are_no_extras_unless_requested(stub):
    assert scored(stub, PLANETS).extras == {}
    assert scored(stub, PLANETS, ("explain", "true")).extras.keys() == {0, 1, 2, 3, 4}


def test_only_the_top_of_a_ranking_and_unscored_planets_have_extras(stub):
    extras = scored(stub, PLANETS, ("explain", "true"), ("top", "2")).extras

    assert extras.keys() == {1, 4, 2}
    assert extras[2].explanation is None


def test_a_bare_planet_about_which_too_little_is_known_is_refused(stub):
    with pytest.raises(NotEnoughData):
        scored(stub, NOTHING)
