"""Computed sizes: a radius or a mass that was computed from the other is named."""

from __future__ import annotations

import pytest

from exohabit.catalog.computed_sizes import COLUMNS, name_computed_sizes

MEASURED = {
    "pl_rade": 1.6,
    "pl_bmasse": 5.0,
    "pl_radeerr1": 0.1,
    "pl_radeerr2": -0.1,
    "pl_bmassprov": "Mass",
}


@pytest.mark.parametrize(
    ("changes", "computed"),
    [
        ({}, []),
        ({"pl_bmassprov": "M-R relationship"}, ["pl_bmasse"]),
        ({"pl_bmassprov": "M-R relationship", "pl_rade": None}, []),
    ],
)
def test_a_size_that_was_computed_is_named(changes, computed):
    row = [{**MEASURED, **changes}[name] for name in COLUMNS]

    assert name_computed_sizes([row]) == [computed]


def test_without_planets_nothing_is_named():
    assert name_computed_sizes([]) == []
