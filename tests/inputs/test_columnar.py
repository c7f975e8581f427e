"""Values of many planets, taken out of their objects."""

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
    """Make planets of which this is known, and nothing else."""
    return [kind(**REQUIRED | each) for each in known]


@KINDS
def test_each_number_comes_to_its_own_column_bit_by_bit(kind):
    rows = [{name: edge * (i + 1) for i, name in enumerate(NUMERIC_NAMES)} for edge in EDGES]

    taken = ColumnarValues.of(planets(kind, *rows)).numbers

    expected = {name: np.array([row[name] for row in rows]).tobytes() for name in NUMERIC_NAMES}
    assert {name: column.tobytes() for name, column in taken.items()} == expected


@KINDS
@pytest.mark.parametrize("name", NUMERIC_NAMES)
def test_what_is_not_known_is_nan_and_what_is_known_stays(kind, name):
    column = ColumnarValues.of(planets(kind, {name: 1.5}, {name: None}, {}, {name: 2.5})).numbers[
        name
    ]

    assert np.array_equal(column, [1.5, math.nan, math.nan, 2.5], equal_nan=True)


@KINDS
def test_the_numbers_of_one_planet_are_those_it_has_among_many(kind):
    known = planets(kind, {}, *({name: 1.5 + i} for i, name in enumerate(NUMERIC_NAMES)))

    among = ColumnarValues.of(known).numbers

    for i, planet in enumerate(known):
        alone = numbers_of(planet)
        assert [*alone] == [*among]
        assert np.array_equal([*alone.values()], [v[i] for v in among.values()], equal_nan=True)


def test_a_column_may_be_written_to():
    column = ColumnarValues.of(planets(PlainPlanet, {"pl_rade": 1.0})).numbers["pl_rade"]

    column[0] = math.nan

    assert math.isnan(column[0])


@KINDS
def test_the_name_is_name_or_else_pl_name(kind):
    named = planets(kind, {"name": "a", "pl_name": "b"}, {"pl_name": "c"}, {"name": ""}, {})

    assert ColumnarValues.of(named).names == ["a", "c", "", None]
    assert [name_of(planet) for planet in named] == ColumnarValues.of(named).names


def test_types_are_as_they_were_written():
    known = planets(PlainPlanet, {"st_spectype": "g2 v"}, {})

    assert ColumnarValues.of(known).types == ["g2 v", None]


@pytest.mark.parametrize("sizes", [(3,), (1, 2), (2, 2, 1)])
def test_some_behind_the_other_are_as_if_taken_out_together(sizes):
    known = [
        {"name": f"b{i}", "st_spectype": f"G{i}", "pl_rade": i or None, "st_teff": 5000.0 + i}
        for i in range(sum(sizes))
    ]
    chunks, rest = [], known
    for size in sizes:
        some, rest = rest[:size], rest[size:]
        chunks.append(ColumnarValues.of(planets(PlainPlanet, *some)))

    together, joined = (
        ColumnarValues.of(planets(PlainPlanet, *known)),
        ColumnarValues.joined(chunks),
    )

    assert (joined.names, joined.types) == (together.names, together.types)
    assert {k: v.tobytes() for k, v in joined.numbers.items()} == {
        k: v.tobytes() for k, v in together.numbers.items()
    }
