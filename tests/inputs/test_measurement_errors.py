"""How well the values of planets are known."""

from __future__ import annotations

import json

import numpy as np
import pytest

from exohabit.inputs.measurement_errors import MeasurementErrors
from exohabit.inputs.schemas import DETAILED_SCHEMA, PLAIN_SCHEMA
from utils import parse_planets

NOTHING = dict.fromkeys(("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype"))


def read(*planets) -> MeasurementErrors:
    body = json.dumps([{**NOTHING, **planet} for planet in planets]).encode()
    return parse_planets(body, schema=DETAILED_SCHEMA).measurement_errors


def test_errors_are_positive_and_nan_where_they_are_not_known():
    errors = read(
        {"pl_radeerr1": 0.2, "pl_radeerr2": -0.1}, {"pl_radeerr1": None, "pl_radeerr2": -0.1}, {}
    )

    upper, lower = errors.errors["pl_rade"]
    np.testing.assert_array_equal(upper, [0.2, np.nan, np.nan])
    np.testing.assert_array_equal(lower, [0.1, 0.1, np.nan])
    assert errors.one_sided["pl_rade"].tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("planet", "computed"),
    [
        ({"pl_rade": 1.2, "pl_bmasse": 2.0}, []),
        ({"pl_rade": 1.2, "pl_bmasse": 2.0, "pl_bmassprov": "M-R relationship"}, ["pl_bmasse"]),
        ({"pl_rade": 1.2, "pl_bmasse": 2.0, "pl_bmassprov": "Msini"}, []),
        ({"pl_rade": 1.22, "pl_bmasse": 2.0, "pl_radeerr1": None}, ["pl_rade"]),
        ({"pl_rade": 1.22, "pl_bmasse": 2.0, "pl_radeerr1": 0.1}, []),
        ({"pl_rade": 1.22, "pl_bmasse": 2.0, "pl_radeerr1": None, "pl_radeerr2": -0.1}, []),
        ({"pl_rade": 1.4, "pl_bmasse": 2.0, "pl_radeerr1": None}, []),
        ({"pl_rade": 1.22, "pl_radeerr1": None}, []),
        (
            {
                "pl_rade": 1.22,
                "pl_bmasse": 2.0,
                "pl_radeerr1": None,
                "pl_bmassprov": "M-R relationship",
            },
            ["pl_bmasse"],
        ),
    ],
)
def test_a_size_counts_as_computed_if_the_archive_marks_it_so(planet, computed):
    assert [
        name for name, is_computed in read(planet).computed.items() if is_computed[0]
    ] == computed


@pytest.mark.parametrize(
    ("spectral_type", "like_dwarf"),
    [
        ("G2 V", True),
        ("G2", True),
        (None, True),
        ("G2 IV/V", True),
        ("L3", True),
        ("G2 IV", False),
        ("K1 III", False),
        ("WD", False),
        ("sdB", False),
        ("sdM1", False),
    ],
)
def test_a_star_is_like_a_dwarf_unless_its_type_says_otherwise(spectral_type, like_dwarf):
    assert read({"st_spectype": spectral_type}).like_dwarf.tolist() == [like_dwarf]


def test_a_computed_size_is_not_used_if_the_other_one_is_known():
    sizes = {"pl_rade": 1.22, "pl_bmasse": 2.0}
    planets = [
        {**NOTHING, **sizes},
        {**NOTHING, **sizes, "pl_bmassprov": "M-R relationship"},
        {**NOTHING, **sizes, "pl_radeerr1": None},
        {**NOTHING, "pl_bmasse": 2.0, "pl_bmassprov": "M-R relationship"},
    ]

    for schema in (PLAIN_SCHEMA, DETAILED_SCHEMA):
        read = parse_planets(json.dumps(planets).encode(), schema=schema)

        assert np.isnan(read.table["pl_bmasse"]).tolist() == [False, True, False, False]
        assert np.isnan(read.table["pl_rade"]).tolist() == [False, False, True, True]
        found = {
            i: [(each.code, each.column) for each in each] for i, each in read.warnings.items()
        }
        assert found == {1: [("computed", "pl_bmasse")], 2: [("computed", "pl_rade")]}


@pytest.mark.parametrize(
    ("planet", "flags"),
    [
        ({"cb_flag": 1, "pl_controv_flag": 1}, ["circumbinary", "controversial"]),
        ({"cb_flag": 0, "pl_controv_flag": None}, []),
        ({"pl_bmassprov": "Msini", "pl_bmasse": 2.0}, ["minimum_mass"]),
        ({"pl_bmassprov": "Msini"}, []),
        ({"pl_bmassprov": "Msin(i)/sin(i)", "pl_bmasse": 2.0}, []),
    ],
)
def test_flags_are_those_that_are_set(planet, flags):
    found = read(planet).flags.items()

    assert [warning.code for warning, is_set in found if is_set[0]] == flags


def test_the_errors_of_some_planets_can_be_taken():
    errors = read({"st_spectype": "WD"}, {"cb_flag": 1}, {"pl_radeerr1": 0.2}).take([1, 2, 0])

    assert next(is_set.tolist() for is_set in errors.flags.values()) == [True, False, False]
    errors = errors.take([1, 2])

    assert errors.like_dwarf.tolist() == [True, False]
    np.testing.assert_array_equal(errors.errors["pl_rade"][0], [0.2, np.nan])
    assert errors.computed["pl_rade"].shape == (2,)
