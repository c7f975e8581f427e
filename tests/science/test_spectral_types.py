"""Spectral types as catalogues write them, and the dwarf sequence they stand for."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest

from exohabit.science import spectral_types
from exohabit.science.spectral_types import read_spectral_type
from tests.archive_data import CATALOG, DWARFS, needs_archive
from training.archive import Archive

needs_dwarfs = pytest.mark.skipif(not DWARFS.exists(), reason="the dwarf sequence is not here")


@pytest.mark.parametrize(
    ("text", "star_class", "subtype", "luminosity", "outside"),
    [
        ("M", "M", None, None, None),
        ("G2", "G", 2.0, None, None),
        ("G2V", "G", 2.0, 5.0, None),
        ("K2.5 V", "K", 2.5, 5.0, None),
        ("m3 V", "M", 3.0, 5.0, None),
        ("M 4.5V", "M", 4.5, 5.0, None),
        ("M0V:", "M", 0.0, 5.0, None),
        ("K7e V", "K", 7.0, 5.0, None),
        ("M4.5 Ve", "M", 4.5, 5.0, None),
        ("B9 Vne", "B", 9.0, 5.0, "early_type"),
        ("M0.5-1.0 V", "M", 0.75, 5.0, None),
        ("M2/3 V", "M", 2.5, 5.0, None),
        ("G8/K0 IV", "G", 9.0, 4.0, None),
        ("G2/G3 IV/V", "G", 2.5, 4.5, None),
        ("F5-F8 V", "F", 6.5, 5.0, None),
        ("K7/M0 V", "K", 8.5, 5.0, None),
        ("M5.5/M6", "M", 5.75, None, None),
        ("M3.5+/-0.5", "M", 3.5, None, None),
        ("M(3.5+/-0.5) V", "M", 3.5, 5.0, None),
        ("M(6.1 +/- 0.7) V", "M", 6.1, 5.0, None),
        ("M5.0+0.5-0.5", "M", 5.0, None, None),
        ("K1 V(P)", "K", 1.0, 5.0, None),
        ("K1III(+M)", "K", 1.0, 3.0, "giant"),
        ("G8 IV (+ G)", "G", 8.0, 4.0, None),
        ("F8 V CH+0.4", "F", 8.0, 5.0, None),
        ("G7 V Fe-1 CH-0.5", "G", 7.0, 5.0, None),
        ("G0Vvar", "G", 0.0, 5.0, None),
        ("K1 IIIb Fe-0.5", "K", 1.0, 3.0, "giant"),
        ("G4 II-III", "G", 4.0, 2.5, "giant"),
        ("G0 VI", "G", 0.0, 6.0, "subdwarf"),
        ("Am C", "A", None, None, "early_type"),
        ("Be9.5/AO", "B", 9.75, None, "early_type"),
        ("M9-L1", "L", 0.0, None, "brown_dwarf"),
        ("WD", "D", None, None, "white_dwarf"),
        ("DC", "D", None, None, "white_dwarf"),
        ("DQ", "D", None, None, "white_dwarf"),
        ("sdBV", "B", None, 5.0, "subdwarf"),
        ("L1.5", "L", 1.5, None, "brown_dwarf"),
        ("T8.5", "T", 8.5, None, "brown_dwarf"),
        ("G2 V", "G", 2.0, 5.0, None),
        ("  G2 V  ", "G", 2.0, 5.0, None),
        ("dM3", "M", 3.0, 5.0, None),
        ("gK5", "K", 5.0, 3.0, "giant"),
        ("esdM1", "M", 1.0, None, "subdwarf"),
        ("DA2.5", "D", None, None, "white_dwarf"),
        ("O5 Ia", "O", 5.0, 1.0, "early_type"),
        ("G8 III-IV", "G", 8.0, 3.5, "giant"),
    ],
)
def test_a_type_says_class_subtype_and_luminosity(text, star_class, subtype, luminosity, outside):
    star = read_spectral_type(text)

    assert (star.star_class, star.subtype, star.luminosity, star.outside) == (
        star_class,
        subtype,
        luminosity,
        outside,
    )


@needs_archive
def test_every_type_of_the_archive_is_read():
    types = Archive.read(CATALOG).rows["st_spectype"].dropna().unique()

    classes = {text: read_spectral_type(text).star_class for text in types}

    assert len(classes) == 315
    assert set(classes.values()) <= set("OBAFGKMLTYD")
    # Where a class letter comes first the star is of that class, or of the next one in a range.
    misled = [t for t, c in classes.items() if t[0].upper() not in (c, "D", "W", "S")]
    assert misled == ["M9-L1"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Green",
        "Kepler",
        "Sun",
        "unknown",
        "None",
        "nan",
        "N/A",
        "-",
        "?",
        "V",
        "5",
        "2G",
        "G22",
        "G2.555",
        "G2 VV IX",
        "X1",
        "Z",
        "M dwarf",
        "red dwarf",
        "G2 V star",
        "G2, V",
        "G2 V; DROP TABLE",
        "\u212a2 V",
        "G2 V\n",
        "\nG2 V",
        "G2 V\t",
        "\uff27\uff12 V",
        "\uff272 V",
        "G\u0662 V",
        "G2\u00a0V",
        "G2 V\x00",
        "\x00",
        "G2\u200b",
        "K/M",
        "sd",
        "WDWD",
        "G2 V" + "e" * 37,
        "G" * 10_000,
    ],
)
def test_a_text_that_is_no_type_is_refused(text):
    with pytest.raises(ValueError, match="not a spectral type"):
        read_spectral_type(text)


def test_a_type_may_be_forty_characters_long_and_no_longer():
    star = read_spectral_type("G2 V" + "e" * 36)

    assert star.subtype == 2.0


def test_spaces_around_a_type_are_harmless():
    assert read_spectral_type(" " * 15 + "G2 V" + " " * 15) == read_spectral_type("G2 V")


@pytest.mark.parametrize(
    ("letter", "subtype_teffs"),
    [("F", ("F7", "F8")), ("G", ("G5", "G6")), ("K", ("K2", "K3")), ("M", ("M2", "M3"))],
)
def test_a_bare_letter_gives_the_typical_star_of_its_class(letter, subtype_teffs):
    teff = read_spectral_type(letter).teff

    warmer, cooler = (read_spectral_type(subtype).teff for subtype in subtype_teffs)
    assert cooler < teff < warmer


# Medians of the hosts that the archive of 2025-12-30 writes as the bare letter.
@pytest.mark.parametrize(
    ("letter", "median"), [("F", 6206.0), ("G", 5634.0), ("K", 4960.0), ("M", 3500.0)]
)
def test_a_bare_letter_is_as_warm_as_the_archives_median_host_of_that_letter(letter, median):
    teff = read_spectral_type(letter).teff

    assert teff == pytest.approx(median, rel=0.003)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("G2/G4", ("G2", "G4")),
        ("F5-F7 V", ("F5", "F7")),
        ("K1/2 V", ("K1", "K2")),
        ("M3-M5", ("M3", "M5")),
    ],
)
def test_a_range_gives_its_middle(text, ends):
    low, high = (read_spectral_type(end).subtype for end in ends)

    assert read_spectral_type(text).subtype == (low + high) / 2


def test_a_range_over_two_classes_gives_the_middle_of_the_sequence():
    star = read_spectral_type("K8/M2")

    assert (star.star_class, star.subtype) == ("M", 0.0)


def test_a_white_dwarf_has_no_dwarf_temperature():
    assert read_spectral_type("DA").teff is None


@pytest.mark.parametrize("letter", "FGKM")
def test_f_to_m_is_what_the_definition_asks_for(letter):
    assert read_spectral_type(f"{letter}5 V").is_fgkm


@pytest.mark.parametrize("text", ["O5", "B5", "A9", "L0", "T5", "Y0", "WD", "DC"])
def test_any_other_class_is_not(text):
    assert not read_spectral_type(text).is_fgkm


@needs_dwarfs
def test_the_sequence_agrees_with_pecaut_and_mamajek_from_f0_to_m9():
    rows = _mamajek_rows()

    tabulated = np.array([teff for _, teff, _ in rows])
    read = np.array([read_spectral_type(name).teff for name, _, _ in rows])
    assert len(rows) >= 40
    whole = np.array([name[1:].isdigit() for name, _, _ in rows])
    assert np.array_equal(read[whole], tabulated[whole])
    # Half subtypes that the project does not tabulate are interpolated.
    assert read == pytest.approx(tabulated, rel=0.012)


@needs_dwarfs
def test_the_radii_agree_with_pecaut_and_mamajek_from_f0_to_m9():
    rows = [row for row in _mamajek_rows() if row[0][1:].isdigit()]

    radii = spectral_types.dwarf_radius(np.array([teff for _, teff, _ in rows], dtype=float))

    assert radii == pytest.approx([radius for _, _, radius in rows], rel=1e-9)


def _mamajek_rows() -> list[tuple[str, float, float]]:
    """Type, temperature and radius of the table's rows F0 to M9.5."""
    lines = DWARFS.read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if re.match(r"[FGKM]\d(\.5)?V +\d{4} ", line)]
    return [(row[0].removesuffix("V"), float(row[1]), float(row[6])) for row in rows]


@pytest.mark.parametrize(
    ("teff", "radius", "mass"),
    [(5770.0, 1.012, 1.00), (3850.0, 0.588, 0.585), (2810.0, 0.137, 0.105), (7220.0, 1.728, 1.60)],
)
def test_a_tabulated_temperature_gives_its_radius_and_mass(teff, radius, mass):
    at = np.array([teff])

    assert spectral_types.dwarf_radius(at) == pytest.approx(radius)
    assert spectral_types.dwarf_mass(at) == pytest.approx(mass)


def test_between_two_rows_a_radius_is_between_theirs():
    warm, between, cool = spectral_types.dwarf_radius(np.array([5770.0, 5745.0, 5720.0]))

    assert between == pytest.approx((warm + cool) / 2)


@pytest.mark.parametrize("of", [spectral_types.dwarf_radius, spectral_types.dwarf_mass])
def test_an_unknown_temperature_stays_unknown(of):
    assert np.isnan(of(np.array([np.nan, 5770.0]))).tolist() == [True, False]


@pytest.mark.parametrize("star_class", "OBAFGKMLT")
def test_the_sequence_cools_along_its_subtypes(star_class):
    teffs = [read_spectral_type(f"{star_class}{subtype / 10}").teff for subtype in range(100)]

    # O0 to O3 lie before the table's first row, and so share its temperature.
    first = 30 if star_class == "O" else 0
    assert all(warmer > cooler for warmer, cooler in pairwise(teffs[first:]))


@pytest.mark.parametrize(
    ("warmer", "cooler"), [("O9", "B0"), ("A9", "F0"), ("G9", "K0"), ("K9", "M0"), ("M9", "L0")]
)
def test_a_class_begins_cooler_than_the_one_before_ends(warmer, cooler):
    assert read_spectral_type(warmer).teff > read_spectral_type(cooler).teff


@pytest.mark.parametrize("star_class", "FGKM")
@pytest.mark.parametrize("subtype", range(10))
def test_a_type_is_the_nearest_to_its_own_temperature(star_class, subtype):
    name = f"{star_class}{subtype}"

    assert spectral_types.spectral_type_at(read_spectral_type(name).teff) == name


@pytest.mark.parametrize(("teff", "name"), [(5772.0, "G2"), (3096.0, "M5"), (2566.0, "M8")])
def test_a_temperature_has_a_type(teff, name):
    # The Sun, LHS 1140 (M4.5 in the archive: the whole subtype is next to it) and TRAPPIST-1.
    assert spectral_types.spectral_type_at(teff) == name


@pytest.mark.parametrize("teff", [10.0, 415.0, 57_000.0, 1e6])
def test_a_type_written_for_any_temperature_can_be_read(teff):
    assert read_spectral_type(spectral_types.spectral_type_at(teff)).teff > 0


def test_the_suns_place_is_g2():
    assert spectral_types.dwarf_teff(np.array([42.0])) == pytest.approx(5770.0)


def test_all_of_a_class_have_one_typical_place():
    places = spectral_types.typical_position(np.array([40.0, 42.0, 49.9, 50.0]))

    assert places[0] == places[1] == places[2]
    assert 40.0 < places[0] < 50.0 <= places[3] < 60.0


@pytest.mark.parametrize("letter", spectral_types.SEQUENCE)
def test_the_typical_place_is_what_the_bare_letter_reads_as(letter):
    place = 10.0 * spectral_types.SEQUENCE.index(letter) + 1.0

    teff = spectral_types.dwarf_teff(spectral_types.typical_position(np.array([place])))

    assert teff == pytest.approx(read_spectral_type(letter).teff)


@pytest.mark.parametrize(
    ("text", "meant"), [("g2v", "G2V"), ("m3 V", "M3 V"), ("wd", "WD"), ("k", "K"), (" G2 ", "G2")]
)
def test_lower_case_is_read_as_upper_case(text, meant):
    assert read_spectral_type(text) == read_spectral_type(meant)


@pytest.mark.parametrize("text", ["ok", "me", "as", "G-2", "G2\nV", "G2\tV", "G2\n", "\tG2"])
def test_words_and_control_characters_are_no_types(text):
    with pytest.raises(ValueError, match="spectral type"):
        read_spectral_type(text)


def test_a_middle_that_rounds_into_the_next_class_belongs_to_it():
    star = read_spectral_type("M9.99/L0")

    assert (star.star_class, star.subtype) == ("L", 0.0)
