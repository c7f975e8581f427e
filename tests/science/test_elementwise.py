"""Elementwise formulas: a float gives the same bits as the same number in an array."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exohabit.science import dwarfs, elementwise, habitability
from exohabit.science.columns import NUMERIC
from exohabit.science.elementwise import choose, first_known, is_unknown
from exohabit.science.features import feature_matrix, features_of, lacks_light, lacks_size
from exohabit.science.spectral_columns import SPECTRAL, spectral_values

POSITIVE = st.floats(1e-8, 1e9) | st.just(math.nan)
ONE_QUANTITY = [
    habitability.black_planet_insolation,
    habitability.typical_radius,
    dwarfs.dwarf_radius,
    dwarfs.dwarf_mass,
    elementwise.log,
    elementwise.cube_root,
    elementwise.square_root,
    elementwise.square,
    lambda x: elementwise.power(x, 0.279),
    lambda x: elementwise.clip(x, 0.5, 2.0),
    lambda teff: habitability.zone_limit("early_mars", teff),
]
TWO_QUANTITIES = [
    habitability.luminosity,
    habitability.semi_major_axis,
    habitability.insolation,
    lambda insol, teff: habitability.zone_positions(teff, insol)[0],
    first_known,
    lambda one, other: choose(one < other, one, other),
]


def is_same(one: float, element: float) -> bool:
    return type(one) is float and np.float64(one).tobytes() == np.float64(element).tobytes()


@pytest.mark.parametrize("formula", ONE_QUANTITY)
@given(values=st.lists(POSITIVE, min_size=1, max_size=20))
def test_a_formula_of_one_quantity_gives_the_same_bits(formula, values):
    many = formula(np.array(values))

    assert all(is_same(formula(value), each) for value, each in zip(values, many, strict=True))


@pytest.mark.parametrize("formula", TWO_QUANTITIES)
@given(pairs=st.lists(st.tuples(POSITIVE, POSITIVE), min_size=1, max_size=20))
def test_a_formula_of_two_quantities_gives_the_same_bits(formula, pairs):
    many = formula(*np.array(pairs).T.copy())

    assert all(is_same(formula(*pair), each) for pair, each in zip(pairs, many, strict=True))


@given(st.floats(0.0, 0.999) | st.just(math.nan))
def test_the_gain_of_an_eccentric_orbit_gives_the_same_bits(eccentricity):
    (element, _) = habitability.eccentric_gain(np.array([eccentricity, 0.5]))

    assert is_same(habitability.eccentric_gain(eccentricity), element)


TYPES = st.sampled_from([None, "G2 V", "K", "M5.5 V", "DC", "A0", "K0 III", "L2"])
PLANET = st.tuples(TYPES, *(st.floats(*c.bounds) | st.just(math.nan) for c in NUMERIC))


@given(st.lists(PLANET, min_size=1, max_size=12))
def test_features_and_missing_inputs_of_one_planet_equal_those_in_a_table(planets):
    names = [column.name for column in NUMERIC] + [*SPECTRAL]
    rows = [[*numbers, *spectral_values(text).values()] for text, *numbers in planets]
    tables = [dict(zip(names, row, strict=True)) for row in rows]
    together = dict(zip(names, np.array(rows).T.copy(), strict=True))

    alone = np.array([features_of(table) for table in tables], dtype=np.float32)

    assert alone.tobytes() == feature_matrix(together).tobytes()
    for is_lacking in (lacks_size, lacks_light):
        assert [is_lacking(table) for table in tables] == is_lacking(together).tolist()


def test_a_scalar_of_numpy_is_handled_like_a_float():
    assert first_known(np.float64(1.0), 2.0) == 1.0
    assert first_known(np.float64(math.nan), 2.0) == 2.0


def test_only_nan_is_unknown():
    assert [is_unknown(value) for value in (math.nan, 0.0, math.inf)] == [True, False, False]
