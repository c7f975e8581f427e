"""Spectral types as catalogues write them: class, subtype, luminosity, or an error."""

from __future__ import annotations

import csv
from unittest.mock import Mock

import pytest

from exohabit.science import spectral_types
from exohabit.science.domain_warnings import check_planet
from exohabit.science.spectral_types import read_spectral_type
from tests.archive_data import CATALOG, DATA, needs_archive
from tests.conftest import ROOT
from training.archive import Archive


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
def test_a_type_gives_class_subtype_and_luminosity(text, star_class, subtype, luminosity, outside):
    star = read_spectral_type(text)

    assert (star.star_class, star.subtype, star.luminosity, star.outside) == (
        star_class,
        subtype,
        luminosity,
        outside,
    )


SEEN = DATA / "spectral_types_seen.txt"
RECORDED = ROOT / "tests" / "data" / "archive_spectral_types.csv"
"""The types of the archive of 2025-12-30, as they have been read since the model was trained."""


@pytest.mark.parametrize(
    ("text", "star_class", "subtype", "luminosity", "warning"),
    [
        # Half-subtype signs and doubt.
        ("G2-V", "G", 2.0, 5.0, None),
        ("K3+V", "K", 3.0, 5.0, None),
        ("K1+III", "K", 1.0, 3.0, "giant"),
        ("K1-IIIFe-0.5", "K", 1.0, 3.0, "giant"),
        ("K4+Vk:", "K", 4.0, 5.0, None),
        ("M1-Ve", "M", 1.0, 5.0, None),
        ("G1-VFe-0.5", "G", 1.0, 5.0, None),
        ("K2-IIIbCa-1", "K", 2.0, 3.0, "giant"),
        ("K0-", "K", 0.0, None, None),
        ("K4:V", "K", 4.0, 5.0, None),
        ("K5:Ve", "K", 5.0, 5.0, None),
        ("M:e", "M", None, None, None),
        # Brackets.
        ("K1V(e)", "K", 1.0, 5.0, None),
        ("G1V(w)", "G", 1.0, 5.0, None),
        ("K1(III)", "K", 1.0, 3.0, "giant"),
        ("G1/3(V)", "G", 2.0, 5.0, None),
        ("G2/3(IV)", "G", 2.5, 4.0, None),
        ("A7V(Sr)", "A", 7.0, 5.0, "early_type"),
        ("A5V(SrEu)", "A", 5.0, 5.0, "early_type"),
        ("O9.5V((f))", "O", 9.5, 5.0, "early_type"),
        ("M4.5(+/-0.5)", "M", 4.5, None, None),
        ("K0V(k)", "K", 0.0, 5.0, None),
        # Entities, signs and spaces.
        ("M0.0&plusmn;0.5 V", "M", 0.0, 5.0, None),
        ("M4 &#177 0.5 V", "M", 4.0, 5.0, None),
        ("M4&#xB1;0.5&nbsp;V", "M", 4.0, 5.0, None),
        ("M3\u00b10.5 V", "M", 3.0, 5.0, None),
        ("M3+-0.5V", "M", 3.0, 5.0, None),
        ("G2\u2013G5 V", "G", 3.5, 5.0, None),
        ("G8 IV\u2212V", "G", 8.0, 4.5, None),
        ("G2\u2044G5 V", "G", 3.5, 5.0, None),
        ("G2\u00a0V", "G", 2.0, 5.0, None),
        ("G2\u2009\u202fV", "G", 2.0, 5.0, None),
        ("\tG2\tV ", "G", 2.0, 5.0, None),
        ("M3\u00bd V", "M", 3.5, 5.0, None),
        ("K2 III/ IV", "K", 2.0, 3.5, "giant"),
        # Several stars.
        ("F5 V + M", "F", 5.0, 5.0, "composite"),
        ("M3V+DA", "M", 3.0, 5.0, "composite"),
        ("K7V+K7V", "K", 7.0, 5.0, "composite"),
        ("F+M", "F", None, None, "composite"),
        ("M9+M9.5", "M", 9.0, None, "composite"),
        ("M6+L4", "M", 6.0, None, "composite"),
        ("K3+M5", "K", 3.0, None, "composite"),
        ("M4.5V+M5V+M6V", "M", 4.5, 5.0, "composite"),
        ("K0V+WD", "K", 0.0, 5.0, "composite"),
        ("G8V+(F)", "G", 8.0, 5.0, "composite"),
        ("K0/1V+G(III)", "K", 0.5, 5.0, "composite"),
        ("DA+M3V", "D", None, None, "white_dwarf composite"),
        ("DAO1+M4", "D", None, None, "white_dwarf composite"),
        ("sdOB+dM", "B", None, None, "subdwarf composite"),
        ("T8+Y0", "T", 8.0, None, "brown_dwarf composite"),
        ("K5III+A/F", "K", 5.0, 3.0, "giant composite"),
        ("G8IV(+G)", "G", 8.0, 4.0, None),
        ("K0III+...", "K", 0.0, 3.0, "giant"),
        # Two classes.
        ("M/K", "K", None, None, None),
        ("F/G", "G", None, None, None),
        ("G or K", "G", None, None, None),
        ("K5 to M0", "K", 7.5, None, None),
        ("G8/K", "K", 0.3, None, None),
        ("G5IV-V/K2III", "G", 8.5, 4.0, None),
        # Classes by metal lines.
        ("kA2hA5mF0", "A", 5.0, None, "early_type"),
        ("kA2hA5mA7(IV)m:", "A", 5.0, 4.0, "early_type"),
        ("kA8hF2mF5", "F", 2.0, None, None),
        ("A1mA3-A7", "A", 1.0, None, "early_type"),
        ("A0VaekB8_lB", "A", 0.0, 5.0, "early_type"),
        # Suffixes, prefixes and words.
        ("M8gamma", "M", 8.0, None, None),
        ("M8\u03b3", "M", 8.0, None, None),
        ("L0 delta", "L", 0.0, None, "brown_dwarf"),
        ("L5 VL-G", "L", 5.0, None, "brown_dwarf"),
        ("L7 pec", "L", 7.0, None, "brown_dwarf"),
        ("M1VeBa1", "M", 1.0, 5.0, None),
        ("G3VFe0.5", "G", 3.0, 5.0, None),
        ("K1III-IVCN1", "K", 1.0, 3.5, "giant"),
        ("K2IIIab", "K", 2.0, 3.0, "giant"),
        ("M3 PMS", "M", 3.0, None, None),
        ("G5D", "G", 5.0, None, None),
        ("K0 E", "K", 0.0, None, None),
        ("dM4.5", "M", 4.5, 5.0, None),
        ("SdB D", "B", None, None, "subdwarf"),
        ("M-dwarf", "M", None, 5.0, None),
        ("K giant", "K", None, 3.0, "giant"),
        ("GOV", "G", 0.0, 5.0, None),
        ("KOIII", "K", 0.0, 3.0, "giant"),
        ("Me", "M", None, None, None),
        ("Ap", "A", None, None, "early_type"),
    ],
)
def test_types_of_simbad_and_other_catalogues_are_read(
    text, star_class, subtype, luminosity, warning
):
    star = read_spectral_type(text)

    codes = " ".join(warning.code for warning in check_planet(text, {}, {}))
    assert (star.star_class, star.subtype, star.luminosity, codes) == (
        star_class,
        subtype,
        luminosity,
        warning or "",
    )


def test_the_archives_types_are_read_as_when_the_model_was_trained():
    recorded = [*csv.DictReader(RECORDED.read_text(encoding="utf-8").splitlines())]

    read = []
    for text in (row["type"] for row in recorded):
        star = read_spectral_type(text)
        warning = " ".join(each.code for each in check_planet(text, {}, {}))
        known = (star.star_class, star.subtype, star.luminosity, warning, star.teff)
        values = ("" if value is None else str(value) for value in (text, *known))
        read.append(dict(zip(recorded[0], values, strict=True)))
    assert len(recorded) == 315
    assert read == recorded


@pytest.mark.skipif(not SEEN.exists(), reason="the list of types is not here")
def test_nearly_all_types_seen_in_other_catalogues_are_read():
    refused = []
    texts = SEEN.read_text(encoding="utf-8").splitlines()
    for text in texts:
        try:
            read_spectral_type(text)
        except ValueError:
            refused.append(text)

    assert len(texts) == 269
    assert refused == ["PSR"]  # a pulsar is not a star of any spectral class


@pytest.mark.parametrize(
    "word",
    (
        "Yes yes Open Keep Ten Kepler No Go GO On To Do do doc dab Ok OK As Mi mi Ti Le Te Ye Fe "
        "KOI Mop Boo Kiss Give Kid Men Ben Gen Gee Bee Apes Map Most Gem Teen Memes gov ai Ai O-K "
        "Bep Amen Keen Mens TV tv LV YIII LOV TOV DOC DXB DAX DOX A-M "
        "kA hA sun Star Mass Low Dwarf dwarf d sd PSR TBD G-L M+ G2+ok"
    ).split(),
)
def test_an_ordinary_word_is_not_a_type(word):
    with pytest.raises(ValueError, match="not a spectral type"):
        read_spectral_type(word)


@needs_archive
def test_every_type_in_the_archive_is_parsed():
    types = Archive.read(CATALOG).rows["st_spectype"].dropna().unique()

    classes = {text: read_spectral_type(text).star_class for text in types}

    assert len(classes) == 315
    assert set(classes.values()) <= set("OBAFGKMLTYD")
    # A type that begins with a class letter is of that class, or in a range of the next one.
    others = [t for t, c in classes.items() if t[0].upper() not in (c, "D", "W", "S")]
    assert others == ["M9-L1"]


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
        "red dwarf",
        "G2 V star",
        "G2, V",
        "G2 V; DROP TABLE",
        "\u212a2 V",
        "G2 V\n",
        "\nG2 V",
        "\uff27\uff12 V",
        "\uff272 V",
        "G\u0662 V",
        "G2 V\x00",
        "\x00",
        "G2\u200b",
        "sd",
        "WDWD",
        "G2 V" + "e" * 37,
        "G" * 10_000,
        "ok",
        "me",
        "as",
        "G-2",
        "&#8490;2 V",
        "G2 V" + "&nbsp;" * 13,
        "G2\nV",
        "G2\n",
    ],
)
def test_other_text_is_an_error(text):
    with pytest.raises(ValueError, match="not a spectral type"):
        read_spectral_type(text)


def test_a_type_may_have_forty_characters():
    star = read_spectral_type("G2 V" + "e" * 36)

    assert star.subtype == 2.0


def test_a_type_names_at_most_four_stars():
    assert read_spectral_type("G2V+M+(K1)+DA").is_composite
    with pytest.raises(ValueError, match="not a spectral type"):
        read_spectral_type("G2V+M+K1+DA+M")


def test_only_the_first_star_becomes_a_type(monkeypatch):
    built = Mock(wraps=spectral_types.SpectralType)
    monkeypatch.setattr(spectral_types, "SpectralType", built)
    monkeypatch.setattr(spectral_types, "replace", lambda star, **_: star)

    read_spectral_type("G8.5V+M7+K3+DA")

    assert built.call_count == 1


def test_spaces_around_a_type_are_ignored():
    assert read_spectral_type(" " * 15 + "G2 V" + " " * 15) == read_spectral_type("G2 V")


@pytest.mark.parametrize(
    ("letter", "subtype_teffs"),
    [("F", ("F7", "F8")), ("G", ("G5", "G6")), ("K", ("K2", "K3")), ("M", ("M2", "M3"))],
)
def test_a_bare_letter_gives_the_typical_star_of_its_class(letter, subtype_teffs):
    teff = read_spectral_type(letter).teff

    warmer, cooler = (read_spectral_type(subtype).teff for subtype in subtype_teffs)
    assert cooler < teff < warmer


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


def test_a_white_dwarf_has_no_temperature():
    assert read_spectral_type("DA").teff is None


@pytest.mark.parametrize("letter", "FGKM")
def test_the_definition_includes_classes_f_to_m(letter):
    assert read_spectral_type(f"{letter}5 V").is_fgkm


@pytest.mark.parametrize("text", ["O5", "B5", "A9", "L0", "T5", "Y0", "WD", "DC"])
def test_the_definition_excludes_all_other_classes(text):
    assert not read_spectral_type(text).is_fgkm


@pytest.mark.parametrize(
    ("text", "upper"), [("g2v", "G2V"), ("m3 V", "M3 V"), ("wd", "WD"), ("k", "K"), (" G2 ", "G2")]
)
def test_lower_case_counts_as_upper_case(text, upper):
    assert read_spectral_type(text) == read_spectral_type(upper)


def test_a_middle_that_rounds_into_the_next_class_belongs_to_it():
    star = read_spectral_type("M9.99/L0")

    assert (star.star_class, star.subtype) == ("L", 0.0)
