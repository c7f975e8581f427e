"""The mean dwarf sequence: it agrees with the published table, and cools from O to Y."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest

from exohabit.science import dwarfs
from exohabit.science.spectral_types import read_spectral_type
from tests.archive_data import DWARFS

needs_dwarfs = pytest.mark.skipif(not DWARFS.exists(), reason="the dwarf sequence is not here")


def published_rows() -> list[tuple[str, float, float]]:
    """Type, temperature and radius of the table's rows F0 to M9.5."""
    lines = DWARFS.read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if re.match(r"[FGKM]\d(\.5)?V +\d{4} ", line)]
    return [(row[0].removesuffix("V"), float(row[1]), float(row[6])) for row in rows]


@needs_dwarfs
def test_temperatures_agree_with_pecaut_and_mamajek_from_f0_to_m9():
    rows = published_rows()

    published = np.array([teff for _, teff, _ in rows])
    computed = np.array([read_spectral_type(name).teff for name, _, _ in rows])
    assert len(rows) >= 40
    whole = np.array([name[1:].isdigit() for name, _, _ in rows])
    assert np.array_equal(computed[whole], published[whole])
    # Half subtypes that are not in our table are interpolated.
    assert computed == pytest.approx(published, rel=0.012)


@needs_dwarfs
def test_radii_agree_with_pecaut_and_mamajek_from_f0_to_m9():
    rows = [row for row in published_rows() if row[0][1:].isdigit()]

    radii = dwarfs.dwarf_radius(np.array([teff for _, teff, _ in rows], dtype=float))

    assert radii == pytest.approx([radius for _, _, radius in rows], rel=1e-9)


@pytest.mark.parametrize(
    ("teff", "radius", "mass"),
    [(5770.0, 1.012, 1.00), (3850.0, 0.588, 0.585), (2810.0, 0.137, 0.105), (7220.0, 1.728, 1.60)],
)
def test_a_tabulated_temperature_gives_its_radius_and_mass(teff, radius, mass):
    teffs = np.array([teff])

    assert dwarfs.dwarf_radius(teffs) == pytest.approx(radius)
    assert dwarfs.dwarf_mass(teffs) == pytest.approx(mass)


def test_between_two_rows_the_radius_is_interpolated():
    warm, between, cool = dwarfs.dwarf_radius(np.array([5770.0, 5745.0, 5720.0]))

    assert between == pytest.approx((warm + cool) / 2)


@pytest.mark.parametrize("formula", [dwarfs.dwarf_radius, dwarfs.dwarf_mass])
def test_an_unknown_temperature_gives_nan(formula):
    assert np.isnan(formula(np.array([np.nan, 5770.0]))).tolist() == [True, False]


def test_the_sequence_cools_from_o3_to_t9():
    positions = np.arange(3.0, 89.1, 0.1)

    assert all(warmer > cooler for warmer, cooler in pairwise(dwarfs.dwarf_teff(positions)))


@pytest.mark.parametrize("star_class", "FGKM")
@pytest.mark.parametrize("subtype", range(10))
def test_a_type_is_the_nearest_to_its_own_temperature(star_class, subtype):
    name = f"{star_class}{subtype}"

    assert dwarfs.nearest_type(read_spectral_type(name).teff) == name


@pytest.mark.parametrize(("teff", "name"), [(5772.0, "G2"), (3096.0, "M5"), (2566.0, "M8")])
def test_a_temperature_gives_the_nearest_type(teff, name):
    # The Sun, LHS 1140 (M4.5 in the archive, which is next to M5) and TRAPPIST-1.
    assert dwarfs.nearest_type(teff) == name


@pytest.mark.parametrize("teff", [10.0, 415.0, 57_000.0, 1e6])
def test_the_nearest_type_of_any_temperature_can_be_parsed(teff):
    assert read_spectral_type(dwarfs.nearest_type(teff)).teff > 0


def test_the_suns_position_is_that_of_g2():
    assert dwarfs.sequence_position("G", 2.0) == 42.0
    assert dwarfs.dwarf_teff(42.0) == 5770.0


def test_all_subtypes_of_a_class_have_one_typical_position():
    positions = dwarfs.typical_positions(np.array([40.0, 42.0, 49.9, 50.0]))

    assert positions[0] == positions[1] == positions[2]
    assert 40.0 < positions[0] < 50.0 <= positions[3] < 60.0


@pytest.mark.parametrize("letter", dwarfs.SEQUENCE)
def test_the_typical_position_is_that_of_the_bare_letter(letter):
    position = dwarfs.sequence_position(letter, 1.0)

    teff = dwarfs.dwarf_teff(dwarfs.typical_positions(np.array([position])))

    assert teff == pytest.approx(read_spectral_type(letter).teff)


# Medians of the host stars that the archive of 2025-12-30 writes as the bare letter.
@pytest.mark.parametrize(
    ("letter", "median"), [("F", 6206.0), ("G", 5634.0), ("K", 4960.0), ("M", 3500.0)]
)
def test_a_bare_letter_has_the_temperature_of_the_archives_median_star(letter, median):
    assert read_spectral_type(letter).teff == pytest.approx(median, rel=0.003)
