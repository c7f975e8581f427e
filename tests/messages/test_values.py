"""Values of many planets, taken out of their objects."""

from __future__ import annotations

import math

import numpy as np
import pytest

from messages import values
from messages.shapes import BarePlanet, PlainPlanet
from science.columns import COLUMNS, NUMERIC_NAMES

EDGES = (0.1 + 0.2, -0.0, 5e-324, 1e300)
REQUIRED = dict.fromkeys(column.name for column in COLUMNS if column.required)
KINDS = pytest.mark.parametrize("kind", [BarePlanet, PlainPlanet])


def planets(kind, *known):
    """Make planets of which this is known, and nothing else."""
    return [kind(**REQUIRED | each) for each in known]


@KINDS
def test_each_number_comes_to_its_own_column_bit_by_bit(kind):
    rows = [{name: edge * (i + 1) for i, name in enumerate(NUMERIC_NAMES)} for edge in EDGES]

    taken = values.numbers_of(planets(kind, *rows))

    expected = {name: np.array([row[name] for row in rows]).tobytes() for name in NUMERIC_NAMES}
    assert {name: column.tobytes() for name, column in taken.items()} == expected


@KINDS
@pytest.mark.parametrize("name", NUMERIC_NAMES)
def test_what_is_not_known_is_nan_and_what_is_known_stays(kind, name):
    column = values.numbers_of(planets(kind, {name: 1.5}, {name: None}, {}, {name: 2.5}))[name]

    assert np.array_equal(column, [1.5, math.nan, math.nan, 2.5], equal_nan=True)


def test_a_column_may_be_written_to():
    column = values.numbers_of(planets(PlainPlanet, {"pl_rade": 1.0}))["pl_rade"]

    column[0] = math.nan

    assert math.isnan(column[0])


@KINDS
def test_the_name_is_name_or_else_pl_name(kind):
    named = planets(kind, {"name": "a", "pl_name": "b"}, {"pl_name": "c"}, {"name": ""}, {})

    assert values.names_of(named) == ["a", "c", "", None]
    assert [values.name_of(planet) for planet in named] == values.names_of(named)


def test_types_are_as_they_were_written():
    known = planets(PlainPlanet, {"st_spectype": "g2 v"}, {})

    assert values.types_of(known) == ["g2 v", None]
