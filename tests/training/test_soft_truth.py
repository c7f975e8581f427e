"""Soft truth: certain far from the limits, one half at them, and unknown with too few values."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.samples import archive_rows
from training import soft_truth
from training.archive import Archive

EARTH = {"pl_name": "a b", "pl_rade": 1.0, "pl_radeerr1": 0.01, "pl_insol": 1.0, "st_teff": 5_772.0}


def truth(*planets: dict) -> list[float]:
    return soft_truth.soft_truth(Archive(archive_rows(*planets))).tolist()


@pytest.mark.parametrize(
    ("change", "low", "high"),
    [
        ({}, 1.0, 1.0),
        ({"pl_rade": 8.0}, 0.0, 0.0),
        ({"pl_rade": 2.5}, 0.4, 0.6),
        ({"pl_rade": 2.45, "pl_radeerr1": 0.005, "pl_radeerr2": -0.005}, 1.0, 1.0),
        ({"pl_rade": 2.45, "pl_radeerr1": 0.5, "pl_radeerr2": -0.5}, 0.4, 0.7),
        # Only the error below the value reaches the limit, or only the one above.
        ({"pl_rade": 2.6, "pl_radeerr1": 0.005, "pl_radeerr2": -0.5}, 0.3, 0.5),
        ({"pl_rade": 2.6, "pl_radeerr1": 0.5, "pl_radeerr2": -0.005}, 0.0, 0.0),
        ({"st_teff": 9_000.0}, 0.0, 0.0),
        # The mass decides where the radius was computed from it.
        ({"pl_rade": 2.8, "pl_radeerr1": None, "pl_bmasse": 5.0}, 0.99, 1.0),
        # Stated light and that of the orbit disagree: each gives half of the draws.
        ({"pl_orbper": 30.0, "st_rad": 1.0, "st_mass": 1.0}, 0.45, 0.55),
    ],
)
def test_the_truth_follows_from_values_and_errors(change, low, high):
    [found] = truth(EARTH | change)

    assert low <= found <= high


@pytest.mark.parametrize("name", ["pl_rade", "pl_insol", "st_teff"])
def test_a_planet_without_size_light_or_star_has_no_truth(name):
    assert np.isnan(truth(EARTH | {name: None})).all()


def test_the_same_seed_gives_the_same_truth():
    planet = EARTH | {"pl_rade": 2.5}

    assert truth(planet) == truth(planet)
