"""Consistency: each warning has a planet that earns it, and one just short of it."""

from __future__ import annotations

import numpy as np
import pytest

from exohabit.science.columns import NUMERIC
from exohabit.science.consistency import inconsistencies, iron_radius
from exohabit.science.features import implied_light
from exohabit.science.habitability import equilibrium_temperature, semi_major_axis
from exohabit.scoring.bundle import golden_table

SUN = {"st_teff": 5772.0, "st_rad": 1.0, "st_mass": 1.0, "st_spectype": "G2 V"}
EARTH = {**SUN, "pl_rade": 1.0, "pl_bmasse": 1.0, "pl_orbper": 365.25, "pl_orbsmax": 1.0}
IRON = float(iron_radius(np.array([5.0]))[0])


def codes(*, computed=(), like_dwarf=True, errors=(), **changes) -> list[tuple[str, str]]:
    """Codes and columns of one planet's warnings."""
    table = golden_table([{**EARTH, **changes}])
    none = (np.full(1, np.nan), np.full(1, np.nan))
    stated = {column.name: dict(errors).get(column.name, none) for column in NUMERIC}
    marks = {name: np.array([name in computed]) for name in ("pl_rade", "pl_bmasse")}
    found = inconsistencies(table, np.array([like_dwarf]), stated, marks).get(0, [])
    return [(each.code, each.column) for each in found]


LIGHT, OF_EQT = ("inconsistent_light", "pl_insol"), ("inconsistent_light", "pl_eqt")
STAR = ("inconsistent_star", "st_teff")
ORBIT, SIZE = ("inconsistent_orbit", "pl_orbsmax"), ("inconsistent_size", "pl_rade")


@pytest.mark.parametrize(
    ("earns", "just_short", "warning"),
    [
        ({"pl_eqt": 278.3 * 1.279}, {"pl_eqt": 278.3 * 1.277}, OF_EQT),
        ({"pl_eqt": 156.5 / 1.101}, {"pl_eqt": 156.5 / 1.099}, OF_EQT),
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
def test_values_that_cannot_all_be_true_are_pointed_out(earns, just_short, warning):
    assert codes(**earns) == [warning]
    assert codes(**just_short) == []


def test_a_computed_mass_is_all_there_is_without_a_radius():
    assert codes(computed=("pl_bmasse",), pl_rade=None) == []


@pytest.mark.parametrize(
    ("column", "code"), [("pl_bmasse", "computed_mass"), ("pl_rade", "computed_radius")]
)
def test_a_size_that_was_computed_from_the_other_is_pointed_out(column, code):
    assert codes(computed=(column,)) == [(code, column)]
    assert codes() == []


@pytest.mark.parametrize("unknown", ["pl_eqt", "pl_insol", "pl_orbsmax", "pl_rade", "pl_bmasse"])
def test_what_is_unknown_disagrees_with_nothing(unknown):
    assert codes(**{unknown: None}) == []


def test_of_a_star_that_is_no_dwarf_nothing_is_compared_with_dwarfs():
    giant = {"st_spectype": "K1 III", "st_rad": None, "st_mass": None, "st_teff": 4000.0}
    bright = {"pl_orbper": 300.0, "pl_orbsmax": None, "pl_insol": 80.0, "pl_eqt": 750.0}

    assert codes(**giant, **bright, like_dwarf=False) == []
    assert LIGHT in codes(**giant, **bright)


def test_a_temperature_is_compared_with_the_stated_insolation_first():
    assert OF_EQT in codes(pl_insol=0.5, pl_eqt=300.0)
    assert OF_EQT not in codes(pl_insol=1.0, pl_eqt=300.0)


def test_keplers_law_takes_an_unknown_mass_from_dwarfs_if_the_star_is_one():
    far_off = {"pl_orbper": 20.0, "pl_orbsmax": 1.0}

    assert codes(**far_off) == [ORBIT]
    assert codes(**far_off, st_mass=None) == [ORBIT]
    assert codes(**far_off, st_mass=None, like_dwarf=False) == []
    assert ORBIT in codes(st_mass=0.125)
    assert ORBIT not in codes(st_mass=0.125, pl_orbsmax=0.5)


def test_the_bounds_of_these_tests_are_the_physics():
    light = implied_light(golden_table([EARTH]))

    assert light.insol[0] == pytest.approx(1.0)
    assert equilibrium_temperature(light.insol, np.zeros(1))[0] == pytest.approx(278.3)
    assert equilibrium_temperature(light.insol, np.full(1, 0.9))[0] == pytest.approx(156.5, abs=0.1)
    assert semi_major_axis(np.array([365.25]), np.ones(1))[0] == pytest.approx(1.0)


def test_sizes_that_belong_together_within_twice_their_errors_are_no_contradiction():
    hd_224018_b = {"pl_rade": 0.91, "pl_bmasse": 4.1}
    radius = np.array([0.64]), np.array([0.57])

    assert codes(**hd_224018_b) == [SIZE]
    assert codes(**hd_224018_b, errors={"pl_rade": radius}) == []
    assert codes(pl_rade=7.2, pl_bmasse=2.0, errors={"pl_rade": radius}) == []


@pytest.mark.parametrize("planet", [(0.074, 1.6e-4), (0.187, 0.0022), (0.273, 0.0123)])
def test_ceres_pluto_and_the_moon_are_no_balls_of_iron(planet):
    radius, mass = planet

    assert codes(pl_rade=radius, pl_bmasse=mass) == []


def test_a_heavier_ball_of_iron_is_larger():
    radii = iron_radius(np.geomspace(1e-5, 9_000.0, 200))

    assert (np.diff(radii) > 0.0).all()


@pytest.mark.parametrize(("mass", "radius"), [(1.0, 0.793), (10.0, 1.385)])
def test_a_ball_of_iron_is_as_small_as_published(mass, radius):
    assert iron_radius(np.array([mass]))[0] == pytest.approx(radius, abs=1e-3)
