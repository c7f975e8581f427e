"""Locations of values, and the limit of planets."""

from __future__ import annotations

import pytest

from exohabit.inputs.limits import MAX_PLANETS
from exohabit.inputs.problems import TooManyPlanets
from exohabit.inputs.raw_planets import check_planet_count, json_pointer


@pytest.mark.parametrize(
    ("keys", "pointer"),
    [
        ((), ""),
        ((None,), ""),
        (("planets", 3, "pl_rade"), "/planets/3/pl_rade"),
        (("pl_eqt", None), "/pl_eqt"),
        (("pl_eqt", ""), "/pl_eqt/"),
        (("a/b", "c~d"), "/a~1b/c~0d"),
        (("~1",), "/~01"),
    ],
)
def test_a_pointer_is_written_as_in_rfc_6901(keys, pointer):
    assert json_pointer(*keys) == pointer


def test_one_planet_more_than_the_limit_is_too_many():
    check_planet_count(MAX_PLANETS)

    with pytest.raises(TooManyPlanets, match="more than 100,000"):
        check_planet_count(MAX_PLANETS + 1)
