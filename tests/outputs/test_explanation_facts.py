"""Facts: what is known about a planet, and whether the definition favours it."""

from __future__ import annotations

import json

import pytest

from exohabit.inputs.schemas import DETAILED_SCHEMA
from exohabit.outputs.context_report import build_contexts
from exohabit.outputs.explanation_facts import Fact, facts_of
from utils import parse_planets

NOTHING = dict.fromkeys(("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype"))


def facts(**known) -> dict[str, Fact]:
    planets = parse_planets(json.dumps([{**NOTHING, **known}]).encode(), schema=DETAILED_SCHEMA)
    (context,) = build_contexts(planets)
    return facts_of(planets.understood(0), context)


@pytest.mark.parametrize(
    ("known", "clause", "favours"),
    [
        ({"pl_insol": 1.0}, "the stated insolation, equal to Earth's, is inside", True),
        ({"pl_insol": 4321.0}, "4,320 times Earth's, is above", False),
        ({"pl_insol": 0.01}, "0.01 times Earth's, is below", False),
        ({"pl_insol": 1.80}, "1.8 times Earth's, is just above", False),
        ({"pl_insol": 1.74}, "1.74 times Earth's, is just inside", True),
        ({"pl_orbper": 365.0}, "the insolation implied by orbit and star", True),
        (
            {"pl_insol": 1.0, "pl_orbeccen": 0.0},
            "the stated insolation, equal to Earth's, is",
            True,
        ),
        (
            {"pl_insol": 1.0, "pl_orbeccen": 0.5},
            "1.15 times Earth's on average over its orbit,",
            True,
        ),
    ],
)
def test_an_insolation_is_compared_with_the_zone(known, clause, favours):
    fact = facts(**known, st_spectype="G2 V")["insolation"]

    assert clause in fact.clause
    assert fact.favours is favours


@pytest.mark.parametrize(
    ("known", "clause", "favours"),
    [
        ({"pl_eqt": 255.0}, "255 K, means at least 0.705 times Earth's", True),
        ({"pl_eqt": 255.0, "pl_orbeccen": 0.9}, "1.62 times Earth's insolation on average", True),
        ({"pl_eqt": 400.0}, "too much for the habitable zone", False),
        ({"pl_eqt": 90.0}, "at most 0.109 times Earth's insolation, too little", False),
        ({"pl_eqt": 3.0}, "at most less than 0.001", False),
    ],
)
def test_a_temperature_decides_only_if_every_albedo_agrees(known, clause, favours):
    fact = facts(**known, st_spectype="G2 V")["temperature"]

    assert clause in fact.clause
    assert fact.favours is favours


def test_light_without_a_star_is_compared_with_the_zones_of_all_stars():
    every, some = (facts(pl_insol=insol)["insolation"].clause for insol in (1.0, 1.7))
    assert every.endswith("is inside the habitable zone of every star of class F to M")
    assert some.endswith("is inside the habitable zone of some stars")
    assert facts(pl_insol=3.0)["insolation"].favours is False
    assert facts(pl_eqt=255.0)["temperature"].favours is None
    assert facts(pl_eqt=335.0)["temperature"].favours is False
    assert facts(pl_eqt=333.0)["temperature"].favours is None


@pytest.mark.parametrize(
    ("known", "part", "clause", "favours"),
    [
        ({"pl_rade": 1.0}, "radius", "1 Earth radius, is within the definition's 0.5 to 2.5", True),
        ({"pl_rade": 2.6}, "radius", "2.6 Earth radii, is above", False),
        ({"pl_rade": 0.4}, "radius", "0.4 Earth radii, is below", False),
        ({"pl_rade": 2.51}, "radius", "2.51 Earth radii, is just above", False),
        ({"pl_rade": 2.5}, "radius", "2.5 Earth radii, is just within", True),
        ({"pl_bmasse": 5.0}, "mass", "its mass, 5 Earth masses, is within", True),
        ({"pl_bmasse": 50.0}, "mass", "50 Earth masses, is above", False),
        ({"pl_rade": 1, "pl_bmasse": 50.0}, "mass", "but the definition uses its radius", None),
    ],
)
def test_a_size_is_compared_with_the_range_of_the_definition(known, part, clause, favours):
    fact = facts(**known)[part]

    assert clause in fact.clause
    assert fact.favours is favours


def test_only_the_star_has_a_fact_if_nothing_is_known():
    assert facts().keys() == {"star"}


@pytest.mark.parametrize(
    ("known", "clause", "favours"),
    [
        ({"st_spectype": "G2 V"}, 'its star, "G2 V", is of class F to M', True),
        ({"st_spectype": "WD"}, 'its star, "WD", is not of class F to M', False),
        ({"st_teff": 5000.0}, "its star, of 5000 K, is of", True),
        ({"st_teff": 9000.0}, "its star, of 9000 K, is not of", False),
        ({"st_teff": 5500.0, "st_rad": 0.013}, "5500 K and 0.013 solar radii, is not of", False),
        ({}, "the class of its star is not known", None),
    ],
)
def test_a_star_is_described_by_its_type_else_by_its_temperature(known, clause, favours):
    assert clause in facts(**known)["star"].clause
    assert facts(**known)["star"].favours is favours
