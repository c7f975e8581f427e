"""The values of many planets as arrays."""

from __future__ import annotations

import math

import numpy as np
import pytest

from exohabit.inputs.columnar import ColumnarValues, name_of, numbers_of
from exohabit.inputs.schemas import BarePlanet, PlainPlanet
from exohabit.science.columns import COLUMNS, NUMERIC_NAMES

EDGES = (0.1 + 0.2, -0.0, 5e-324, 1e300)
REQUIRED = dict.fromkeys(column.name for column in COLUMNS if column.required)
KINDS = pytest.mark.parametrize("kind", [BarePlanet, PlainPlanet])


def planets(kind, *known):
    """Make planets with these known values."""
    return [kind(**REQUIRED | each) for each in known]


@KINDS
def test_each_number_is_in_its_own_column_bit_for_bit(kind):
    rows = [{name: edge * (i + 1) for i, name in enumerate(NUMERIC_NAMES)} for edge in EDGES]

    taken = ColumnarValues.of(planets(kind, *rows)).numbers

    expected = {name: np.array([row[name] for row in rows]).tobytes() for name in NUMERIC_NAMES}
    assert {name: column.tobytes() for name, column in taken.items()} == expected


@KINDS
@pytest.mark.parametrize("name", NUMERIC_NAMES)
def test_unknown_values_are_nan_and_known_values_stay(kind, name):
    some = planets(kind, {name: 1.5}, {name: None}, {}, {name: 2.5})

    column = ColumnarValues.of(some).numbers[name]

    assert np.array_equal(column, [1.5, math.nan, math.nan, 2.5], equal_nan=True)


@KINDS
def test_one_planet_has_the_same_numbers_as_in_a_list(kind):
    known = planets(kind, {}, *({name: 1.5 + i} for i, name in enumerate(NUMERIC_NAMES)))

    in_list = ColumnarValues.of(known).numbers

    for i, planet in enumerate(known):
        single = numbers_of(planet)
        assert [*single] == [*in_list]
        assert np.array_equal([*single.values()], [v[i] for v in in_list.values()], equal_nan=True)


def test_a_column_may_be_written_to():
    column = ColumnarValues.of(planets(PlainPlanet, {"pl_rade": 1.0})).numbers["pl_rade"]

    column[0] = math.nan

    assert math.isnan(column[0])


@KINDS
def test_the_name_is_name_or_else_pl_name(kind):
    named = planets(kind, {"name": "a", "pl_name": "b"}, {"pl_name": "c"}, {"name": ""}, {})

    assert ColumnarValues.of(named).names == ["a", "c", "", None]
    assert [name_of(planet) for planet in named] == ColumnarValues.of(named).names


def test_spectral_types_stay_as_written():
    known = planets(PlainPlanet, {"st_spectype": "g2 v"}, {})

    assert ColumnarValues.of(known).types == ["g2 v", None]
