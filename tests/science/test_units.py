"""How a value in another unit becomes one of ours, in numbers and in words."""

from __future__ import annotations

import re

import pytest

from exohabit.science import units
from exohabit.science.units import Unit

UNITS = [each for each in vars(units).values() if isinstance(each, Unit)]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: f"{unit.column} {unit.name}")
def test_the_words_convert_a_value_as_the_numbers_do(unit):
    value = 7.0
    for verb, number in re.findall(r"(multiply by|divide by|add) ([0-9.,]+)", unit.how):
        other = float(number.replace(",", ""))
        value = {"add": value + other, "multiply by": value * other}.get(verb, value / other)

    assert unit.how
    assert value == pytest.approx(unit.convert(7.0), rel=1e-4)
