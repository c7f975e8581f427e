"""The types that decode and validate planets."""

from __future__ import annotations

import json
import math

import msgspec
import pytest

from exohabit.inputs.schemas import EXAMPLE, EXAMPLES, BarePlanet, Frame, Planet, list_of
from exohabit.science.columns import COLUMNS, NUMERIC
from tests.conftest import ROOT


@pytest.mark.parametrize("column", NUMERIC, ids=lambda column: column.name)
@pytest.mark.parametrize("type_", [Planet, BarePlanet])
def test_a_range_includes_its_ends_and_nothing_beyond(type_, column):
    for bound, beyond in zip(column.bounds, (-math.inf, math.inf), strict=True):
        assert (
            getattr(msgspec.convert({**EXAMPLE, column.name: bound}, type_), column.name) == bound
        )
        with pytest.raises(msgspec.ValidationError, match=column.name):
            msgspec.convert({**EXAMPLE, column.name: math.nextafter(bound, beyond)}, type_)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, "1", [1], {}])
def test_values_that_are_not_numbers_are_refused(value):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**EXAMPLE, "pl_rade": value}, Planet)


def test_the_keys_are_those_of_the_table_of_columns():
    names = [column.name for column in COLUMNS]

    assert [name for name in Planet.__struct_fields__ if name in names] == names
    assert Frame.__struct_fields__ == Planet.__struct_fields__


def test_a_bare_planet_has_no_unknown_key():
    with pytest.raises(msgspec.ValidationError, match="hostname"):
        msgspec.convert({**EXAMPLE, "hostname": "Sun"}, BarePlanet)


def test_a_list_has_at_least_one_planet():
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert([], list_of(Planet))


def test_the_examples_are_the_files_of_the_readme():
    for name, example in (("predict.json", EXAMPLE), ("rank.json", {"planets": EXAMPLES})):
        assert json.loads((ROOT / "examples" / name).read_bytes()) == example
