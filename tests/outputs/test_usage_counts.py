"""Planets are counted as clients would count them; the stub scores radius / 10."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest

from exohabit.inputs.query import read_query
from exohabit.inputs.query_parameters import EXTRAS_PARAMETERS
from exohabit.outputs.response_builders import build_predictions
from exohabit.outputs.scored_planets import ScoredPlanets, count_usage, score_planets
from exohabit.outputs.usage_counts import OUTCOMES, TENTHS
from exohabit.science.columns import COLUMNS
from tests.bad_requests import EARTH
from utils import parse_planets

UNKNOWN = {**EARTH, "pl_rade": None, "pl_bmasse": None}


def scored(stub, *planets: dict) -> ScoredPlanets:
    return score_planets(stub, parse_planets(json.dumps(planets).encode()))


def with_scores(stub, *scores: float) -> ScoredPlanets:
    """Return planets with these scores."""
    return scored(stub, *[EARTH] * len(scores))._replace(scores=np.array(scores, np.float32))


@pytest.mark.parametrize(
    ("score", "tenth"),
    [
        (0.0, "0.0-0.1"),
        (0.05, "0.0-0.1"),
        (0.15, "0.1-0.2"),
        (0.5, "0.5-0.6"),
        (0.85, "0.8-0.9"),
        (0.95, "0.9-1.0"),
        (1.0, "0.9-1.0"),
    ],
)
def test_a_score_belongs_to_its_tenth_and_the_last_has_both_ends(stub, score, tenth):
    counted = count_usage(with_scores(stub, score))

    assert {TENTHS[index]: number for index, number in counted.tenths.items()} == {tenth: 1}


def test_a_planet_is_habitable_from_the_threshold_on(stub):
    counted = count_usage(with_scores(stub, 0.499, 0.5, 0.501))

    assert counted.outcomes == {"habitable": 2, "not_habitable": 1}


def test_a_planet_without_a_score_counts_as_unscored_only(stub):
    counted = count_usage(scored(stub, UNKNOWN, EARTH, UNKNOWN))

    assert counted.planets == 3
    assert counted.outcomes == {"not_habitable": 1, "unscored": 2}
    assert sum(counted.tenths.values()) == 1


def test_there_are_no_tenths_if_no_planet_is_scored(stub):
    counted = count_usage(scored(stub, UNKNOWN))

    assert (counted.outcomes, counted.tenths) == ({"unscored": 1}, {})


def test_a_column_is_missing_if_it_is_null_or_absent(stub):
    planets = [EARTH, {**EARTH, "st_spectype": None, "pl_eqt": None, "pl_insol": 1.0}, UNKNOWN]

    counted = count_usage(scored(stub, *planets))

    known = Counter(name for planet in planets for name in planet if planet[name] is not None)
    missing = {column.name: 3 - known[column.name] for column in COLUMNS}
    assert counted.missing == {name: number for name, number in missing.items() if number}


@pytest.mark.parametrize(
    ("changed", "outside"),
    [
        ({}, 0),
        ({"pl_orbper": 1e5}, 1),
        ({"pl_orbper": 1e5, "pl_rade": 50, "st_mass": 50}, 1),  # one planet, several warnings
        ({"st_spectype": "WD"}, 1),
        ({"pl_isnol": 1}, 0),  # a typo tells nothing about the planet
        ({"pl_bmasselim": 1}, 0),  # nor does a limit
    ],
)
def test_a_planet_outside_the_domain_is_counted_once(stub, changed, outside):
    these = scored(stub, {**EARTH, **changed}, EARTH)

    assert count_usage(these).outside_domain == outside
    warned = build_predictions(these).predictions[0].warnings
    assert bool(warned) == bool(changed)


def test_counts_of_parts_add_up_to_those_of_the_whole(stub):
    planets = [
        {**EARTH, "pl_rade": radius, "pl_eqt": None if i % 3 else 250}
        for i, radius in enumerate((1, 2.5, 5.5, 9.5, None, 7))
    ]

    whole, *parts = (
        count_usage(scored(stub, *some)) for some in (planets, planets[:2], planets[2:])
    )

    assert whole.planets == sum(part.planets for part in parts)
    for field in ("outcomes", "tenths", "missing"):
        assert getattr(whole, field) == sum((Counter(getattr(p, field)) for p in parts), Counter())
    assert set(whole.outcomes) <= set(OUTCOMES)


def test_contradictory_values_are_not_outside_the_domain(stub):
    query = read_query([("context", "true")], EXTRAS_PARAMETERS)
    odd = {**EARTH, "pl_eqt": 900.0, "pl_bmassprov": "M-R relationship", "pl_bmasse": 1.0}
    planets = parse_planets(json.dumps([odd]).encode(), schema=query.schema)

    found = score_planets(stub, planets, query)

    assert len(found.warnings[0]) >= 2
    assert count_usage(found).outside_domain == 0
