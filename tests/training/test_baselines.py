"""The simple rules that the model is compared with."""

from __future__ import annotations

import numpy as np
import pytest

from exohabit.scoring.golden_planets import golden_table
from training.baselines import baselines, definition

BOX = "box: right size and T_eq 180-320 K"
BOX_TIES = "the box, ties by Earth similarity"
BY_EQT = "Earth similarity from radius and T_eq"
BY_INSOL = "Earth similarity from radius and insolation"
DEFINED = "the definition on the values given"
DEFINED_TIES = "the definition, ties by Earth similarity"

EARTH = {"pl_rade": 1.0, "pl_eqt": 255.0, "pl_insol": 1.0, "st_spectype": "G2 V"}
MARS = {"pl_rade": 0.532, "pl_eqt": 210.0, "pl_insol": 0.431, "st_spectype": "G2 V"}
JUPITER = {"pl_rade": 11.2, "pl_eqt": 110.0, "pl_insol": 0.037, "st_spectype": "G2 V"}


def test_there_are_six_rules():
    assert list(baselines(golden_table([EARTH]))) == [
        BOX,
        BOX_TIES,
        BY_EQT,
        BY_INSOL,
        DEFINED,
        DEFINED_TIES,
    ]


@pytest.mark.parametrize(
    ("change", "inside"),
    [
        ({}, 1.0),
        ({"pl_eqt": 180.0}, 1.0),
        ({"pl_eqt": 179.0}, 0.0),
        ({"pl_eqt": 320.0}, 1.0),
        ({"pl_eqt": 321.0}, 0.0),
        ({"pl_rade": 2.6}, 0.0),
        ({"pl_eqt": None}, 0.0),
        ({"pl_rade": None, "pl_bmasse": 9.0}, 1.0),
    ],
)
def test_the_box_needs_size_and_temperature(change, inside):
    assert baselines(golden_table([EARTH | change]))[BOX].tolist() == [inside]


@pytest.mark.parametrize("rule", [BY_EQT, BY_INSOL])
def test_earth_is_most_similar_to_earth(rule):
    earth, mars, jupiter = baselines(golden_table([EARTH, MARS, JUPITER]))[rule]

    assert earth == pytest.approx(1.0)
    assert earth > mars > jupiter > 0.0


def test_similarity_by_light_is_the_published_one():
    assert baselines(golden_table([MARS]))[BY_INSOL] == pytest.approx(0.645, abs=0.001)


@pytest.mark.parametrize("rule", [BOX_TIES, DEFINED_TIES])
def test_similarity_orders_ties_but_never_changes_the_rules_order(rule):
    nearly = EARTH | {"pl_eqt": 321.0, "pl_insol": 1.79}
    earth, mars, outside, jupiter = baselines(golden_table([EARTH, MARS, nearly, JUPITER]))[rule]

    assert earth > mars > outside > jupiter


@pytest.mark.parametrize("rule", [BOX_TIES, DEFINED_TIES])
def test_a_planet_of_unknown_similarity_keeps_what_the_rule_gives_it(rule):
    by_mass = EARTH | {"pl_rade": None, "pl_bmasse": 5.0}
    outside = EARTH | {"pl_eqt": 321.0, "pl_insol": 1.79}
    inside, warm = baselines(golden_table([by_mass, outside]))[rule]

    assert inside > warm


@pytest.mark.parametrize("rule", [BOX_TIES, BY_EQT, BY_INSOL, DEFINED_TIES])
def test_a_planet_that_a_rule_cannot_rank_comes_last(rule):
    unknown = {"pl_rade": 1.0, "st_spectype": "G2 V"}
    jupiter, last = baselines(golden_table([JUPITER, unknown]))[rule]

    assert last < jupiter


@pytest.mark.parametrize(
    ("change", "habitable"),
    [
        ({}, True),
        ({"pl_insol": 1.8}, False),
        ({"pl_insol": None}, False),
        ({"st_spectype": None}, False),
        ({"st_spectype": None, "st_teff": 5772.0}, True),
        ({"st_spectype": "A5 V"}, False),
        ({"st_spectype": "WD", "st_teff": 5772.0}, False),
        ({"pl_rade": None}, False),
        ({"pl_rade": None, "pl_bmasse": 5.0}, True),
        # At 1.70 a star of 5770 K has a zone that reaches so far in, one of 3850 K has not.
        ({"pl_insol": 1.70}, True),
        ({"pl_insol": 1.70, "pl_orbeccen": 0.1}, True),
        ({"pl_insol": 1.70, "pl_orbeccen": 0.4}, False),
        ({"pl_insol": 1.70, "st_teff": 3_850.0}, False),
    ],
)
def test_the_definition_is_applied_to_the_values_given(change, habitable):
    assert definition(golden_table([EARTH | change])).tolist() == [habitable]


@pytest.mark.parametrize(("period_days", "habitable"), [(365.25, True), (30.0, False)])
def test_an_unknown_insolation_is_that_of_the_orbit(period_days, habitable):
    planet = EARTH | {"pl_insol": None, "pl_orbper": period_days}

    assert definition(golden_table([planet])).tolist() == [habitable]


def test_a_stated_insolation_is_preferred_to_the_orbit():
    planet = EARTH | {"pl_orbper": 30.0}

    assert definition(golden_table([planet])).tolist() == [True]


def test_every_planet_has_a_finite_number_in_each_ranking():
    ranked = baselines(golden_table([EARTH, {}, MARS]))

    assert all(np.isfinite(scores).all() and scores.shape == (3,) for scores in ranked.values())
