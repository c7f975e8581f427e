"""Sanity cases: each has a range, and a score outside it is noticed."""

from __future__ import annotations

import numpy as np
import pytest

from training.sanity import CASES, RISE, SanityCase, check_sanity


def test_every_case_is_scored_in_order():
    found = check_sanity(lambda known: np.linspace(0.1, 0.01, known["pl_rade"].size))

    assert [case.name for case in found] == [*CASES, RISE]
    assert found[0].score == pytest.approx(0.1)
    assert found[-1].score == 0.0


def test_a_rise_with_temperature_is_found():
    def warmer_is_better_at_500_kelvin(known):
        return np.where(known["pl_eqt"] == 500.0, 0.3, 0.2)

    assert check_sanity(warmer_is_better_at_500_kelvin)[-1].score == pytest.approx(0.1)


@pytest.mark.parametrize(("score", "holds"), [(0.5, True), (0.49, False), (1.0, True)])
def test_a_score_outside_its_range_does_not_hold(score, holds):
    assert SanityCase("any", score, 0.5, 1.0).holds == holds


def test_the_values_are_in_the_order_of_the_columns():
    seen = []

    def remember(known):
        seen.append(known)
        return np.zeros(known["pl_rade"].size)

    check_sanity(remember)
    index = list(CASES).index("S = 1 from a star of 7500 K")
    values = {name: seen[0][name][index] for name in ("pl_rade", "pl_insol", "st_teff")}

    assert values == {"pl_rade": 1.0, "pl_insol": 1.0, "st_teff": 7_500.0}
