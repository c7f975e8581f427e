"""Masks: what they show."""

from __future__ import annotations

import numpy as np
import pytest

from exohabit.science.columns import COLUMNS, REQUIRED
from tests.training.samples import archive_rows
from training.archive import Archive
from training.masks import MASKS

FULL = {
    "pl_rade": 1.0,
    "pl_bmasse": 1.0,
    "pl_orbper": 365.25,
    "pl_eqt": 255.0,
    "st_spectype": "G2 V",
    "pl_insol": 1.0,
    "pl_orbsmax": 1.0,
    "pl_orbeccen": 0.1,
    "st_teff": 5_772.0,
    "st_rad": 1.0,
    "st_mass": 1.0,
    "discoverymethod": "Transit",
}
COUNT = 200


@pytest.fixture(scope="module")
def archive() -> Archive:
    """Return full rows, half of them found by radial velocity and without a radius."""
    velocity = FULL | {"discoverymethod": "Radial Velocity", "pl_rade": None}
    rows = [(FULL if i % 2 else velocity) | {"pl_name": f"star-{i} b"} for i in range(COUNT)]
    return Archive(archive_rows(*rows))


def shown(archive: Archive, name: str) -> dict[str, np.ndarray]:
    known = MASKS[name](archive, np.random.default_rng(0))
    key = {column.name: column.name for column in COLUMNS} | {"st_spectype": "spectype_fgkm"}
    return {name: ~np.isnan(known[column]) for name, column in key.items()}


def test_the_archive_mask_hides_what_planets_of_the_same_method_lack(archive):
    found = shown(archive, "archive")

    assert found["pl_rade"].tolist() == [bool(i % 2) for i in range(COUNT)]
    assert found["pl_bmasse"].all()


def test_the_archive_mask_hides_what_another_planet_lacks_and_not_the_planet_itself():
    rows = [
        FULL | {"pl_name": f"star-{i} b", "pl_eqt": 255.0 if i % 2 else None} for i in range(COUNT)
    ]

    found = shown(Archive(archive_rows(*rows)), "archive")["pl_eqt"]

    assert not found[::2].any()
    assert 0.35 < found[1::2].mean() < 0.65


def test_five_columns_are_shown_without_half_of_the_types(archive):
    found = shown(archive, "five")

    required = {column.name for column in REQUIRED}
    assert all(not each.any() for name, each in found.items() if name not in required)
    assert found["pl_orbper"].all()
    assert 0.35 < found["st_spectype"].mean() < 0.65


def test_sparse_planets_have_one_size_and_one_way_to_the_light(archive):
    found = shown(archive, "sparse")

    assert (found["pl_rade"] ^ found["pl_bmasse"]).all()
    ways = [found[name].astype(int) for name in ("pl_eqt", "pl_insol", "pl_orbper", "pl_orbsmax")]
    assert (np.sum(ways, axis=0) == 1).all()
    assert all(0.1 < way.mean() < 0.4 for way in ways)
    assert not found["pl_orbeccen"].any()


@pytest.mark.parametrize("name", MASKS)
def test_the_same_seed_hides_the_same_values(archive, name):
    first, again = (shown(archive, name) for _ in range(2))

    assert all(np.array_equal(first[column], again[column]) for column in first)
