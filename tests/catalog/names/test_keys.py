from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exohabit.catalog.names import keys
from exohabit.catalog.names.keys import key_of, natural_order
from exohabit.inputs.limits import MAX_NAME
from tests.archive_data import needs_archive
from tests.catalog.known_names import archive


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Kepler-186 f", "kepler186f"),
        ("KEPLER 186F", "kepler186f"),
        ("  Kepler_186__f\t", "kepler186f"),
        ("Ｋｅｐｌｅｒ－１８６ ｆ", "kepler186f"),
        ("𝐊epler-186 f", "kepler186f"),
        ("Teegarden's Star b", "teegardensstarb"),
        ("Teegarden’s Star b", "teegardensstarb"),
        ("Teegarden&#x27;s Star b", "teegardensstarb"),
        ("Teegarden&amp;#39;s Star b", "teegardensstarb"),
        ("Añañuca", "ananuca"),
        ("µ Ara", "μara"),
        ("γ¹ Leo", "γ1leo"),
        ("ς Weiß", "σweiss"),
        ("BD+20 1790 b", "bd+201790b"),
        ("BD-20 1790 b", "bd-201790b"),
        ("bd−20_1790-b", "bd-201790b"),
        (" BD + 20 1790 b", "bd+201790b"),
        ("BD&#43;20 1790 b", "bd+201790b"),
        ("CD-35 2722 b", "cd-352722b"),
        ("CPD–60 1234 b", "cpd-601234b"),
        ("CD-Cet-b", "cdcetb"),
        ("2MASS J04372171+2651014", "2massj043721712651014"),
        ("KOI-1843.03", "koi1843.03"),
        ("KOI-12.01 ", "koi12.01"),
        ("KOI-1201", "koi1201"),
        ("GJ 54.1 b", "gj541b"),
        ("1.01١", "101١"),
        ("", ""),
        ("&nbsp;--", ""),
        ("\ud800", ""),
    ],
)
def test_a_name_has_a_key(text, key):
    assert key_of(text) == key


@pytest.mark.parametrize("spelling", ["b" * (MAX_NAME + 1), "ﷺ" * MAX_NAME])
def test_a_name_that_is_too_long_has_no_key(spelling):
    assert key_of(spelling) == ""
    assert key_of("b" * MAX_NAME) == "b" * MAX_NAME


def test_the_cost_of_a_key_does_not_grow_without_limit(monkeypatch):
    lengths = []
    monkeypatch.setattr(keys, "unescape", lambda text: lengths.append(len(text)) or text)
    monkeypatch.setattr(keys, "normalize", lambda _, text: lengths.append(len(text)) or text)

    for text in ("&α" * 100, "&α" * 1_000_000):
        key_of(text)

    assert lengths == [200, 200, 200]


@given(st.text())
def test_any_text_has_a_key_of_letters_digits_and_few_signs(text):
    assert re.fullmatch(r"(?:(?:[bc]d|cpd)[+-])?\w*(?:\.[0-9]{2})?", key_of(text))


def test_names_have_a_natural_order():
    given_names = ["Kepler-10 b", "K2-3 b", "Kepler-2 c", "WASP-1 b", "Kepler-2 b", "51 Peg b"]

    assert sorted(given_names, key=natural_order) == [
        "51 Peg b",
        "K2-3 b",
        "Kepler-2 b",
        "Kepler-2 c",
        "Kepler-10 b",
        "WASP-1 b",
    ]


@given(st.lists(st.text()))
def test_any_names_can_be_ordered(texts):
    assert len(sorted([*texts, "7" * 10_000], key=natural_order)) == len(texts) + 1


@needs_archive
def test_all_planets_of_the_archive_have_keys_of_their_own():
    assert len({key_of(name) for name, _ in archive()} - {""}) == len(archive()) == 6065 + 4
