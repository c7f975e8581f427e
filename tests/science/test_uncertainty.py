"""Uncertainty: how values vary within their errors."""

from __future__ import annotations

import numpy as np
import pytest

from exohabit.science.columns import NUMERIC
from exohabit.science.uncertainty import DRAWS, draw_within_errors
from exohabit.scoring.golden_planets import golden_table

PLANETS = (
    {"pl_rade": 1.0, "pl_bmasse": 1.0, "pl_eqt": 255.0, "st_spectype": "G2 V"},
    {"pl_rade": 2.0, "pl_bmasse": None, "pl_eqt": 300.0, "st_spectype": "M"},
)


def errors(count: int = 1, **stated):
    """Errors of some columns, (upper, lower), the same for each planet."""
    pairs = {column.name: stated.get(column.name, (np.nan, np.nan)) for column in NUMERIC}
    return {
        name: (np.full(count, upper), np.full(count, lower))
        for name, (upper, lower) in pairs.items()
    }


def draw(planets=PLANETS[:1], **stated):
    count = len(planets)
    return draw_within_errors(golden_table(planets), errors(count, **stated))


def test_draws_above_scatter_by_the_upper_error_and_draws_below_by_the_lower():
    drawn = draw(pl_rade=(0.3, 0.1))["pl_rade"]

    low, middle, high = np.percentile(drawn, (15.87, 50.0, 84.13))
    assert drawn.shape == (DRAWS,)
    assert middle == pytest.approx(1.0, abs=0.02)
    assert high - 1.0 == pytest.approx(0.3, rel=0.1)
    assert 1.0 - low == pytest.approx(0.1, rel=0.1)


def test_values_without_errors_or_with_errors_of_zero_do_not_vary():
    drawn = draw(pl_rade=(0.0, 0.0), pl_eqt=(5.0, np.nan))

    table = golden_table(PLANETS[:1])
    for name in table:
        np.testing.assert_array_equal(drawn[name], np.repeat(table[name], DRAWS))


def test_a_planet_has_the_same_draws_alone_and_among_others():
    stated = {"pl_rade": (0.1, 0.1), "pl_eqt": (10.0, 20.0)}

    alone, among = draw(PLANETS[1:], **stated), draw(PLANETS, **stated)

    for name in alone:
        np.testing.assert_array_equal(among[name][DRAWS:], alone[name])


def test_columns_vary_independently():
    drawn = draw(pl_rade=(0.1, 0.1), pl_eqt=(10.0, 10.0))

    assert abs(np.corrcoef(drawn["pl_rade"], drawn["pl_eqt"])[0, 1]) < 0.1


def test_draws_are_limited_to_the_range_of_the_column():
    drawn = draw(pl_rade=(30_000.0, 1.0))["pl_rade"]

    assert (drawn.min(), drawn.max()) == NUMERIC[0].range


def test_unknown_values_stay_unknown():
    assert np.isnan(draw(PLANETS[1:], pl_bmasse=(1.0, 1.0))["pl_bmasse"]).all()
