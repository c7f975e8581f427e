"""Sentences: they name what counted most, and claim no more than the numbers say."""

from __future__ import annotations

import json

import pytest

from exohabit.inputs.schemas import DETAILED
from exohabit.outputs.context_report import contexts
from exohabit.outputs.explanation_facts import Fact
from exohabit.outputs.explanation_sentence import Theme, sentence, themes
from exohabit.science.features import FEATURES
from utils import parse_planets

NOTHING = dict.fromkeys(("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype"))
GOOD, BAD, OPEN = Fact("X is in", True), Fact("X is out", False), Fact("X is what it is")


def light(effect, fact=GOOD) -> Theme:
    return Theme("light", effect, fact)


def size(effect, fact=GOOD) -> Theme:
    return Theme("size", effect, fact)


def facts(added=None, **known) -> dict[str, Fact]:
    """Facts that are found of a planet, by theme, with features that added something."""
    planets = parse_planets(json.dumps([{**NOTHING, **known}]).encode(), schema=DETAILED)
    (context,) = contexts(planets)
    every = dict.fromkeys(FEATURES, 0.0) | (added or {})
    return {each.name: each.fact for each in themes(every, planets.understood(0), context)}


@pytest.mark.parametrize(
    ("score", "begins"),
    [
        (0.95, "Very likely potentially habitable (score 0.950)"),
        (0.6, "More likely potentially habitable than not (score 0.600)"),
        (0.4999, "More likely not potentially habitable (score 0.500)"),
        (0.0999, "Very unlikely to be potentially habitable (score 0.100)"),
        (0.0009, "Very unlikely to be potentially habitable (score below 0.001)"),
    ],
)
def test_it_begins_with_the_score_in_words(score, begins):
    way = 1.0 if score >= 0.5 else -1.0

    assert sentence(score, 0.5, [light(way)]).startswith(begins)


@pytest.mark.parametrize(
    ("score", "said", "ends"),
    [
        (0.9, [light(3.0), size(1.0)], "mostly because X is in; its size speaks for it: X is in."),
        (0.9, [light(3.0), size(0.2)], "mostly because X is in."),
        (0.9, [light(3.0), size(-1.0, BAD)], "is in; its size speaks against it: X is out."),
        (0.9, [light(3.0), size(-1.0, GOOD)], "its size speaks against it, though X is in."),
        (0.9, [light(3.0, BAD)], "mostly by its light, though X is out."),
        (0.9, [light(3.0, OPEN)], "mostly by its light: X is what it is."),
        (
            0.1,
            [light(-3.0, BAD), size(1.0)],
            "mostly because X is out; its size speaks for it: X is in.",
        ),
        (
            0.1,
            [size(1.0), light(-3.0, BAD)],
            "mostly because X is out; its size speaks for it: X is in.",
        ),
        (
            0.3,
            [light(2.0), size(1.0)],
            "few planets meet the definition, and what is known does not outweigh that; its light "
            "speaks for it: X is in; its size speaks for it: X is in.",
        ),
    ],
)
def test_what_moved_the_score_most_comes_first_with_its_fact(score, said, ends):
    assert sentence(score, 0.5, said).endswith(ends)


def test_what_hardly_moved_the_score_is_no_reason_for_it():
    told = sentence(0.3, 0.5, [light(2.0), size(1.0), Theme("star", -0.1, GOOD)])

    assert "few planets meet the definition" in told
    assert "star" not in told


def test_mostly_is_said_only_of_half_of_what_moved_the_score_or_more():
    third = Theme("star", 1.0, OPEN)

    assert ", mostly because" in sentence(0.9, 0.5, [light(2.0), size(1.0), third])
    assert ", first of all because" in sentence(0.9, 0.5, [light(1.9), size(1.0), third])


@pytest.mark.parametrize(
    ("known", "added", "clause"),
    [
        ({"pl_insol": 1.0}, {"zone": 1.0}, "the stated insolation"),
        ({"pl_insol": 1.0}, {"pl_eqt": 1.0}, "the stated insolation"),
        ({"pl_insol": 1.0, "pl_eqt": 255.0}, {"zone": -2.0, "pl_eqt": -1.0}, "the stated"),
        ({"pl_insol": 1.0, "pl_eqt": 255.0}, {"zone": 1.0, "pl_eqt": 2.0}, "its equilibrium"),
        ({"pl_eqt": 255.0}, {"zone": 1.0}, "its equilibrium temperature"),
        ({}, {"zone": 1.0}, "what is known does not tell its insolation"),
    ],
)
def test_light_is_told_by_what_is_known_and_moved_the_score_more(known, added, clause):
    assert clause in facts(added, **known, st_spectype="G2 V", pl_rade=1.0)["light"].clause


def test_parts_that_pull_apart_are_told_apart():
    split = facts({"zone": -1.0, "pl_eqt": 1.5}, pl_insol=2.4, pl_eqt=255.0, st_spectype="G2 V")
    sizes = facts({"pl_rade": 2.4, "pl_bmasse": -2.8}, pl_rade=1.0, pl_bmasse=50.0)

    assert split["insolation"].favours is False
    assert split["temperature"].favours is True
    assert sizes["radius"].favours is True
    assert sizes["mass"] == Fact("its mass, 50 Earth masses, stands beside its radius")


@pytest.mark.parametrize("kind", ["WD", "A3 V", "L3", "DC"])
def test_a_star_without_a_zone_answers_for_what_it_does_to_the_light(kind):
    added = {"zone": -3.0, "zone_orbit": -1.0, "zone_eqt": -1.0}
    sent = {**NOTHING, "pl_insol": 1.0, "pl_eqt": 255.0, "pl_rade": 1.0, "st_spectype": kind}
    planets = parse_planets(json.dumps([sent]).encode(), schema=DETAILED)
    (context,) = contexts(planets)

    every = dict.fromkeys(FEATURES, 0.0) | added
    found = {each.name: each for each in themes(every, planets.understood(0), context)}

    assert found["star"].effect == -5.0
    assert found["star"].fact.favours is False
    assert found["light"].effect == 0.0


@pytest.mark.parametrize(
    ("score", "ends"),
    [
        (0.6, "(score 0.600), as planets go of which no more is known."),
        (0.1, "few planets meet the definition, and what is known does not outweigh that."),
    ],
)
def test_a_score_that_nothing_moved_has_a_sentence(score, ends):
    assert sentence(score, 0.5, [light(0.0, OPEN)]).endswith(ends)


def test_what_fails_the_definition_comes_first_where_little_speaks_against_it():
    told = sentence(0.3, 0.5, [light(2.0), size(0.1, BAD)], holds=False)

    assert told.endswith(
        ": by the values given it fails the definition; its size speaks for it, though X is out; "
        "its light speaks for it: X is in."
    )


def test_what_fails_the_definition_is_told_of_a_planet_that_is_likely_to_meet_it():
    told = sentence(0.8, 0.5, [light(3.0), size(0.1, BAD)])

    assert told.endswith("because X is in; its size speaks for it, though X is out.")


@pytest.mark.parametrize("holds", [True, None])
def test_a_planet_is_said_to_fail_the_definition_only_if_it_does(holds):
    """A temperature may disagree with the insolation, by which the definition judges."""
    told = sentence(0.3, 0.5, [light(2.0), size(0.1, BAD)], holds)

    assert "fails" not in told
    assert "few planets meet the definition" in told


def test_what_is_near_a_limit_is_told_where_the_score_is_low():
    near = Theme("size", 0.1, GOOD._replace(is_near=True))

    assert "size" in sentence(0.4, 0.5, [light(2.0), near])
    assert "size" not in sentence(0.6, 0.5, [light(2.0), near])


def test_parts_of_which_one_fails_the_definition_are_told_apart():
    known = {"st_spectype": "G2 V", "pl_eqt": 255.0, "pl_insol": 0.04}

    found = facts({"zone": 1.0, "pl_eqt": 2.0}, **known)

    assert (found["temperature"].favours, found["insolation"].favours) == (True, False)


def test_the_orbit_around_a_giant_is_said_to_be_read_as_around_a_dwarf():
    found = facts({"zone": 1.0}, pl_orbper=365.0, st_spectype="K1 III", pl_rade=1.0)

    assert "read as one around a dwarf" in found["light"].clause


@pytest.mark.parametrize(
    ("known", "added", "clause"),
    [
        ({"pl_bmasse": 5.0}, {"pl_rade": 1.0}, "its mass, 5 Earth masses, is within"),
        ({"pl_rade": 1, "pl_bmasse": 50.0}, {"pl_rade": 1.0}, "its radius"),
        ({"pl_rade": 1, "pl_bmasse": 50.0}, {"pl_bmasse": -1.0}, "its radius"),
        ({"pl_rade": 1}, {"pl_bmasse": -1.0}, "its radius"),
        ({}, {"pl_bmasse": -1.0}, "neither radius nor mass is known"),
    ],
)
def test_size_is_told_by_what_the_definition_judges_by(known, added, clause):
    assert clause in facts(added, **known)["size"].clause


def test_every_feature_belongs_to_one_theme():
    every = {name: 2.0**i for i, name in enumerate(FEATURES)}

    planets = parse_planets(json.dumps([NOTHING]).encode(), schema=DETAILED)
    (context,) = contexts(planets)
    found = themes(every, planets.understood(0), context)

    assert sum(theme.effect for theme in found) == sum(every.values())
