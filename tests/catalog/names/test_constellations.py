from __future__ import annotations

from exohabit.catalog.names.constellations import CONSTELLATIONS
from exohabit.catalog.names.keys import key_of


def test_all_88_constellations_have_two_names():
    assert len(CONSTELLATIONS) == 88
    assert {len(names) for names in CONSTELLATIONS.values()} == {2}
    assert {len(abbreviation) for abbreviation in CONSTELLATIONS} == {3}


def test_no_name_is_that_of_two_constellations():
    keys = [
        key
        for abbreviation, names in CONSTELLATIONS.items()
        for key in {key_of(name) for name in (abbreviation, *names)}
    ]

    assert len(keys) == len(set(keys))


def test_an_abbreviation_has_letters_of_a_name_in_their_order():
    for abbreviation, names in CONSTELLATIONS.items():
        assert any(has_in_order(key_of(name), abbreviation.lower()) for name in names)


def has_in_order(word: str, letters: str) -> bool:
    rest = iter(word)
    return all(letter in rest for letter in letters)
