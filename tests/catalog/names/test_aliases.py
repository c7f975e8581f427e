from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exohabit.catalog.names.aliases import names_of, split, without_component, without_primary


@pytest.mark.parametrize(
    ("planet", "parts"),
    [
        ("Kepler-186 f", ("Kepler-186", "f")),
        ("GJ 667 C c", ("GJ 667 C", "c")),
        ("b Cen AB b", ("b Cen AB", "b")),
        ("KOI-1843.03", ("KOI-1843", ".03")),
        ("Earth", ("", "")),
        ("Taphao Thong", ("", "")),
        ("Kepler-186", ("", "")),
        ("", ("", "")),
    ],
)
def test_the_name_of_a_planet_has_a_star_and_a_letter(planet, parts):
    assert split(planet) == parts


@pytest.mark.parametrize(
    ("star", "parts"),
    [
        ("GJ 667 C", ("GJ 667", "C")),
        ("b Cen AB", ("b Cen", "AB")),
        ("XO-2 N", ("XO-2", "N")),
        ("TIC 172900988 Aa", ("TIC 172900988", "Aa")),
        ("Kepler-186", ("Kepler-186", "")),
        ("PSR B1257+12", ("PSR B1257+12", "")),
    ],
)
def test_a_star_may_be_a_part_of_several(star, parts):
    assert without_component(star) == parts


@pytest.mark.parametrize(
    ("star", "others"),
    [
        ("GJ 581", {"Gl 581", "Gliese 581"}),
        ("Gliese 12", {"GJ 12", "Gl 12"}),
        ("BD+20 594", {"BD 20 594"}),
        ("CD-35 2722", {"CD 35 2722"}),
        ("PSR B1257+12", {"PSR 1257+12", "B1257+12"}),
        ("V0391 Peg", {"V391 Peg", "V391 Pegasi", "V391 Pegasus", "V0391 Pegasi"}),
        ("K00701", {"KOI-701"}),
        ("KOI-12", {"K00012"}),
        ("OGLE-2005-BLG-390L", {"OGLE-2005-BLG-390"}),
        ("OGLE-2006-BLG-284L A", {"OGLE-2006-BLG-284 A"}),
        ("tau Cet", {"τ Cet", "τ Ceti", "τ Cetus", "tau Ceti", "tau Cetus"}),
        ("gam1 Leo", {"γ1 Leonis", "gamma1 Leonis", "gam1 Leonis", "gamma1 Leo"}),
        ("alf Tau", {"alpha Tauri", "alp Tau", "α Tau", "alf Taurus"}),
        ("nu Oct A", {"ν Octantis A", "nu Octantis A"}),
        ("55 Cnc", {"55 Cancri", "55 Cancer"}),
        ("AU Mic", {"AU Microscopii"}),
        ("rho CrB", {"ρ Coronae Borealis", "rho Corona Borealis"}),
        ("Proxima Cen", {"Proxima Centauri"}),
    ],
)
def test_rules_know_other_names_of_a_star(star, others):
    assert {star, *others} <= names_of(star)


@pytest.mark.parametrize(
    "star",
    [
        "Kepler-186",
        "TRAPPIST-1",
        "CD Cat",
        "tau Cat",
        "Oph 11",
        "LP 791-18",
        "K2-18",
        "WD 1856+534",
    ],
)
def test_other_stars_have_one_name(star):
    assert names_of(star) == {star}


@pytest.mark.parametrize(
    ("text", "shorter"),
    [
        ("HD 189733 A b", "HD189733b"),
        ("HD 189733 Ab", "HD189733b"),
        ("HD 189733 A", "HD189733"),
        ("Kepler-16 (AB) b", "Kepler16b"),
        ("Kepler-47 AB", "Kepler47"),
        ("Kepler-47 Ab", "Kepler47b"),
        ("HD 41004 B b", None),
        ("Barnarda b", None),
        ("GJ 667 C c", None),
        ("A1", None),
        ("A", ""),
        ("", None),
    ],
)
def test_the_component_of_a_primary_can_be_dropped(text, shorter):
    assert without_primary(text) == shorter


@given(st.text())
def test_rules_take_any_text(text):
    without_primary(text)
    star, letter = split(text)

    assert text in names_of(text)
    assert text.startswith(star)
    assert text.endswith(letter)
