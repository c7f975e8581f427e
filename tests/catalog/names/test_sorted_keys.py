from __future__ import annotations

import pytest

from exohabit.catalog.names.sorted_keys import SortedKeys

KEYS = SortedKeys.of([("b", 2), ("a", 1), ("ab", 7), ("b", 0), ("a", 1), ("", 5), ("ω", 3)])


@pytest.mark.parametrize(
    ("key", "planets"), [("a", [1]), ("b", [0, 2]), ("ab", [7]), ("c", []), ("", []), ("ω", [3])]
)
def test_the_planets_of_a_key_are_found_in_order(key, planets):
    assert KEYS.planets_of(key).tolist() == planets


@pytest.mark.parametrize(
    ("key", "planets"), [("a", [1, 7]), ("ab", [7]), ("", [1, 7, 0, 2, 3]), ("ω", [3]), ("c", [])]
)
def test_the_planets_of_a_beginning_are_found(key, planets):
    assert KEYS.planets_with_prefix(key).tolist() == planets


def test_there_may_be_no_keys():
    empty = SortedKeys.of([])

    assert empty.planets_of("a").tolist() == empty.planets_with_prefix("a").tolist() == []
