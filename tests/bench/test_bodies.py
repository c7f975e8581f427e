"""Made-up planets of the benchmark resemble the archive's, and no two are alike."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bench.bodies import listed, planets, tabled
from exohabit.inputs.readers import CSV
from exohabit.science.columns import COLUMNS, REQUIRED
from exohabit.science.features import feature_matrix
from utils import parse_planets

NUMBER = 2_000


@pytest.fixture(scope="module")
def bodies() -> list[str]:
    return list(planets(NUMBER))


@pytest.fixture(scope="module")
def made(bodies) -> list[dict]:
    return [json.loads(body) for body in bodies]


def test_no_two_planets_have_the_same_values(made):
    values = {tuple(planet.get(column.name) for column in COLUMNS) for planet in made}

    assert len(values) == NUMBER


def test_the_same_planets_are_made_each_time(bodies):
    assert list(planets(10)) == bodies[:10]


def test_every_planet_is_accepted_and_can_be_scored(bodies):
    parsed = parse_planets(listed(bodies))

    assert len(parsed.names) == NUMBER
    assert not parsed.reasons()


def test_some_required_values_are_missing_and_half_have_optional_ones(made):
    required = [[planet[column.name] for column in REQUIRED] for planet in made]
    has_more = [len(planet) > len(REQUIRED) + 1 for planet in made]

    assert 0.4 < np.mean([None in values for values in required]) < 0.8
    assert 0.4 < np.mean(has_more) < 0.6


def test_scores_spread_from_0_to_1(bodies, bundle):
    scores = bundle.score(feature_matrix(parse_planets(listed(bodies)).table))

    assert np.mean(scores > 0.5) > 0.01
    assert np.mean((scores > 0.01) & (scores < 0.99)) > 0.05


def test_a_table_holds_the_same_planets_as_a_list(bodies):
    of_list, of_table = parse_planets(listed(bodies)), parse_planets(tabled(bodies), CSV)

    assert of_table.names == of_list.names
    np.testing.assert_array_equal(feature_matrix(of_table.table), feature_matrix(of_list.table))
