from __future__ import annotations

import pytest

from exohabit.catalog.rows import (
    ALL_COLUMNS,
    FLAGS,
    IDENTIFIERS,
    INTEGERS,
    NEEDED_COLUMNS,
    NUMBERS,
    TEXTS,
    CatalogError,
    read_row,
)
from exohabit.inputs.schemas import DETAILED_SCHEMA


def test_every_column_is_text_or_number_and_listed_once():
    assert len({*ALL_COLUMNS}) == len(ALL_COLUMNS)
    assert {*ALL_COLUMNS} == {*TEXTS, *NUMBERS, *FLAGS, *IDENTIFIERS}
    assert {*INTEGERS} <= {*NUMBERS, *FLAGS}
    assert {*ALL_COLUMNS} - {*NEEDED_COLUMNS} == {*FLAGS, *IDENTIFIERS}


def test_a_known_planet_has_every_column_that_a_request_may_have():
    of_requests = {*DETAILED_SCHEMA.keys} - {"name"}

    assert of_requests - {*ALL_COLUMNS} == {"st_spectypelim"} & of_requests


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("pl_rade", "1.17", 1.17),
        ("pl_rade", " 1.17 ", 1.17),
        ("pl_rade", "1e-3", 0.001),
        ("pl_radeerr2", "-0.08", -0.08),
        ("pl_radelim", "-1", -1.0),
        ("disc_year", "2014", 2014.0),
        ("cb_flag", "0", 0.0),
        ("pl_rade", "", None),
        ("pl_rade", "  ", None),
        ("st_spectype", " M1 V ", "M1 V"),
        ("st_spectype", "", None),
        ("tic_id", "123", "123"),
    ],
)
def test_a_field_becomes_a_value(column, text, value):
    row = read_row({"pl_name": "One b", column: text})

    assert row == dict.fromkeys(ALL_COLUMNS) | {"pl_name": "One b", column: value}


def test_other_columns_are_left_out():
    assert read_row({"pl_name": "One b", "rowid": "x", "pl_letter": "b"}).keys() == {*ALL_COLUMNS}


@pytest.mark.parametrize("text", ["<html>", "1,5", "0x1", "1_000", "\u0661", "x" * 1000])
def test_a_field_that_is_not_a_number_is_named_in_one_short_line(text):
    with pytest.raises(CatalogError, match=r"pl_rade of \"One b\" is .*, not a number") as raised:
        read_row({"pl_name": "One b", "pl_rade": text})

    assert len(str(raised.value)) < 100
