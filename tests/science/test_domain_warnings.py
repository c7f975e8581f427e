"""Domain warnings: each has a planet just outside the domain, and one just inside."""

from __future__ import annotations

import pytest

from exohabit.science import domain_warnings
from exohabit.science.columns import NUMERIC
from exohabit.science.domain_warnings import PlanetWarning
from exohabit.science.spectral_columns import SpectralTypes
from exohabit.scoring.golden_planets import golden_table

SEEN = {column.name: (1.0, 100.0) for column in NUMERIC}


def codes(found: domain_warnings.PlanetWarnings) -> list[str]:
    """Codes of the first planet's warnings."""
    return [warning.code for warning in found.get(0, [])]


def star_codes(text=None, teff=None) -> list[str]:
    table = golden_table([{"st_spectype": text, "st_teff": teff}])
    return codes(domain_warnings.check_stars(SpectralTypes.from_texts([text]), table))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("WD", "white_dwarf"),
        ("DQ", "white_dwarf"),
        ("L0", "brown_dwarf"),
        ("M9-L1", "brown_dwarf"),
        ("T8.5", "brown_dwarf"),
        ("A9 V", "early_type"),
        ("B9 Vne", "early_type"),
        ("sdM1", "subdwarf"),
        ("sdBV", "subdwarf"),
        ("G0 VI", "subdwarf"),
        ("K1 III", "giant"),
        ("G8 III-IV", "giant"),
    ],
)
def test_a_star_outside_the_domain_gets_a_warning(text, code):
    assert star_codes(text) == [code]


@pytest.mark.parametrize(
    "text", ["M9.5 V", "F0 V", "G8 IV", "G0 V", "dM1", "M", "G2/G3 IV/V", None]
)
def test_a_star_inside_the_domain_or_unknown_gets_none(text):
    assert star_codes(text) == []


@pytest.mark.parametrize("teff", [415.0, 2299.0, 7311.0, 57_000.0])
def test_a_temperature_outside_f_to_m_gets_a_warning(teff):
    assert star_codes(teff=teff) == ["outside_fgkm"]


def test_a_compact_star_without_a_type_gets_a_warning_with_its_radius():
    table = golden_table([{"st_teff": 6000.0, "st_rad": 0.012}])

    (warning,) = domain_warnings.check_stars(SpectralTypes.from_texts([None]), table)[0]

    assert warning.code == "outside_fgkm"
    assert warning.message.startswith("a star of 6000 K and 0.012 solar radii is not of class F")


@pytest.mark.parametrize("teff", [2300.0, 2566.0, 5772.0, 7310.0, None])
def test_a_temperature_of_f_to_m_gets_none(teff):
    assert star_codes(teff=teff) == []


@pytest.mark.parametrize(("teff", "text"), [(7_220.0, "F0"), (2_330.0, "M9.5")])
def test_the_first_and_last_types_have_temperatures_inside(teff, text):
    assert star_codes(text, teff) == star_codes(teff=teff) == []


@pytest.mark.parametrize(("text", "expected"), [("F0 V", []), ("A9 V", ["early_type"])])
def test_the_spectral_type_counts_more_than_the_temperature(text, expected):
    assert star_codes(text, 9_000.0) == expected


def test_a_star_warning_names_its_column_and_the_value():
    [by_type] = domain_warnings.check_stars(
        SpectralTypes.from_texts(["DC"]), golden_table([{"st_spectype": "DC"}])
    )[0]
    [by_teff] = domain_warnings.check_stars(
        SpectralTypes.from_texts([None]), golden_table([{"st_teff": 9_000.0}])
    )[0]

    assert by_type.column == "st_spectype"
    assert '"DC" is a white dwarf' in by_type.message
    assert by_teff.column == "st_teff"
    assert "9000 K" in by_teff.message


def test_a_warning_has_the_index_of_its_planet():
    types = ["G2 V", "WD", None, "K0 III"]
    table = golden_table([{"st_spectype": text} for text in types])

    found = domain_warnings.check_stars(SpectralTypes.from_texts(types), table)

    assert {index: [each.code for each in many] for index, many in found.items()} == {
        1: ["white_dwarf"],
        3: ["giant"],
    }


@pytest.mark.parametrize("column", NUMERIC, ids=lambda column: column.name)
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.99, ["outside_training"]),
        (1.0, []),
        (100.0, []),
        (100.1, ["outside_training"]),
        (None, []),
    ],
)
def test_a_value_outside_the_training_range_gets_a_warning(column, value, expected):
    found = domain_warnings.check_ranges(golden_table([{column.name: value}]), SEEN)

    assert codes(found) == expected


def test_a_range_warning_names_the_value_its_unit_and_the_range():
    [warning] = domain_warnings.check_ranges(golden_table([{"pl_eqt": 250.0}]), SEEN)[0]

    assert warning.column == "pl_eqt"
    assert warning.message == "250 K is outside the 1 to 100 that the model was trained on"


def test_each_value_outside_gets_its_own_warning():
    table = golden_table([{}, {"pl_rade": 0.5, "pl_eqt": 500.0, "st_teff": 50.0}])

    found = domain_warnings.check_ranges(table, SEEN)

    assert {i: [each.column for each in many] for i, many in found.items()} == {
        1: ["pl_rade", "pl_eqt"]
    }


@pytest.mark.parametrize(
    ("flag", "side"), [(1.0, "1: an upper limit"), (-1.0, "-1: a lower limit")]
)
def test_a_limit_is_reported_as_not_measured(flag, side):
    found = domain_warnings.report_limits([(4, flag)], "pl_bmasse")

    message = f"pl_bmasselim is {side}, taken as not measured"
    assert found == {4: [PlanetWarning("limit", "pl_bmasse", message)]}


def test_without_limits_there_are_no_warnings():
    assert domain_warnings.report_limits([], "pl_bmasse") == {}


def test_warnings_of_several_sources_are_joined_in_order():
    first, second, third = (PlanetWarning(code, "pl_eqt", "") for code in ("one", "two", "three"))

    merged = domain_warnings.merge({0: [first], 2: [second]}, {}, {2: [third]})

    assert merged == {0: [first], 2: [second, third]}


def test_merging_does_not_change_its_sources():
    source = {0: [PlanetWarning("one", "pl_eqt", "")]}

    domain_warnings.merge(source, {0: [PlanetWarning("two", "pl_eqt", "")]})

    assert [each.code for each in source[0]] == ["one"]
