from __future__ import annotations

import pytest

from exohabit.inputs import named_planets
from exohabit.inputs.named_planets import (
    AMBIGUOUS,
    UNKNOWN,
    Unresolved,
    insert_known_planets,
)
from exohabit.inputs.problems import TooManyPlanets
from exohabit.inputs.raw_planets import RawPlanets, json_pointer

FOUND = {"pl_name": "One b", "pl_rade": 1.0}
SENT = {"name": "mine", "pl_rade": 2.0}


class Catalog:
    """One planet; it counts for how many names the nearest ones were looked for."""

    def __init__(self) -> None:
        self.searched = 0

    def look_up(self, text):
        if text == "One b":
            return FOUND
        if text == "One":
            return Unresolved(AMBIGUOUS, text, lambda: ["One b", "One c"])
        return Unresolved(UNKNOWN, text, self._nearest)

    def _nearest(self):
        self.searched += 1
        return ["One b", "One c", "Two b"]


def raw(*planets):
    return RawPlanets([*planets], lambda i, key: {"pointer": json_pointer(i, key)})


@pytest.fixture
def catalog():
    return Catalog()


def test_names_are_replaced_in_their_places_and_objects_stay(catalog):
    given = raw(SENT, "One b", SENT, "One b")

    assert insert_known_planets(given, catalog.look_up).planets == [SENT, FOUND, SENT, FOUND]
    assert given.planets == [SENT, "One b", SENT, "One b"]


@pytest.mark.parametrize("planets", [[SENT], [], [None, 1, True, ["One b"], {"One b": 1}]])
def test_planets_without_names_are_not_touched(catalog, planets):
    given = raw(*planets)

    assert insert_known_planets(given, catalog.look_up) is given


def test_without_a_catalogue_names_are_left_to_be_refused():
    given = raw("One b")

    assert insert_known_planets(given, None) is given


@pytest.mark.parametrize(
    "text", ["@{pl_rade=1.1; pl_bmasse=1}", "System.Collections.Hashtable", "System.Object[]"]
)
def test_an_object_that_powershell_has_cut_is_not_a_name(catalog, text):
    given = raw(text)

    assert insert_known_planets(given, catalog.look_up) is given


def test_names_that_are_not_found_are_problems_at_their_places_and_have_no_others(catalog):
    given = insert_known_planets(raw("One", SENT, "Onw b"), catalog.look_up)

    assert [(each.code, each.pointer, each.choices) for each in given.unreadable.values()] == [
        (AMBIGUOUS, "/0", ["One b", "One c"]),
        (UNKNOWN, "/2", ["One b", "One c", "Two b"]),
    ]
    assert [given.planets[i] for i in (0, 2)] == [{"name": "One"}, {"name": "Onw b"}]


def test_a_message_offers_two_names_and_shortens_a_long_one(catalog):
    problem = catalog.look_up("x" * 10_000).problem()

    assert problem.message.endswith(": did you mean One b or One c?")
    assert len(problem.message) < 150


def test_a_message_without_near_names_offers_none():
    problem = Unresolved(UNKNOWN, "x", list).problem(pointer="/1")

    assert (problem.message, problem.choices) == ('no known planet is called "x"', [])


def test_near_names_are_looked_for_ten_times_only(catalog):
    given = insert_known_planets(raw(*["nothing"] * 50), catalog.look_up)

    assert len(given.unreadable) == 50
    assert catalog.searched == 10
    assert [each.choices is None for each in given.unreadable.values()] == [False] * 10 + [
        True
    ] * 40


def test_as_many_names_as_the_limit_are_looked_up_and_one_more_is_refused(catalog, monkeypatch):
    monkeypatch.setattr(named_planets, "MAX_NAMED", 3)

    assert insert_known_planets(raw(*["One b"] * 3, SENT), catalog.look_up).unreadable == {}
    with pytest.raises(TooManyPlanets, match="more than 3 names"):
        insert_known_planets(raw(*["One b"] * 4), catalog.look_up)
