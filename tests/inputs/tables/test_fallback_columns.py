"""m sin i is read in the rows of the archive's PS table that have no mass."""

from __future__ import annotations

import math

import pytest

from exohabit.inputs.problems import InvalidInput
from exohabit.inputs.readers import CSV
from exohabit.inputs.schemas import DETAILED_SCHEMA, PLAIN_SCHEMA
from exohabit.inputs.valid_lists import read_valid_table
from utils import parse_planets

HEADER = "pl_masse,pl_masselim,pl_msinie,pl_msinielim,pl_eqt\n"
ROWS = "2,0,3,0,288\n,,4,0,288\n,,,,288\nNA,,5,1,288\n6,1,7,0,288\n"
EXPECTED = [2.0, 4.0, math.nan, math.nan, math.nan]


def masses_of(table, **more):
    return parse_planets(table.encode(), CSV, **more).table["pl_bmasse"].tolist()


@pytest.mark.parametrize("schema", [PLAIN_SCHEMA, DETAILED_SCHEMA], ids=["plain", "with errors"])
def test_each_row_has_its_mass_or_else_its_m_sin_i_with_the_flag_of_that(schema):
    by_columns = read_valid_table((HEADER + ROWS).encode(), schema)
    by_rows = masses_of(HEADER + ROWS + "x,,,,288\n", schema=schema, skip_invalid=True)

    assert by_columns.table["pl_bmasse"].tolist() == pytest.approx(EXPECTED, nan_ok=True)
    assert by_rows[:-1] == pytest.approx(EXPECTED, nan_ok=True)


def test_a_warning_says_where_the_mass_comes_from():
    (note, _) = parse_planets((HEADER + ROWS).encode(), CSV).table_warnings

    assert note.code == "synonyms"
    assert "pl_masse as pl_bmasse" in note.message
    assert "pl_msinie as pl_bmasse where pl_masse is empty" in note.message


@pytest.mark.parametrize(
    ("table", "masses"),
    [
        ("pl_msinie,pl_bmasse,pl_masse,pl_eqt\n1,2,3,288\n1,,3,288\n", [2.0, math.nan]),
        ("pl_msinie,pl_eqt\n1,288\n", [1.0]),
        # The flag of a value that is not read says nothing about the one that is.
        ("pl_masse,pl_msinielim,pl_msinie,pl_eqt\n3,1,1,288\n", [3.0]),
        ("pl_bmasse,pl_masselim,pl_masse,pl_eqt\n3,1,1,288\n", [3.0]),
        ("pl_masse [M_E],pl_msinie [M_E],pl_eqt\n,1,288\n", [1.0]),
    ],
)
def test_values_and_flags_of_different_columns_are_not_mixed(table, masses):
    assert masses_of(table) == pytest.approx(masses, nan_ok=True)


def test_a_problem_names_the_column_that_was_read():
    with pytest.raises(InvalidInput) as refused:
        masses_of("pl_masse,pl_msinie,pl_eqt\n,x,288\ny,1,288\n")

    assert [each.column for each in refused.value.problems] == ["pl_msinie", "pl_masse"]
