"""Themes: contributions summed by light, size and star, and the fact behind each."""

from __future__ import annotations

import json

import pytest

from exohabit.inputs.schemas import DETAILED_SCHEMA
from exohabit.outputs.context_report import build_contexts
from exohabit.outputs.explanation_facts import Fact
from exohabit.outputs.explanation_themes import Moved, Theme, find_themes, sum_by_theme
from exohabit.science.features import FEATURES
from utils import parse_planets

NOTHING = dict.fromkeys(("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype"))


def moved(added=None, p_zone=0.5, p_size=0.5, *, no_zone=False) -> Moved:
    every = dict.fromkeys(FEATURES, 0.0) | (added or {})
    return sum_by_theme(every, p_zone, p_size, no_zone=no_zone)


def themes(added=None, **known) -> dict[str, Theme]:
    """Return the themes of a planet by name, for these contributions of features."""
    planets = parse_planets(json.dumps([{**NOTHING, **known}]).encode(), schema=DETAILED_SCHEMA)
    (context,) = build_contexts(planets)
    return {each.name: each for each in find_themes(moved(added), planets.understood(0), context)}


def facts(added=None, **known) -> dict[str, Fact]:
    return {name: theme.fact for name, theme in themes(added, **known).items()}


def test_every_feature_belongs_to_one_theme():
    every = {name: 2.0**i for i, name in enumerate(FEATURES)}

    found = moved(every)

    assert list(found.themes) == ["light", "size", "star"]
    assert sum(found.themes.values()) == pytest.approx(sum(every.values()))
    assert sum(found.parts.values()) == pytest.approx(sum(every.values()))


@pytest.mark.parametrize(
    ("name", "theme"), [("p_zone", "light"), ("p_size", "size"), ("zone_eqt", "light")]
)
def test_a_probability_counts_for_its_theme(name, theme):
    assert moved({name: 2.0}).themes[theme] == 2.0


@pytest.mark.parametrize(
    ("effect", "p_zone", "p_size", "light"),
    [
        (2.0, 0.8, 0.8, 1.0),
        (-2.0, 0.3, 0.3, -1.0),
        (-2.0, 0.01, 0.999, -2.0),
        (-2.0, 0.999, 0.01, 0.0),
        (2.0, 0.999, 0.6, 1.77),
        (2.0, 0.6, 0.999, 0.23),
        (-2.0, 0.0, 0.0, -1.0),
        (2.0, 1.0, 1.0, 1.0),
        (0.0, 0.0, 1.0, 0.0),
    ],
)
def test_the_probability_of_both_is_shared_between_light_and_size(effect, p_zone, p_size, light):
    found = moved({"p_habitable": effect}, p_zone, p_size).themes

    assert found["light"] == pytest.approx(light, abs=0.01)
    assert found["light"] + found["size"] == effect


def test_features_of_the_zone_count_for_the_star_if_it_has_no_zone():
    added = {"zone": -3.0, "zone_orbit": -1.0, "zone_eqt": -1.0, "p_zone": -2.0, "p_habitable": -4}

    found = moved(added, p_zone=0.001, p_size=0.999, no_zone=True).themes

    assert found["star"] == pytest.approx(-11.0, abs=0.01)
    assert found["light"] == 0.0


@pytest.mark.parametrize(
    ("known", "added", "clause"),
    [
        ({"pl_insol": 1.0}, {"zone": 1.0}, "the stated insolation"),
        ({"pl_insol": 1.0}, {"pl_eqt": 1.0}, "the stated insolation"),
        ({"pl_insol": 1.0, "pl_eqt": 255.0}, {"zone": 2.0, "pl_eqt": 1.0}, "the stated"),
        ({"pl_insol": 1.0, "pl_eqt": 255.0}, {"zone": 1.0, "pl_eqt": 2.0}, "its equilibrium"),
        ({"pl_eqt": 255.0}, {"zone": 1.0}, "its equilibrium temperature"),
        ({}, {"zone": 1.0}, "its insolation is not known"),
    ],
)
def test_the_fact_about_light_is_the_known_one_that_moved_the_score_more(known, added, clause):
    assert clause in facts(added, **known, st_spectype="G2 V", pl_rade=1.0)["light"].clause


def test_parts_are_separate_themes_if_only_one_fails_and_both_count_as_they_say():
    known = {"pl_insol": 2.4, "pl_eqt": 255.0, "st_spectype": "G2 V"}

    split = facts({"zone": -1.0, "pl_eqt": 1.5}, **known)

    assert split["insolation"].favours is False
    assert split["temperature"].favours is True
    assert "light" not in split


def test_a_fact_that_explains_the_effect_of_its_theme_comes_before_one_that_does_not():
    """Venus with the temperature of its surface: both its values are above the zone."""
    venus = {"pl_eqt": 737.0, "pl_orbper": 224.7, "st_spectype": "G2 V"}

    light = themes({"zone": 1.0, "pl_eqt": -4.0}, **venus)["light"]

    assert (light.effect, light.fact.favours) == (-3.0, False)
    assert "737 K" in light.fact.clause


def test_a_failing_fact_is_kept_without_an_effect_if_another_explains_the_effect():
    known = {"pl_insol": 2.4, "pl_eqt": 255.0, "st_spectype": "G2 V"}
    planets = parse_planets(json.dumps([{**NOTHING, **known}]).encode(), schema=DETAILED_SCHEMA)
    (context,) = build_contexts(planets)

    found = find_themes(moved({"zone": 1.0, "pl_eqt": 0.5}), planets.understood(0), context)

    light = [theme for theme in found if theme.name == "light"]
    assert [(theme.effect, theme.fact.favours) for theme in light] == [(1.5, True), (0.0, False)]


def test_an_open_light_says_what_disagrees():
    known = {"pl_insol": 2.6, "pl_orbper": 365.0, "pl_eqt": 255.0, "st_spectype": "G2 V"}

    found = facts({"pl_eqt": 1.0}, **known)["light"]

    assert "2.6 times Earth's, is above" in found.clause
    assert "orbit and star, 1.02, is inside" in found.clause
    assert (found.favours, found.is_near) == (None, True)


def test_a_sentence_says_if_a_giant_is_treated_as_a_dwarf():
    found = facts({"zone": 1.0}, pl_orbper=365.0, st_spectype="K1 III", pl_rade=1.0)

    assert "because its star is not a dwarf" in found["light"].clause


@pytest.mark.parametrize(
    ("known", "added", "clause"),
    [
        ({"pl_bmasse": 5.0}, {"pl_rade": 1.0}, "its mass, 5 Earth masses, is within"),
        ({"pl_rade": 1, "pl_bmasse": 50.0}, {"pl_rade": 1.0}, "its radius"),
        ({"pl_rade": 1, "pl_bmasse": 50.0}, {"pl_bmasse": -1.0}, "its radius"),
        ({"pl_rade": 1, "pl_bmasse": 50.0}, {"pl_rade": 1.0, "pl_bmasse": -2.0}, "its radius"),
        ({"pl_rade": 1}, {"pl_bmasse": -1.0}, "its radius"),
        ({}, {"pl_bmasse": -1.0}, "neither radius nor mass is known"),
    ],
)
def test_the_fact_about_size_is_the_one_that_the_definition_uses(known, added, clause):
    assert clause in facts(added, **known)["size"].clause


@pytest.mark.parametrize(
    ("known", "theme", "chance"),
    [
        ({"pl_rade": 2.5}, "size", 0.5),
        ({"pl_bmasse": 10.0}, "size", 0.5),
        ({"pl_insol": 1.7665, "st_spectype": "G2 V"}, "light", 0.5),
    ],
)
def test_a_fact_has_the_probability_that_the_value_is_right(known, theme, chance):
    assert facts(**known)[theme].chance == pytest.approx(chance, abs=0.02)
