"""Judgement: scores, and what else is asked; the model is a stub that scores radius / 10."""

from __future__ import annotations

import json

import pytest

from exohabit.inputs.problems import NotEnoughData
from exohabit.inputs.query_parameters import EXPLAIN, TOP, read_query
from exohabit.outputs.scored_planets import in_order, score_planets
from utils import parse_planets

NOTHING = dict.fromkeys(("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype"))
PLANETS = [{**NOTHING, "pl_eqt": 255.0, "pl_rade": radius} for radius in (2.0, 9.0, None, 5.0, 9.0)]


def scored(bundle, sent, *pairs):
    query = read_query(pairs, (EXPLAIN, TOP))
    body = json.dumps(sent).encode()
    return score_planets(bundle, parse_planets(body, one_allowed=True, schema=query.schema), query)


def test_planets_with_a_score_are_ordered_by_it_and_equals_as_they_came(stub):
    found = scored(stub, PLANETS)

    assert in_order(found).tolist() == [1, 4, 3, 0]
    assert list(found.reasons) == [2]


def test_nothing_is_said_beside_scores_unless_it_is_asked_for(stub):
    assert scored(stub, PLANETS).extras == {}
    assert scored(stub, PLANETS, ("explain", "true")).extras.keys() == {0, 1, 2, 3, 4}


def test_of_the_top_of_a_ranking_and_the_unscored_alone_more_is_said(stub):
    asked = (("explain", "true"), ("top", "2"))

    said = scored(stub, PLANETS, *asked).extras
    assert said.keys() == {1, 4, 2}
    assert said[2].explanation is None


def test_a_bare_planet_of_which_too_little_is_known_is_refused(stub):
    with pytest.raises(NotEnoughData):
        scored(stub, NOTHING)
