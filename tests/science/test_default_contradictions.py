"""Default contradictions: each has a planet just beyond its limit and one within, and a cause."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exohabit.inputs.readers import CSV
from exohabit.science import default_contradictions
from exohabit.science.columns import NUMERIC
from exohabit.science.default_contradictions import (
    WARNING_LIMITS,
    check_planet,
    check_table,
    insol_orbit_of,
)
from exohabit.science.features import features_of
from exohabit.science.physical_limits import LOWEST_RELATIVE_DENSITY, iron_radius
from exohabit.science.spectral_columns import SpectralTypes
from exohabit.scoring.golden_planets import golden_table
from tests.archive_data import CATALOG, needs_archive
from utils import parse_planets

SUN = {"st_spectype": "G2 V", "st_teff": 5772.0, "st_rad": 1.0, "st_mass": 1.0}
EARTH = {**SUN, "pl_rade": 1.0, "pl_bmasse": 1.0, "pl_orbper": 365.25, "pl_orbsmax": 1.0}
FIVE = {
    "pl_rade": 1.0,
    "pl_bmasse": 1.0,
    "pl_orbper": 365.25,
    "pl_eqt": 255.0,
    "st_spectype": "G2 V",
}
IRON = float(iron_radius(5.0))
HOT = 278.3 * 8**0.25
COLD = 278.3 / 30**0.25


def warnings_of(planet) -> list:
    """Return the warnings of one planet, by both ways."""
    table = golden_table([planet])
    known = {name: float(values[0]) for name, values in table.items()}
    text = planet.get("st_spectype")
    found = check_planet(text, known, insol_orbit_of(features_of(known)))
    assert check_table(SpectralTypes.from_texts([text]), table).get(0, []) == found
    return found


def codes(**changes) -> list[tuple[str, str]]:
    return [(each.code, each.column) for each in warnings_of({**EARTH, **changes})]


FAHRENHEIT, JUPITER = ("wrong_unit", "pl_eqt"), ("wrong_unit", "pl_bmasse")
LIGHT, INSOL = ("inconsistent_light", "pl_eqt"), ("inconsistent_light", "pl_insol")
ORBIT, SIZE = ("inconsistent_orbit", "pl_orbsmax"), ("inconsistent_size", "pl_rade")


@pytest.mark.parametrize(
    ("beyond", "within", "warning"),
    [
        ({"pl_eqt": HOT * 1.001}, {"pl_eqt": HOT * 0.999}, LIGHT),
        ({"pl_eqt": COLD * 0.999}, {"pl_eqt": COLD * 1.001}, FAHRENHEIT),
        (
            {"pl_eqt": HOT * 1.001, "pl_orbper": None, "pl_orbsmax": None, "pl_insol": 1.0},
            {"pl_eqt": HOT * 0.999, "pl_orbper": None, "pl_orbsmax": None, "pl_insol": 1.0},
            LIGHT,
        ),
        ({"pl_insol": 8.01}, {"pl_insol": 7.99}, INSOL),
        ({"pl_insol": 1 / 8.01}, {"pl_insol": 1 / 7.99}, INSOL),
        ({"pl_orbsmax": 1.501}, {"pl_orbsmax": 1.499}, ORBIT),
        ({"pl_orbsmax": 1 / 1.501}, {"pl_orbsmax": 1 / 1.499}, ORBIT),
        ({"st_mass": 1.501**3}, {"st_mass": 1.499**3}, ORBIT),
        (
            {"pl_bmasse": 5.0, "pl_rade": IRON * 0.849},
            {"pl_bmasse": 5.0, "pl_rade": IRON * 0.851},
            SIZE,
        ),
        (
            {"pl_bmasse": 3.0, "pl_rade": (3.0 / LOWEST_RELATIVE_DENSITY) ** (1 / 3) * 1.001},
            {"pl_bmasse": 3.0, "pl_rade": (3.0 / LOWEST_RELATIVE_DENSITY) ** (1 / 3) * 0.999},
            JUPITER,
        ),
    ],
)
def test_values_that_cannot_all_be_right_get_a_warning(beyond, within, warning):
    assert codes(**beyond) == [warning]
    assert codes(**within) == []

    assert codes() == []


@pytest.mark.parametrize(
    ("planet", "questions"),
    [
        ({"pl_eqt": 15}, ["pl_eqt 15: is it in °C? 288.15 K would fit"]),
        ({"pl_eqt": 5, "pl_orbper": 365.25}, ["pl_eqt 5: is it in °C? 278.15 K would fit"]),
        ({"pl_orbper": 1}, ["pl_orbper 1: is it in years? 365.25 days would fit"]),
        ({"pl_orbper": 8766}, ["pl_orbper 8766: is it in hours? 365.25 days would fit"]),
        ({"pl_orbper": 525960}, ["pl_orbper 525960: is it in minutes? 365.25 days would fit"]),
        ({"pl_bmasse": 0.00315}, ["pl_bmasse 0.00315: is it in Jupiter masses? 1.0012 Earth"]),
        ({"pl_rade": 0.0892}, ["pl_rade 0.0892: is it in Jupiter radii? 0.99984 Earth radii"]),
        (
            {"pl_rade": 0.0892, "pl_bmasse": 0.00315},
            ["pl_bmasse 0.00315 and pl_rade 0.0892: are they in Jupiter masses and Jupiter radii?"],
        ),
        (
            {"pl_bmasse": 0.00315, "pl_orbper": 1, "pl_eqt": 15},
            [
                "pl_bmasse 0.00315: is it in Jupiter masses? 1.0012 Earth masses would fit",
                "pl_eqt 15 and pl_orbper 1: are they in °C and years? 288.15 K and 365.25 days",
            ],
        ),
        ({"pl_insol": 1361}, ["pl_insol 1361: is it in W/m²? 1 Earth's insolation would fit"]),
        ({"pl_orbsmax": 149.6}, ["pl_orbsmax 149.6: is it in millions of km? 1 au would fit"]),
        ({"pl_orbper": 1, "pl_orbsmax": 1}, ["pl_orbper 1: is it in years? 365.25 days"]),
        (
            {"pl_rade": 11.2, "pl_bmasse": 1, "pl_orbper": 11.86, "pl_eqt": 110},
            ["pl_bmasse 1: is it in Jupiter masses?", "pl_orbper 11.86: is it in years?"],
        ),
        # 0.5 Jupiter radii, but twice the typical radius of one Earth mass.
        ({"pl_rade": 0.5, "pl_bmasse": 1.3}, []),
        ({"pl_eqt": 900, "pl_insol": 1}, []),
        ({"pl_eqt": 60, "pl_insol": 1, "pl_orbper": 3000}, []),
        ({"pl_bmasse": 5}, []),
    ],
)
def test_a_likely_unit_is_named_where_everything_fits_in_it(planet, questions):
    found = warnings_of({**FIVE, **planet})

    assert found
    asked = [each.message for each in found if each.code == "wrong_unit"]
    assert len(asked) == len(questions)
    assert all(text.startswith(start) for text, start in zip(asked, questions, strict=True))


def test_a_planet_that_is_too_dense_may_have_only_a_limit_of_its_mass():
    (limit,) = warnings_of({**FIVE, "pl_rade": 1.4, "pl_bmasse": 78})

    assert limit.message.startswith("pl_rade 1.4: is it in Jupiter radii? 15.693 Earth radii would")
    assert limit.message.endswith("if the mass is only an upper limit, send pl_bmasselim 1)")


@pytest.mark.parametrize("unknown", [column.name for column in NUMERIC])
def test_a_value_that_is_not_known_contradicts_nothing(unknown):
    assert codes(**{"pl_eqt": 255.0, "pl_insol": 1.0, unknown: None}) == []


@pytest.mark.parametrize(
    "planet",
    [
        (1.0, 1.0, 365.25, 255.0, "G2 V"),
        (0.949, 0.815, 224.7, 227.0, "G2 V"),
        (0.532, 0.107, 687.0, 210.0, "G2 V"),
        (0.383, 0.055, 87.97, 440.0, "G2 V"),
        (11.2, 317.8, 4333.0, 110.0, "G2 V"),
        (0.273, 0.0123, 365.25, 270.0, "G2 V"),
        (0.187, 0.0022, 90560.0, 44.0, "G2 V"),
        (0.92, 0.69, 6.1, 250.0, "M"),
        (1.1, 0.9, 365.0, 288.0, "G"),
        (1.11, None, 129.9, 177.0, "M1 V"),
        (15.0, 400.0, 3.5, 1500.0, "F8 V"),
    ],
)
def test_well_known_planets_get_no_warning(planet):
    keys = ("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype")

    assert warnings_of(dict(zip(keys, planet, strict=True))) == []


def test_a_star_that_is_not_like_a_dwarf_is_not_taken_for_one():
    bright = {**FIVE, "pl_orbper": 300.0, "pl_eqt": 900.0}

    assert warnings_of(bright)
    assert warnings_of({**bright, "st_spectype": "K1 III"}) == []
    assert warnings_of({**bright, "st_spectype": "K1 III", "st_rad": 1.0, "st_mass": 1.0})


@pytest.mark.parametrize("size", [{"pl_rade": 12.0}, {"pl_bmasse": 1000.0}])
def test_a_large_planet_far_from_its_star_may_glow_by_itself(size):
    young = {"pl_orbper": 30_000.0, "pl_eqt": 1500.0, "st_spectype": "A5 V"}

    assert warnings_of({**young, **size}) == []
    assert warnings_of({**young, **size, "pl_eqt": 5.0})
    assert warnings_of({**young, "pl_rade": 1.0})


def test_the_quick_check_finds_every_planet_that_is_denser_than_iron():
    mass = np.geomspace(1e-5, 30_000.0, 100_000)
    radius = iron_radius(mass) * WARNING_LIMITS.iron

    assert default_contradictions._may_have_odd_size({"pl_rade": radius, "pl_bmasse": mass}).all()


@given(
    st.fixed_dictionaries(
        {column.name: st.none() | st.floats(*column.bounds) for column in NUMERIC}
        | {"st_spectype": st.sampled_from([None, "G2 V", "M", "DC", "K0 III", "F5 V + M"])}
    )
)
def test_a_table_gets_the_same_warnings_as_single_planets(planet):
    found = warnings_of(planet)  # by both ways

    assert len(found) <= 4


@needs_archive
def test_less_than_one_planet_of_a_hundred_in_the_archive_gets_a_warning():
    planets = parse_planets(CATALOG.read_bytes(), CSV)

    found = check_table(planets.types, planets.table)

    assert len(planets.names) == 6065
    assert len(found) == 58
    assert Counter(each.code for many in found.values() for each in many) == {
        "inconsistent_light": 33,
        "inconsistent_orbit": 15,
        "inconsistent_size": 12,
        "wrong_unit": 7,
    }


def test_a_warning_has_the_index_of_its_planet():
    body = json.dumps([FIVE, {**FIVE, "pl_eqt": 15}, FIVE]).encode()
    planets = parse_planets(body)

    found = check_table(planets.types, planets.table)

    assert {i: [each.code for each in many] for i, many in found.items()} == {1: ["wrong_unit"]}
