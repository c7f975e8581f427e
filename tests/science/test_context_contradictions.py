"""Context contradictions: each warning has a planet just beyond its limit, and one just within."""

from __future__ import annotations

import numpy as np
import pytest

from exohabit.science.columns import NUMERIC
from exohabit.science.context_contradictions import find_contradictions, without_repeats
from exohabit.science.domain_warnings import PlanetWarning
from exohabit.science.features import implied_light
from exohabit.science.habitability import equilibrium_temperature, semi_major_axis
from exohabit.science.physical_limits import iron_radius
from exohabit.scoring.golden_planets import golden_table

SUN = {"st_teff": 5772.0, "st_rad": 1.0, "st_mass": 1.0, "st_spectype": "G2 V"}
EARTH = {**SUN, "pl_rade": 1.0, "pl_bmasse": 1.0, "pl_orbper": 365.25, "pl_orbsmax": 1.0}
IRON = float(iron_radius(np.array([5.0]))[0])


def codes(*, like_dwarf=True, errors=(), **changes) -> list[tuple[str, str]]:
    """Codes and columns of one planet's warnings."""
    table = golden_table([{**EARTH, **changes}])
    none = (np.full(1, np.nan), np.full(1, np.nan))
    stated = {column.name: dict(errors).get(column.name, none) for column in NUMERIC}
    found = find_contradictions(table, np.array([like_dwarf]), stated).get(0, [])
    return [(each.code, each.column) for each in found]


LIGHT, EQT = ("inconsistent_light", "pl_insol"), ("inconsistent_light", "pl_eqt")
STAR = ("inconsistent_star", "st_teff")
ORBIT, SIZE = ("inconsistent_orbit", "pl_orbsmax"), ("inconsistent_size", "pl_rade")


@pytest.mark.parametrize(
    ("beyond", "within", "warning"),
    [
        ({"pl_eqt": 278.3 * 1.279}, {"pl_eqt": 278.3 * 1.277}, EQT),
        ({"pl_eqt": 156.5 / 1.101}, {"pl_eqt": 156.5 / 1.099}, EQT),
        ({"pl_insol": 1.51}, {"pl_insol": 1.49}, LIGHT),
        ({"pl_insol": 1 / 1.51}, {"pl_insol": 1 / 1.49}, LIGHT),
        ({"pl_orbper": 365.25 * 1.26**1.5}, {"pl_orbper": 365.25 * 1.24**1.5}, ORBIT),
        ({"pl_orbper": 365.25 / 1.26**1.5}, {"pl_orbper": 365.25 / 1.24**1.5}, ORBIT),
        ({"st_teff": 5770 * 1.26}, {"st_teff": 5770 * 1.24}, STAR),
        ({"st_teff": 5770 / 1.26}, {"st_teff": 5770 / 1.24}, STAR),
        (
            {"pl_bmasse": 5.0, "pl_rade": IRON * 0.89},
            {"pl_bmasse": 5.0, "pl_rade": IRON * 0.91},
            SIZE,
        ),
        ({"pl_bmasse": 2.0, "pl_rade": 7.2}, {"pl_bmasse": 2.0, "pl_rade": 7.1}, SIZE),
    ],
)
def test_contradicting_values_get_a_warning(beyond, within, warning):
    assert codes(**beyond) == [warning]
    assert codes(**within) == []

    assert codes() == []


@pytest.mark.parametrize("unknown", ["pl_eqt", "pl_insol", "pl_orbsmax", "pl_rade", "pl_bmasse"])
def test_unknown_values_get_no_warning(unknown):
    assert codes(**{unknown: None}) == []


def test_a_star_that_is_not_a_dwarf_is_not_compared_with_dwarfs():
    giant = {"st_spectype": "K1 III", "st_rad": None, "st_mass": None, "st_teff": 4000.0}
    bright = {"pl_orbper": 300.0, "pl_orbsmax": None, "pl_insol": 80.0, "pl_eqt": 750.0}

    assert codes(**giant, **bright, like_dwarf=False) == []
    assert LIGHT in codes(**giant, **bright)


def test_a_temperature_is_compared_with_the_stated_insolation_if_there_is_one():
    assert EQT in codes(pl_insol=0.5, pl_eqt=300.0)
    assert EQT not in codes(pl_insol=1.0, pl_eqt=300.0)


def test_keplers_law_uses_a_dwarfs_mass_only_if_the_star_is_like_a_dwarf():
    far_off = {"pl_orbper": 20.0, "pl_orbsmax": 1.0}

    assert codes(**far_off) == [ORBIT]
    assert codes(**far_off, st_mass=None) == [ORBIT]
    assert codes(**far_off, st_mass=None, like_dwarf=False) == []
    assert ORBIT in codes(st_mass=0.125)
    assert ORBIT not in codes(st_mass=0.125, pl_orbsmax=0.5)


def test_the_numbers_in_these_tests_follow_from_the_formulas():
    light = implied_light(golden_table([EARTH]))

    assert light.insol[0] == pytest.approx(1.0)
    assert equilibrium_temperature(light.insol, np.zeros(1))[0] == pytest.approx(278.3)
    assert equilibrium_temperature(light.insol, np.full(1, 0.9))[0] == pytest.approx(156.5, abs=0.1)
    assert semi_major_axis(np.array([365.25]), np.ones(1))[0] == pytest.approx(1.0)


def test_sizes_that_fit_within_twice_their_errors_get_no_warning():
    hd_224018_b = {"pl_rade": 0.91, "pl_bmasse": 4.1}
    radius = np.array([0.64]), np.array([0.57])

    assert codes(**hd_224018_b) == [SIZE]
    assert codes(**hd_224018_b, errors={"pl_rade": radius}) == []
    assert codes(pl_rade=7.2, pl_bmasse=2.0, errors={"pl_rade": radius}) == []


@pytest.mark.parametrize("planet", [(0.074, 1.6e-4), (0.187, 0.0022), (0.273, 0.0123)])
def test_ceres_pluto_and_the_moon_get_no_warning(planet):
    radius, mass = planet

    assert codes(pl_rade=radius, pl_bmasse=mass) == []


def test_a_warning_gives_the_values_and_what_the_physics_allows():
    table = golden_table([{**EARTH, "pl_eqt": 400.0, "pl_orbsmax": 2.0, "st_teff": None}])
    none = (np.full(1, np.nan), np.full(1, np.nan))
    errors = {column.name: none for column in NUMERIC}

    found = find_contradictions(table, np.array([True]), errors)[0]

    assert [each.message for each in found] == [
        "400 K does not fit an insolation of 0.999 times Earth's: any albedo and any spread of "
        "heat give 142 to 356 K",
        "2 au is stated, but Kepler's third law with the period and the star's mass gives 1: they "
        "differ by more than a factor of 1.25",
    ]


LIGHT_OF_CONTEXT = PlanetWarning("inconsistent_light", "pl_insol", "")
SIZE_OF_CONTEXT = PlanetWarning("inconsistent_size", "pl_rade", "")


@pytest.mark.parametrize(
    ("code", "column", "kept"),
    [
        ("inconsistent_light", "pl_eqt", [SIZE_OF_CONTEXT]),
        ("inconsistent_size", "pl_rade", [LIGHT_OF_CONTEXT]),
        ("wrong_unit", "pl_orbper", [SIZE_OF_CONTEXT]),
        ("wrong_unit", "pl_bmasse", [LIGHT_OF_CONTEXT]),
        ("giant", "st_spectype", [LIGHT_OF_CONTEXT, SIZE_OF_CONTEXT]),
    ],
)
def test_a_subject_that_has_a_warning_by_default_has_none_of_the_context(code, column, kept):
    context = {4: [LIGHT_OF_CONTEXT, SIZE_OF_CONTEXT]}

    assert without_repeats(context, {4: [PlanetWarning(code, column, "")]}) == {4: kept}


def test_a_planet_without_further_warnings_is_left_out():
    context = {0: [SIZE_OF_CONTEXT], 1: [SIZE_OF_CONTEXT]}

    assert without_repeats(context, {0: [SIZE_OF_CONTEXT]}) == {1: [SIZE_OF_CONTEXT]}
