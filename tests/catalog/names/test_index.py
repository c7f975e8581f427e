from __future__ import annotations

import pytest

from exohabit.catalog.names.index import build_index, decode_index, encode_index
from tests.catalog.known_names import FEW

INDEX = build_index(FEW, [("Home", "Earth")], [("HD 10700", "tau Cet e")])


def test_an_index_that_was_written_is_read_back():
    assert decode_index(encode_index(INDEX)) == INDEX
    assert INDEX.identifiers.keys == ["hd10700"]
    assert "home" in INDEX.aliases.keys


def test_planets_are_in_natural_order():
    kepler = [name for name in INDEX.planets if name.startswith("Kepler-1")]

    assert kepler[:4] == ["Kepler-1 b", "Kepler-10 b", "Kepler-18 b", "Kepler-100 b"]


def test_no_alias_is_the_key_of_a_planets_own_name():
    assert {*INDEX.names.keys}.isdisjoint(INDEX.aliases.keys)


@pytest.mark.parametrize("content", [b"", b"x", encode_index(INDEX)[:-9]])
def test_a_damaged_index_is_refused(content):
    with pytest.raises(ValueError, match=r"."):
        decode_index(content)
