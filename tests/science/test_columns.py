"""The table of columns: names, and ranges that hold every planet and exclude wrong units."""

from __future__ import annotations

import pytest

from exohabit.science.columns import ARCHIVE_NAMES, BY_NAME, COLUMNS, NUMERIC, REQUIRED
from tests.archive_data import CATALOG, needs_archive
from training.archive import Archive


def test_the_columns_are_those_of_the_contract_in_order():
    names = [column.name for column in COLUMNS]

    assert names == [
        "pl_rade",
        "pl_bmasse",
        "pl_orbper",
        "pl_eqt",
        "st_spectype",
        "pl_insol",
        "pl_orbsmax",
        "pl_orbeccen",
        "st_teff",
        "st_rad",
        "st_mass",
    ]


def test_five_columns_are_required():
    assert {column.name for column in REQUIRED} == {
        "pl_rade",
        "pl_bmasse",
        "pl_orbper",
        "pl_eqt",
        "st_spectype",
    }


def test_the_spectral_type_is_the_only_text():
    assert {column.name for column in COLUMNS} - {column.name for column in NUMERIC} == {
        "st_spectype"
    }


def test_text_has_no_bounds():
    with pytest.raises(TypeError, match="st_spectype is text"):
        _ = BY_NAME["st_spectype"].bounds


@pytest.mark.parametrize("column", NUMERIC, ids=lambda column: column.name)
def test_only_the_eccentricity_may_be_zero(column):
    low, high = column.bounds

    assert 0.0 <= low < high
    assert (low == 0.0) == (column.name == "pl_orbeccen")


def test_a_limit_flag_is_named_as_in_the_archive():
    assert BY_NAME["pl_bmasse"].limit_flag == "pl_bmasselim"


# The extremes of the archive's table of 2025-12-30, and of the Solar System's own planets.
@pytest.mark.parametrize(
    ("name", "lowest", "highest"),
    [
        ("pl_rade", 0.31, 77.0),
        ("pl_bmasse", 0.02, 9_535.0),
        ("pl_orbper", 0.09, 4.02e8),
        ("pl_eqt", 34.0, 4_050.0),
        ("pl_insol", 0.0003, 44_900.0),
        ("pl_orbeccen", 0.0, 0.95),
        ("st_teff", 415.0, 57_000.0),
        ("st_rad", 0.0115, 88.0),
        ("st_mass", 0.009, 10.94),
        ("pl_rade", 0.0744, 11.21),  # Ceres, Jupiter
        ("pl_bmasse", 0.000157, 317.8),  # Ceres, Jupiter
        ("pl_orbper", 87.97, 90_560.0),  # Mercury, Pluto
        ("pl_orbsmax", 0.387, 39.5),  # Mercury, Pluto
        ("pl_orbeccen", 0.0068, 0.249),  # Venus, Pluto
    ],
)
def test_a_range_holds_the_known_extremes(name, lowest, highest):
    low, high = BY_NAME[name].bounds

    assert low <= lowest
    assert highest <= high


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("pl_rade", 6371.0, "km"),
        ("pl_rade", 3_389.5, "km, Mars"),
        ("pl_rade", 6.371e6, "m"),
        ("pl_bmasse", 5.97e24, "kg"),
        ("pl_bmasse", 3.0e-6, "solar masses"),
        ("pl_orbper", 365.25 * 86_400 * 1e9, "seconds, a billion years"),
        ("pl_eqt", -18.0, "degrees Celsius"),
        ("pl_insol", -1.0, "none"),
        ("pl_orbsmax", 1.496e8, "km"),
        ("pl_orbsmax", 1.496e11, "m"),
        ("pl_orbeccen", 20.6, "percent"),
        ("pl_orbeccen", 1.0, "a parabola"),
        ("st_teff", 5.772, "thousands of K"),
        ("st_rad", 696_000.0, "km"),
        ("st_mass", 1.989e30, "kg"),
        ("st_mass", 332_946.0, "Earth masses"),
        ("st_mass", 1047.6, "Jupiter masses"),
    ],
)
def test_a_value_in_a_wrong_unit_is_outside(name, value, unit):
    low, high = BY_NAME[name].bounds

    assert not low <= value <= high, unit


@needs_archive
@pytest.mark.parametrize("column", NUMERIC, ids=lambda column: column.name)
def test_every_value_in_the_archive_is_in_range(column):
    values = Archive.read(CATALOG).rows[column.name].dropna()

    assert len(values) > 4_000
    assert values.between(*column.bounds).all()


@needs_archive
def test_every_column_of_the_archive_is_a_known_name():
    names = set(Archive.read(CATALOG).rows.columns)

    assert names <= ARCHIVE_NAMES


@pytest.mark.parametrize("name", ["pl_radius", "radius", "st_type", "pl_eqtemp"])
def test_a_misspelling_is_not_an_archive_name(name):
    assert name not in ARCHIVE_NAMES
