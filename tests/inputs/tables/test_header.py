"""Which of our keys each column of a table holds."""

from __future__ import annotations

import pytest

from exohabit.inputs.schemas import DETAILED_SCHEMA, PLAIN_SCHEMA
from exohabit.inputs.synonyms import NEEDS_UNIT, SYNONYMS, fold
from exohabit.inputs.tables.column_positions import is_known_name
from exohabit.inputs.tables.header import match_header, misspelt_columns

LIGHT = "pl_eqt"


def match(*names, schema=PLAIN_SCHEMA):
    return match_header(names, 1, schema)


@pytest.mark.parametrize(("name", "key"), SYNONYMS.items())
def test_a_synonym_is_one_of_our_keys_and_is_known(name, key):
    assert key in DETAILED_SCHEMA.keys
    assert name == name.lower()
    assert name not in DETAILED_SCHEMA.keys
    assert fold(key) not in SYNONYMS
    assert is_known_name(name) or (name in NEEDS_UNIT and not match(name).positions)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("koi_prad", "pl_rade"),
        ("P_RADIUS", "pl_rade"),
        ("pl_msinie", "pl_bmasse"),
        ("star_sp_type", "st_spectype"),
        ("st_spstr", "st_spectype"),
        ("temp_calculated", "pl_eqt"),
        ("pl_rade [Earth Radius]", "pl_rade"),
        ("pl_rade (R_earth)", "pl_rade"),
        ("Planet Radius [Earth Radius]", "pl_rade"),
        ("Stellar Effective Temperature [K]", "st_teff"),
        ("pl_orbper[days]", "pl_orbper"),
        ("pl_rade [$R_\\oplus$]", "pl_rade"),
        ("radius (R_E)", "pl_rade"),
        ("Mass [Earth masses]", "pl_bmasse"),
        ("period (d)", "pl_orbper"),
        ("T_eq [K]", "pl_eqt"),
        ("Teff (K)", "st_teff"),
        ("P_PERIOD (days)", "pl_orbper"),
        ("PL_RADE", "pl_rade"),
        ("Pl_Bmasse", "pl_bmasse"),
        ("ST_SPECTYPE", "st_spectype"),
        ("PL_RADE [Earth radii]", "pl_rade"),
        ("SpType", "st_spectype"),
        ("spectral_type", "st_spectype"),
        ("Spectral Type", "st_spectype"),
        ("sptype", "st_spectype"),
        ("spt", "st_spectype"),
        ("Spectral Class", "st_spectype"),
        ("Planet Mass or Mass*sin(i) [Earth Mass]", "pl_bmasse"),
        ("planet_mass (M_earth)", "pl_bmasse"),
        ("Orbit Semi-Major Axis [au])", "pl_orbsmax"),
        ("Insolation Flux [Earth Flux]", "pl_insol"),
        ("Eccentricity", "pl_orbeccen"),
        ("Planet Radius Value [R_Earth]", "pl_rade"),
        ("Planet Orbital Period Value [days]", "pl_orbper"),
        ("Planet Equilibrium Temperature Value [K]", "pl_eqt"),
        ("Planet Insolation Value [Earth flux]", "pl_insol"),
        ("Stellar Effective Temperature Value [K]", "st_teff"),
        ("Stellar Radius Value [R_Sun]", "st_rad"),
        ("ecc", "pl_orbeccen"),
    ],
)
def test_a_column_with_another_name_and_our_unit_is_read(name, key):
    header = match("x", name)

    assert header.positions == {key: 1}
    assert header.synonyms == {name: key}


@pytest.mark.parametrize(
    ("name", "key", "how"),
    [
        ("pl_radj", "pl_rade", "multiply by 11.209"),
        ("radius", "pl_rade", "if it is in Earth radii, name it pl_rade; if in Jupiter radii, as"),
        ("Mass", "pl_bmasse", "if it is in Earth masses, name it pl_bmasse; if in Jupiter masses"),
        ("planet radius", "pl_rade", "has no unit: if it is in Earth radii, name it pl_rade"),
        ("Planet Mass or Mass*sin(i)", "pl_bmasse", "has no unit: if it is in Earth masses, name"),
        ("Teq", "pl_eqt", '"Teq" has no unit: if it is in K, name it pl_eqt'),
        ("T_eq", "pl_eqt", '"T_eq" has no unit: if it is in K, name it pl_eqt'),
        ("period", "pl_orbper", '"period" has no unit: if it is in days, name it pl_orbper'),
        ("temperature", "pl_eqt", "if it is the equilibrium temperature in K, name it pl_eqt"),
        ("Temperature [K]", "pl_eqt", "if it is the equilibrium temperature in K, name it pl_eqt"),
        ("Stellar Type", "st_spectype", "if it is the spectral type, name it st_spectype"),
        ("pl_bmassj", "pl_bmasse", "multiply by 317.83"),
        ("PL_BMASSJ", "pl_bmasse", "multiply by 317.83"),
        ("Planet Mass or Mass*sin(i) [Jupiter Mass]", "pl_bmasse", "multiply by 317.83"),
        ("pl_rade [km]", "pl_rade", "divide by 6,378.1"),
        ("Planet Radius [Jupiter Radius]", "pl_rade", "multiply by 11.209"),
        ("pl_orbper (years)", "pl_orbper", "multiply by 365.25"),
        ("radius (Rjup)", "pl_rade", "multiply by 11.209"),
        ("mass [M_J]", "pl_bmasse", "multiply by 317.83"),
        ("period (min)", "pl_orbper", "divide by 1,440"),
        ("pl_eqt [degC]", "pl_eqt", "add 273.15"),
        ("pl_eqt [°F]", "pl_eqt", "divide by 1.8 and add 255.37"),
        ("pl_eqt [furlong]", "pl_eqt", "is not in K"),
    ],
)
def test_a_column_in_another_unit_is_not_read_and_its_factor_is_named(name, key, how):
    header = match("x", name)

    assert header.positions == {}
    assert how in header.advice[key]
    assert any(how in problem.message for problem in header.problems)


@pytest.mark.parametrize(
    "name", ["planet radius", "Orbital Period", "period", "teq", "pl_rade[", "[km]", "x [d]"]
)
def test_a_label_without_its_unit_or_an_unknown_name_is_not_read(name):
    assert match(name).positions == {}


def test_our_own_name_comes_before_others_wherever_it_stands():
    header = match("pl_masse", "koi_prad", "pl_rade", "pl_msinie", LIGHT)

    assert header.positions == {"pl_rade": 2, "pl_eqt": 4, "pl_bmasse": 0}
    assert header.fallback_positions == {"pl_bmasse": 3}
    assert header.synonyms == {"pl_masse": "pl_bmasse", "pl_msinie": "pl_bmasse"}


def test_errors_and_limit_flags_follow_their_column():
    names = ("koi_prad", "koi_prad_err1", "koi_prad_err2", "pl_masselim", LIGHT)

    assert match(*names, schema=DETAILED_SCHEMA).positions == {
        "pl_rade": 0,
        "pl_radeerr1": 1,
        "pl_radeerr2": 2,
        "pl_bmasselim": 3,
        "pl_eqt": 4,
    }


LABELS = {
    "pl_name": "Planet Name",
    "pl_orbper": "Orbital Period [days]",
    "pl_orbsmax": "Orbit Semi-Major Axis [au]",
    "pl_rade": "Planet Radius [Earth Radius]",
    "pl_bmasse": "Planet Mass or Mass*sin(i) [Earth Mass]",
    "pl_orbeccen": "Eccentricity",
    "pl_insol": "Insolation Flux [Earth Flux]",
    "pl_eqt": "Equilibrium Temperature [K]",
    "st_spectype": "Spectral Type",
    "st_teff": "Stellar Effective Temperature [K]",
    "st_rad": "Stellar Radius [Solar Radius]",
    "st_mass": "Stellar Mass [Solar mass]",
}
"""The archive's labels of our columns (PSCompPars, 2025)."""


def test_the_archives_labels_are_read_with_their_errors_and_limit_flags():
    numeric = [column for column in LABELS if column not in ("pl_name", "st_spectype")]
    names, keys = [*LABELS.values()], [*LABELS]
    for column in numeric:
        label = LABELS[column]
        quantity, bracket, unit = label.partition(" [")
        for end, ours in (("Upper Unc.", "err1"), ("Lower Unc.", "err2"), ("Limit Flag", "lim")):
            has_unit = bracket and ours != "lim"
            of_mass = f"{label} {end}"
            of_others = f"{quantity} {end}{bracket}{unit}" if has_unit else f"{quantity} {end}"
            names.append(of_mass if column == "pl_bmasse" else of_others)
            keys.append(column + ours)

    header = match(*names, schema=DETAILED_SCHEMA)

    assert header.problems == []
    assert header.name_positions == [0]
    assert header.positions == {key: i for i, key in enumerate(keys) if key != "pl_name"}
    assert header.synonyms == {
        name: "name" if key == "pl_name" else key for name, key in zip(names, keys, strict=True)
    }


def test_a_flag_or_an_error_of_a_value_in_another_unit_is_not_read():
    jupiters = "Planet Mass or Mass*sin(i) [Jupiter Mass]"

    header = match(
        f"{jupiters} Limit Flag",
        f"{jupiters} Upper Unc.",
        LABELS["pl_bmasse"],
        schema=DETAILED_SCHEMA,
    )

    assert header.positions == {"pl_bmasse": 2}


def test_the_archives_label_of_m_sin_i_is_read_where_the_mass_is_empty():
    header = match("Planet Mass*sin(i) [Earth Mass]", "Planet Mass [Earth Mass]", LIGHT)

    assert header.positions == {"pl_eqt": 2, "pl_bmasse": 1}
    assert header.fallback_positions == {"pl_bmasse": 0}


@pytest.mark.parametrize(
    "name", ["Planet", "planet", "Planet Name", "planet_name", "object", "Name", "NAME", "PL_NAME"]
)
def test_usual_words_for_the_name_are_read(name):
    header = match("pl_rade", name, LIGHT)

    assert header.name_positions == [1]
    assert list(header.synonyms) == [name]


@pytest.mark.parametrize("name", ["default_flag", "DEFAULT_FLAG", "Default Parameter Set"])
def test_the_default_flag_is_found_under_each_of_its_names(name):
    assert is_known_name(name)
    assert match("pl_rade", name, LIGHT).default_flag == 1


def test_the_name_comes_from_the_first_catalogues_column_that_has_one():
    assert match("kepoi_name", "kepler_name").name_positions == [1, 0]
    assert match("toi", "pl_name").name_positions == [1]
    assert match("pl_name", "name").name_positions == [0, 1]
    assert match("Planet", "name", "NAME").name_positions == [1]
    assert match("Planet", "toi", "NAME").name_positions == [2, 1, 0]


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        (("pl_rade", "pl_eqt"), []),
        (("pl_bmasse", "pl_insol"), []),
        (("pl_rade", "pl_orbper", "st_teff"), []),
        (("pl_rade", "pl_orbsmax", "st_spectype"), []),
        (("pl_rade", "pl_orbper"), ["pl_eqt"]),
        (("pl_rade", "st_teff", "st_spectype"), ["pl_eqt"]),
        (("pl_eqt",), ["pl_rade"]),
        (("ra", "dec"), ["pl_rade", "pl_eqt"]),
        (("pl_rade", "pl_eqt", "pl_bmass"), ["pl_bmasse"]),
        (("pl_rade", "pl_eqt", "PL_ORBPER"), []),
        (
            ("name", "radius", "mass", "period", "teq", "spectyp"),
            ["st_spectype", "pl_rade", "pl_eqt"],
        ),
        (("pl_radee", "pl_eqt", "pl_bmass"), ["pl_rade", "pl_bmasse"]),
        (("pl_radee",), ["pl_rade", "pl_eqt"]),
        (("pl_rade", "pl_eqt", "pl_insoll"), []),
    ],
)
def test_a_table_needs_a_size_and_light_and_no_misspelt_column(names, columns):
    problems = match(*names).problems

    assert [problem.column for problem in problems] == columns
    assert {problem.code for problem in problems} <= {"missing_key"}


def test_a_repeated_column_is_a_problem_only_if_it_is_read():
    header = match("pl_rade", "pl_rade", LIGHT, "note", "note")

    assert [each.message for each in header.problems] == ['two columns are called "pl_rade"']
    assert match("PL_RADE", "pl_rade", LIGHT).problems[0].code == "repeated_column"
    assert match("Name", "name", "pl_rade", LIGHT).problems == []


def test_a_misspelt_column_is_not_one_that_is_there():
    assert list(misspelt_columns(match("pl_rade", LIGHT, "st_rah"), PLAIN_SCHEMA)) == ["st_rah"]
    assert misspelt_columns(match("pl_rade", LIGHT, "st_rah", "st_rad"), PLAIN_SCHEMA) == {}
    assert misspelt_columns(match("pl_rade", LIGHT, "S_NAME", "P_NAME"), PLAIN_SCHEMA) == {}


@pytest.mark.parametrize(
    ("names", "is_told"),
    [(("Earth", "1", "1"), True), (("name", "x"), False), (("pl_eqt", "pl_radj"), False)],
)
def test_the_line_of_the_header_is_told_where_it_has_none_of_our_names(names, is_told):
    problem = match(*names).problems[0]

    assert ("line 1 was read as the header" in problem.message) is is_told
