"""Sentences: they name what counted most, and claim no more than the numbers do."""

from __future__ import annotations

import json

import pytest

from exohabit.inputs.schemas import DETAILED
from exohabit.outputs.context_report import build_contexts
from exohabit.outputs.explanation_facts import Fact
from exohabit.outputs.explanation_sentence import Theme, build_sentence, find_themes
from exohabit.science.features import FEATURES
from utils import parse_planets

NOTHING = dict.fromkeys(("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype"))
GOOD, BAD, OPEN = Fact("X is in", True), Fact("X is out", False), Fact("X is what it is")


def light(effect, fact=GOOD) -> Theme:
    return Theme("light", effect, fact)


def size(effect, fact=GOOD) -> Theme:
    return Theme("size", effect, fact)


def facts(added=None, **known) -> dict[str, Fact]:
    """Return the facts about a planet by theme, for these contributions of features."""
    planets = parse_planets(json.dumps([{**NOTHING, **known}]).encode(), schema=DETAILED)
    (context,) = build_contexts(planets)
    every = dict.fromkeys(FEATURES, 0.0) | (added or {})
    return {each.name: each.fact for each in find_themes(every, planets.understood(0), context)}


@pytest.mark.parametrize(
    ("score", "beginning"),
    [
        (0.95, "Very likely potentially habitable (score 0.950)"),
        (0.6, "More likely potentially habitable than not (score 0.600)"),
        (0.4999, "More likely not potentially habitable (score 0.500)"),
        (0.0999, "Very unlikely to be potentially habitable (score 0.100)"),
        (0.0009, "Very unlikely to be potentially habitable (score below 0.001)"),
    ],
)
def test_a_sentence_begins_with_the_score_in_words(score, beginning):
    sign = 1.0 if score >= 0.5 else -1.0

    assert build_sentence(score, 0.5, [light(sign)]).startswith(beginning)


@pytest.mark.parametrize(
    ("score", "themes", "end"),
    [
        (0.9, [light(3.0), size(1.0)], "mostly because X is in; its size counts for it: X is in."),
        (0.9, [light(3.0), size(0.2)], "mostly because X is in."),
        (0.9, [light(3.0), size(-1.0, BAD)], "is in; its size counts against it: X is out."),
        (0.9, [light(3.0), size(-1.0, GOOD)], "its size counts against it, although X is in."),
        (0.9, [light(3.0, BAD)], "mostly because of its light, although X is out."),
        (0.9, [light(3.0, OPEN)], "mostly because of its light: X is what it is."),
        (
            0.1,
            [light(-3.0, BAD), size(1.0)],
            "mostly because X is out; its size counts for it: X is in.",
        ),
        (
            0.1,
            [size(1.0), light(-3.0, BAD)],
            "mostly because X is out; its size counts for it: X is in.",
        ),
        (
            0.3,
            [light(2.0), size(1.0)],
            "few planets meet the definition, and what is known does not outweigh that; its light "
            "counts for it: X is in; its size counts for it: X is in.",
        ),
    ],
)
def test_what_moved_the_score_most_comes_first_with_its_fact(score, themes, end):
    assert build_sentence(score, 0.5, themes).endswith(end)


def test_a_theme_that_hardly_moved_the_score_is_not_mentioned():
    text = build_sentence(0.3, 0.5, [light(2.0), size(1.0), Theme("star", -0.1, GOOD)])

    assert "few planets meet the definition" in text
    assert "star" not in text


def test_mostly_means_at_least_half_of_what_moved_the_score():
    third = Theme("star", 1.0, OPEN)

    assert ", mostly because" in build_sentence(0.9, 0.5, [light(2.0), size(1.0), third])
    assert ", first of all because" in build_sentence(0.9, 0.5, [light(1.9), size(1.0), third])


@pytest.mark.parametrize(
    ("known", "added", "clause"),
    [
        ({"pl_insol": 1.0}, {"zone": 1.0}, "the stated insolation"),
        ({"pl_insol": 1.0}, {"pl_eqt": 1.0}, "the stated insolation"),
        ({"pl_insol": 1.0, "pl_eqt": 255.0}, {"zone": -2.0, "pl_eqt": -1.0}, "the stated"),
        ({"pl_insol": 1.0, "pl_eqt": 255.0}, {"zone": 1.0, "pl_eqt": 2.0}, "its equilibrium"),
        ({"pl_eqt": 255.0}, {"zone": 1.0}, "its equilibrium temperature"),
        ({}, {"zone": 1.0}, "its insolation is not known"),
    ],
)
def test_the_fact_about_light_is_the_known_one_that_moved_the_score_more(known, added, clause):
    assert clause in facts(added, **known, st_spectype="G2 V", pl_rade=1.0)["light"].clause


def test_parts_with_opposite_effects_are_separate_themes():
    split = facts({"zone": -1.0, "pl_eqt": 1.5}, pl_insol=2.4, pl_eqt=255.0, st_spectype="G2 V")
    sizes = facts({"pl_rade": 2.4, "pl_bmasse": -2.8}, pl_rade=1.0, pl_bmasse=50.0)

    assert split["insolation"].favours is False
    assert split["temperature"].favours is True
    assert sizes["radius"].favours is True
    assert sizes["mass"] == Fact("its mass is 50 Earth masses, but the definition uses its radius")


@pytest.mark.parametrize("spectral_type", ["WD", "A3 V", "L3", "DC"])
def test_zone_features_count_for_the_star_if_it_has_no_zone(spectral_type):
    added = {"zone": -3.0, "zone_orbit": -1.0, "zone_eqt": -1.0}
    planet = {
        **NOTHING,
        "pl_insol": 1.0,
        "pl_eqt": 255.0,
        "pl_rade": 1.0,
        "st_spectype": spectral_type,
    }
    planets = parse_planets(json.dumps([planet]).encode(), schema=DETAILED)
    (context,) = build_contexts(planets)

    every = dict.fromkeys(FEATURES, 0.0) | added
    found = {each.name: each for each in find_themes(every, planets.understood(0), context)}

    assert found["star"].effect == -5.0
    assert found["star"].fact.favours is False
    assert found["light"].effect == 0.0


@pytest.mark.parametrize(
    ("score", "end"),
    [
        (0.6, "(score 0.600), because nothing is known that would change it."),
        (0.1, "few planets meet the definition, and what is known does not outweigh that."),
    ],
)
def test_a_score_that_nothing_moved_has_a_sentence(score, end):
    assert build_sentence(score, 0.5, [light(0.0, OPEN)]).endswith(end)


def test_a_failing_theme_comes_first_if_little_counts_against_the_planet():
    text = build_sentence(0.3, 0.5, [light(2.0), size(0.1, BAD)], holds=False)

    assert text.endswith(
        ": it does not meet the definition by the values given; its size counts for it, although X "
        "is out; its light counts for it: X is in."
    )


def test_a_failing_theme_is_mentioned_even_if_the_score_is_high():
    text = build_sentence(0.8, 0.5, [light(3.0), size(0.1, BAD)])

    assert text.endswith("because X is in; its size counts for it, although X is out.")


@pytest.mark.parametrize("holds", [True, None])
def test_a_sentence_says_that_the_definition_is_not_met_only_if_that_is_so(holds):
    """A temperature may disagree with the insolation, which the definition uses."""
    text = build_sentence(0.3, 0.5, [light(2.0), size(0.1, BAD)], holds)

    assert "does not meet" not in text
    assert "few planets meet the definition" in text


def test_a_theme_near_a_limit_is_mentioned_if_the_score_is_low():
    near = Theme("size", 0.1, GOOD._replace(is_near=True))

    assert "size" in build_sentence(0.4, 0.5, [light(2.0), near])
    assert "size" not in build_sentence(0.6, 0.5, [light(2.0), near])


def test_parts_are_separate_themes_if_only_one_fails_the_definition():
    known = {"st_spectype": "G2 V", "pl_eqt": 255.0, "pl_insol": 0.04}

    found = facts({"zone": 1.0, "pl_eqt": 2.0}, **known)

    assert (found["temperature"].favours, found["insolation"].favours) == (True, False)


def test_a_sentence_says_if_a_giant_is_treated_as_a_dwarf():
    found = facts({"zone": 1.0}, pl_orbper=365.0, st_spectype="K1 III", pl_rade=1.0)

    assert "treats its star as a dwarf" in found["light"].clause


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
def test_the_fact_about_size_is_the_one_that_the_definition_uses(known, added, clause):
    assert clause in facts(added, **known)["size"].clause


def test_every_feature_belongs_to_one_theme():
    every = {name: 2.0**i for i, name in enumerate(FEATURES)}

    planets = parse_planets(json.dumps([NOTHING]).encode(), schema=DETAILED)
    (context,) = build_contexts(planets)
    found = find_themes(every, planets.understood(0), context)

    assert sum(theme.effect for theme in found) == sum(every.values())
