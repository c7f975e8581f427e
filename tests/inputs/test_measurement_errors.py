"""How well the values of planets are known."""

from __future__ import annotations

import json

import numpy as np
import pytest

from exohabit.inputs.measurement_errors import MeasurementErrors
from exohabit.inputs.schemas import DETAILED
from utils import parse_planets

NOTHING = dict.fromkeys(("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype"))


def read(*planets) -> MeasurementErrors:
    body = json.dumps([{**NOTHING, **planet} for planet in planets]).encode()
    return parse_planets(body, schema=DETAILED).measurement_errors


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


def test_the_errors_of_some_planets_can_be_taken():
    errors = read({"st_spectype": "WD"}, {}, {"pl_radeerr1": 0.2}).take([2, 0])

    assert errors.like_dwarf.tolist() == [True, False]
    np.testing.assert_array_equal(errors.errors["pl_rade"][0], [0.2, np.nan])
    assert errors.computed["pl_rade"].shape == (2,)
