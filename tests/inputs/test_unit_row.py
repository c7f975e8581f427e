"""A row of units below the header is not taken for a planet, and no planet for a row of units."""

from __future__ import annotations

import pytest

from exohabit.inputs.schemas import PLAIN
from exohabit.inputs.table_header import match_header
from exohabit.inputs.unit_row import is_unit_row

HEADER = match_header(["pl_name", "pl_rade", "pl_orbper", "pl_orbeccen", "st_spectype"], 1, PLAIN)


@pytest.mark.parametrize(
    ("row", "is_units"),
    [
        ("text,R_Earth,days,,", True),
        ("text,rjup,d,unitless,text", True),
        ("b,,,1,G2 V", False),
        ("b,re,d,1,G2 V", False),
        ("b,re,12.5,,G2 V", False),
        ("b,re,,,K", False),
        ("b,,,,", False),
        ("b,re,d", False),
    ],
)
def test_a_row_of_units_has_two_units_and_no_number(row, is_units):
    assert is_unit_row(HEADER, row.split(",")) is is_units
