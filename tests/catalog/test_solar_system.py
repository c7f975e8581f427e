from __future__ import annotations

import pytest

from exohabit.catalog.rows import ALL_COLUMNS
from exohabit.catalog.scoring import score_rows
from exohabit.catalog.solar_system import solar_system

BODIES = {row["pl_name"]: row for row in solar_system()}
YEAR_DAYS = 365.25636
BLACK_BODY_AT_1_AU_K = 278.5


def test_they_are_the_eight_planets_and_the_moon():
    order = ["Mercury", "Venus", "Earth", "Moon", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune"]

    assert [*BODIES] == order
    assert {row["hostname"] for row in BODIES.values()} == {"Sun"}
    assert all(row.keys() == {*ALL_COLUMNS} for row in BODIES.values())


@pytest.mark.parametrize("row", BODIES.values(), ids=BODIES)
def test_period_and_axis_follow_keplers_third_law(row):
    assert (row["pl_orbper"] / YEAR_DAYS) ** 2 == pytest.approx(row["pl_orbsmax"] ** 3, rel=3e-3)


@pytest.mark.parametrize("row", BODIES.values(), ids=BODIES)
def test_temperature_and_insolation_agree_for_a_bond_albedo_that_a_body_can_have(row):
    albedo = 1 - (row["pl_eqt"] / BLACK_BODY_AT_1_AU_K) ** 4 / row["pl_insol"]

    assert row["pl_insol"] == pytest.approx(row["pl_orbsmax"] ** -2, rel=1e-4)
    assert 0.05 < albedo < 0.8


# Densities of NASA's fact sheets, g/cm^3. Those of the giants use the volumetric mean radius.
@pytest.mark.parametrize(
    ("name", "density"),
    [
        *(("Mercury", 5.429), ("Venus", 5.243), ("Earth", 5.513), ("Moon", 3.344)),
        *(("Mars", 3.934), ("Jupiter", 1.326), ("Saturn", 0.687), ("Uranus", 1.270)),
        ("Neptune", 1.638),
    ],
)
def test_mass_and_radius_give_the_published_density(name, density):
    row = BODIES[name]

    assert 5.513 * row["pl_bmasse"] / row["pl_rade"] ** 3 == pytest.approx(density, rel=5e-3)


def test_earth_is_the_unit_of_radius_mass_and_insolation():
    earth = BODIES["Earth"]

    assert (earth["pl_rade"], earth["pl_bmasse"]) == (1.0, 1.0)
    assert earth["pl_insol"] == pytest.approx(1.0, abs=1e-4)


def test_only_earth_and_worlds_like_it_are_predicted_habitable(bundle):
    scores = dict(zip(BODIES, score_rows(bundle, [*BODIES.values()]).values, strict=True))

    assert max(scores, key=scores.get) == "Earth"
    assert scores["Earth"] >= bundle.threshold
    assert all(scores[name] < bundle.threshold for name in ("Mercury", "Venus", "Jupiter"))
