"""Context: published values, and NaN where an input is unknown."""

from __future__ import annotations

import numpy as np
import pytest

from exohabit.science import habitability
from exohabit.science.context import Context, compute_context, radius_at_mass, size_class
from exohabit.scoring.golden_planets import golden_table

SUN = {"st_teff": 5772.0, "st_rad": 1.0, "st_mass": 1.0, "st_spectype": "G2 V"}
EARTH = {**SUN, "pl_rade": 1.0, "pl_bmasse": 1.0, "pl_orbsmax": 1.0}
UNKNOWN = np.nan


def context(*, like_dwarf: bool = True, **planet) -> Context:
    """Compute the context of one planet."""
    return compute_context(golden_table([planet]), np.array([like_dwarf]))


def parts(result: Context) -> tuple[float, float, float, float]:
    found = result.definition
    return found.star[0], found.light[0], found.size[0], found.holds[0]


@pytest.mark.parametrize(
    ("zone", "inner", "outer"), [("conservative", 0.95, 1.68), ("optimistic", 0.750, 1.77)]
)
def test_the_suns_zones_have_the_published_limits(zone, inner, outer):
    found = context(**EARTH).zones[zone]

    assert found.inner_axis[0] == pytest.approx(inner, abs=0.005)
    assert found.outer_axis[0] == pytest.approx(outer, abs=0.005)


@pytest.mark.parametrize(
    ("axis", "conservative", "optimistic"),
    [(0.723, 1, 1), (0.80, 1, 0), (1.0, 0, 0), (1.66, 0, 0), (1.72, -1, 0), (1.80, -1, -1)],
)
def test_a_planet_is_too_hot_inside_or_too_cold_for_each_zone(axis, conservative, optimistic):
    zones = context(**{**EARTH, "pl_orbsmax": axis}).zones

    assert zones["conservative"].side[0] == conservative
    assert zones["optimistic"].side[0] == optimistic


@pytest.mark.parametrize(
    ("planet", "similarity"),
    [({}, 1.0), ({"pl_rade": 0.532, "pl_insol": 0.431}, 0.645), ({"pl_rade": None}, 0.993)],
)
def test_similarity_is_the_published_one_and_uses_the_mass_if_the_radius_is_unknown(
    planet, similarity
):
    found = context(**{**EARTH, **planet}).similarity[0]

    assert found == pytest.approx(similarity, abs=1e-3)


@pytest.mark.parametrize(
    ("planet", "insol"),
    [
        ({**EARTH, "pl_insol": 0.9}, 0.9),
        (EARTH, 1.0),
        ({**SUN, "pl_orbper": 365.25}, 1.0),
        ({"pl_eqt": 254.6, "pl_orbsmax": 1.0}, 1.0),
        ({**EARTH, "pl_orbeccen": 0.5}, 1.155),
        ({**EARTH, "pl_insol": 0.9, "pl_orbeccen": 0.5}, 1.039),
        ({"pl_eqt": 254.6, "pl_orbeccen": 0.5}, 1.155),
    ],
)
def test_insolation_is_the_stated_one_else_of_the_orbit_else_of_the_temperature(planet, insol):
    assert context(**planet).insol[0] == pytest.approx(insol, rel=0.01)


@pytest.mark.parametrize(
    ("planet", "expected"),
    [
        (EARTH, (1, 1, 1, 1)),
        ({**EARTH, "pl_rade": 2.6}, (1, 1, 0, 0)),
        ({**EARTH, "pl_rade": None, "pl_bmasse": 9.9}, (1, 1, 1, 1)),
        ({**EARTH, "pl_orbsmax": 0.7}, (1, 0, 1, 0)),
        ({**EARTH, "st_spectype": "WD"}, (0, 1, 1, 0)),
        ({**EARTH, "st_spectype": None, "st_teff": 9000.0}, (0, 0, 1, 0)),
        ({**EARTH, "st_spectype": None}, (1, 1, 1, 1)),
        (
            {**EARTH, "st_spectype": None, "pl_orbsmax": None, "pl_insol": 1.0, "st_rad": 0.29},
            (0, 1, 1, 0),
        ),
        (
            {**EARTH, "st_spectype": None, "pl_orbsmax": None, "pl_insol": 1.0, "st_rad": 0.31},
            (1, 1, 1, 1),
        ),
        ({"pl_rade": 1.0, "pl_eqt": 255.0}, (UNKNOWN, UNKNOWN, 1, UNKNOWN)),
        ({"pl_rade": 9.0, "pl_eqt": 255.0}, (UNKNOWN, UNKNOWN, 0, 0)),
        ({"pl_eqt": 255.0, **SUN}, (1, UNKNOWN, UNKNOWN, UNKNOWN)),
        ({"pl_rade": 1.0, "pl_eqt": 1000.0}, (UNKNOWN, 0, 1, 0)),
        ({"pl_rade": 1.0, "pl_eqt": 30.0}, (UNKNOWN, 0, 1, 0)),
        ({"pl_rade": 1.0, "pl_insol": 1000.0}, (UNKNOWN, 0, 1, 0)),
        ({"pl_rade": 1.0, "pl_insol": 0.1}, (UNKNOWN, 0, 1, 0)),
        ({"pl_rade": 1.0, "pl_insol": 1.0}, (UNKNOWN, UNKNOWN, 1, UNKNOWN)),
    ],
)
def test_each_part_of_the_definition_holds_fails_or_is_unknown(planet, expected):
    np.testing.assert_equal(parts(context(**planet)), tuple(map(float, expected)))


@pytest.mark.parametrize(
    ("eqt", "lit"), [(322.0, 0), (320.0, UNKNOWN), (118.0, UNKNOWN), (117.0, 0)]
)
def test_a_temperature_alone_decides_only_if_every_albedo_gives_the_same_answer(eqt, lit):
    np.testing.assert_equal(parts(context(pl_eqt=eqt, pl_rade=1.0, **SUN))[1], float(lit))


def test_an_eccentric_orbit_can_be_outside_by_its_mean_insolation():
    near = {**EARTH, "pl_orbsmax": 0.76}

    assert parts(context(**near))[1] == 1.0
    assert parts(context(**near, pl_orbeccen=0.4))[1] == 0.0


def test_a_star_that_is_not_a_dwarf_gets_no_radius_or_mass_of_a_dwarf():
    giant = {"pl_rade": 1.0, "pl_orbper": 300.0, "st_spectype": "K1 III"}

    assert context(**giant).insol[0] < 1.0
    assert np.isnan(context(**giant, like_dwarf=False).insol[0])
    known = context(**giant, st_rad=20.0, st_mass=1.5, like_dwarf=False)
    assert known.insol[0] == pytest.approx(250.0, rel=0.2)


@pytest.mark.parametrize(
    ("insol", "axis", "is_open", "lit"),
    [
        (1.0, 1.0, False, 1),
        (2.0, 1.0, True, UNKNOWN),
        (1.0, 0.6, True, UNKNOWN),
        (0.1, 1.0, True, UNKNOWN),
        (2.0, 0.6, False, 0),
        (0.1, 0.6, False, 0),
        (2.0, None, False, 0),
        (None, 1.0, False, 1),
    ],
)
def test_the_light_is_open_if_stated_and_implied_insolation_disagree_about_the_zone(
    insol, axis, is_open, lit
):
    found = context(**{**EARTH, "pl_insol": insol, "pl_orbsmax": axis})

    assert found.definition.is_open[0] == is_open
    np.testing.assert_equal(parts(found)[1], float(lit))
    np.testing.assert_equal(parts(found)[3], float(lit))


def test_an_open_light_does_not_save_a_planet_of_the_wrong_size():
    assert parts(context(**{**EARTH, "pl_insol": 2.0, "pl_rade": 9.0}))[3] == 0.0


def test_the_averages_over_the_orbit_are_compared():
    eccentric = {**EARTH, "pl_insol": 1.6, "pl_orbsmax": 0.74, "pl_orbeccen": 0.6}

    assert not context(**eccentric).definition.is_open[0]
    assert context(**{**eccentric, "pl_orbeccen": 0.0}).definition.is_open[0]


@pytest.mark.parametrize(
    ("planet", "mass"),
    [
        ({"pl_bmasse": 2.0, "pl_rade": 1.0}, 2.0),
        ({"pl_bmasse": None, "pl_rade": 1.008}, 1.0),
        ({"pl_bmasse": None, "pl_rade": 1.6}, 3.18),
        ({"pl_bmasse": None, "pl_rade": 15.0}, 5.0),
        ({"pl_bmasse": None, "pl_rade": None}, 1.0),
        ({"pl_bmasse": 0.05}, 0.1),
        ({"pl_bmasse": 50.0}, 5.0),
    ],
)
def test_the_conservative_zone_is_for_the_planets_mass(planet, mass):
    found = context(**{**EARTH, **planet})

    assert found.planet_mass[0] == pytest.approx(mass, rel=0.01)
    teff = np.array([5772.0])
    inner = habitability.runaway_limit(teff, found.planet_mass)
    assert found.zones["conservative"].inner == inner
    assert found.zones["optimistic"].inner == habitability.zone_limit("recent_venus", teff)


@pytest.mark.parametrize(
    ("teff", "taken"), [(2599.0, 2600.0), (2600.0, 2600.0), (7200.0, 7200.0), (7201.0, 7200.0)]
)
def test_a_star_outside_the_zones_temperatures_counts_as_the_nearer_end(teff, taken):
    assert context(**{**EARTH, "st_teff": teff}).zones["optimistic"].teff[0] == taken


@pytest.mark.parametrize(
    ("radius", "name"),
    [
        (0.31, "smaller than rocky planets"),
        (0.499, "smaller than rocky planets"),
        (0.5, "rocky"),
        (0.532, "rocky"),
        (1.0, "rocky"),
        (1.6, "super-Earth"),
        (2.4, "sub-Neptune"),
        (3.9, "sub-Jovian"),
        (11.2, "Jovian"),
        (18.0, "larger than Jovian planets"),
    ],
)
def test_a_radius_has_the_published_class(radius, name):
    assert size_class(radius) == name


@pytest.mark.parametrize(("mass", "radius"), [(1.0, 1.02), (17.15, 3.76), (317.8, 13.2)])
def test_the_radius_of_a_mass_follows_the_published_relation(mass, radius):
    assert radius_at_mass(np.array([mass]))[0] == pytest.approx(radius, rel=0.01)


def test_without_any_value_everything_is_unknown():
    found = context(st_spectype=None)

    assert np.isnan(parts(found)).all()
    assert np.isnan([found.insol[0], found.radius[0], found.similarity[0]]).all()
    assert np.isnan(found.zones["optimistic"].inner_axis[0])
