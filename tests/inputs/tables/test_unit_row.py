"""A row of units below the header is not taken for a planet, and no planet for a row of units."""

from __future__ import annotations

import pytest

from exohabit.inputs.schemas import PLAIN_SCHEMA
from exohabit.inputs.tables.header import match_header
from exohabit.inputs.tables.unit_row import is_unit_row, wrong_units

HEADER = match_header(
    ["pl_name", "pl_rade", "pl_orbper", "pl_orbeccen", "st_spectype"], 1, PLAIN_SCHEMA
)


@pytest.mark.parametrize(
    ("row", "is_units"),
    [
        ("text,R_Earth,days,,", True),
        ("text,rjup,d,unitless,text", True),
        (",[Earth radii],[days],,", True),
        (",(R_E),(d),[],", True),
        (",[R_J],[furlong],,", True),
        ("b,[1],[2],,", False),
        ("b,(1.1),(365),,", False),
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


def test_a_unit_in_brackets_that_is_not_ours_is_refused_with_column_and_factor():
    jupiters, unknown = wrong_units(HEADER, ["", "[R_J]", "[furlong]", "", ""], 2)

    assert (jupiters.code, jupiters.line, jupiters.column) == ("other_unit", 2, "pl_rade")
    assert '"pl_rade" is in Jupiter radii: multiply by 11.209' in jupiters.message
    assert (unknown.column, unknown.message) == ("pl_orbper", '"pl_orbper" is not in days')
