"""Rivals that need no fit: rules with fallbacks, and the analytic posterior."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.samples import planet_set
from training import metrics
from training.rivals import (
    FALLBACKS,
    FLOOR,
    POSTERIOR,
    RULES,
    analytic_posterior,
    calibrate,
    definition_with_fallbacks,
    earth_similarity,
    meets_with_fallbacks,
    score_by_formulas,
    strict_definition,
)

EARTH = {"pl_rade": 1.0, "pl_insol": 1.0, "st_spectype": "G2 V"}


def one(planet: dict, computed: bool = False):
    return planet_set([planet], [1.0], ["a"], computed)


@pytest.mark.parametrize(
    ("planet", "meets"),
    [
        (EARTH, True),
        (EARTH | {"pl_insol": 1.8}, False),
        # The stated insolation, else orbit and star, else T_eq at an albedo of 0.3.
        (EARTH | {"pl_insol": None, "pl_orbper": 365.25, "pl_eqt": 900.0}, True),
        (EARTH | {"pl_insol": None, "pl_orbper": 30.0, "pl_eqt": 255.0}, False),
        (EARTH | {"pl_insol": None, "pl_eqt": 255.0}, True),
        (EARTH | {"pl_insol": None, "pl_eqt": 292.0}, True),
        (EARTH | {"pl_insol": None, "pl_eqt": 296.0}, False),
        ({"pl_rade": 1.0, "pl_eqt": 255.0}, True),
        (EARTH | {"st_spectype": "A5 V"}, False),
        ({"pl_rade": 1.0, "pl_insol": 1.0, "st_teff": 7_500.0}, False),
        (EARTH | {"pl_rade": None, "pl_bmasse": 9.0}, True),
        (EARTH | {"pl_rade": None, "pl_bmasse": 11.0}, False),
    ],
)
def test_fallbacks_take_the_best_source(planet, meets):
    assert meets_with_fallbacks(one(planet)).tolist() == [meets]


@pytest.mark.parametrize(("computed", "meets"), [(False, False), (True, True)])
def test_the_mass_decides_where_the_radius_was_computed(computed, meets):
    planet = EARTH | {"pl_rade": 2.8, "pl_bmasse": 8.0}

    assert meets_with_fallbacks(one(planet, computed)).tolist() == [meets]


def test_a_computed_radius_decides_where_its_mass_is_hidden():
    assert meets_with_fallbacks(one(EARTH | {"pl_rade": 2.8}, computed=True)).tolist() == [False]


def test_an_unknown_insolation_counts_as_no_only_for_the_strict_definition():
    planets = one({"pl_rade": 1.0, "pl_eqt": 255.0, "st_spectype": "G2 V"})

    assert strict_definition(planets)[0] < 0.5 < definition_with_fallbacks(planets)[0]


def test_similarity_orders_ties_of_both_definitions():
    mars = {"pl_rade": 0.532, "pl_insol": 0.431, "st_spectype": "G2 V"}
    planets = planet_set([EARTH, mars, EARTH | {"pl_insol": 1.9}], [1, 1, 0], ["a", "b", "c"])

    for rule in (strict_definition, definition_with_fallbacks):
        earth, second, outside = rule(planets)
        assert earth > second > outside


def test_similarity_takes_the_radius_typical_of_a_mass():
    by_mass, unlike = earth_similarity(
        planet_set(
            [EARTH | {"pl_rade": None, "pl_bmasse": mass} for mass in (1.0, 300.0)],
            [1, 0],
            ["a", "b"],
        )
    )

    assert by_mass == pytest.approx(1.0, abs=0.01)
    assert unlike < 0.6


def test_the_posterior_is_lower_for_a_star_of_unknown_class():
    known, unknown = (
        analytic_posterior(one(planet))[0]
        for planet in (
            EARTH | {"st_spectype": None, "st_teff": 4_500.0},
            {**EARTH, "st_spectype": None},
        )
    )

    assert unknown == pytest.approx(0.95 * known, rel=1e-6)
    assert known > 0.8


def test_the_posterior_of_a_star_outside_the_classes_is_0():
    assert analytic_posterior(one(EARTH | {"st_spectype": "A5 V"})).tolist() == [0.0]


def test_calibration_by_other_hosts_gives_shares_and_keeps_the_ranking():
    rng = np.random.default_rng(0)
    value = rng.random(4_000)
    truth = (rng.random(4_000) < value**2).astype(float)
    planets = planet_set([EARTH] * 4_000, truth.tolist(), [f"star {i}" for i in range(4_000)])

    found = calibrate(value, planets)

    assert found.ranking is value
    assert np.abs(found.probability - value**2).mean() < 0.05
    assert metrics.log_loss(truth, found.probability) < metrics.log_loss(truth, value)


def test_a_planets_own_truth_does_not_change_its_probability():
    hosts = [f"star {i // 2}" for i in range(100)]
    truth = np.linspace(0, 1, 100)
    changed = np.where(np.arange(100) < 2, 1.0, truth)

    first, second = (
        calibrate(np.linspace(0, 1, 100), planet_set([EARTH] * 100, each.tolist(), hosts))
        for each in (truth, changed)
    )

    assert np.array_equal(first.probability[:2], second.probability[:2])


def test_no_rule_is_ever_certain():
    planets = planet_set([EARTH] * 50, [0.0] * 25 + [1.0] * 25, [f"star {i}" for i in range(50)])

    found = calibrate(np.arange(50.0), planets).probability

    assert found.min() == FLOOR
    assert found.max() == 1.0 - FLOOR


def test_every_rule_scores_every_planet():
    planets = planet_set(
        [EARTH, {"pl_bmasse": 3.0, "pl_eqt": 200.0}] * 20, [1, 0] * 20, list("abcdefghij") * 4
    )

    found = score_by_formulas(planets)

    assert list(found) == [POSTERIOR, *RULES]
    assert FALLBACKS in found
    for rival in found.values():
        assert np.isfinite(rival.ranking).all()
        assert ((rival.probability >= 0) & (rival.probability <= 1)).all()
