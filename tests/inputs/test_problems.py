"""Problems in words."""

from __future__ import annotations

import msgspec
import pytest

from exohabit.inputs.problems import InvalidInput, Problem, hint, near_miss, repr_short


@pytest.mark.parametrize(
    "key", ["pl_radj", "pl_radeerr1", "st_met", "hostname", "x" * 41, "\ud800"]
)
def test_a_column_of_the_archive_or_gibberish_is_no_near_miss(key):
    assert near_miss(key) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.5, "1.5"),
        (-1.0, "-1"),
        (float("inf"), "Infinity"),
        (True, "true"),
        ("ä\ud800\n", '"\\u00e4\\ud800\\n"'),
        ({"a": 1}, "an object"),
        ([1], "a list"),
        ("x" * 1000, '"' + "x" * 58 + "…"),
    ],
)
def test_what_came_is_shown_short_and_plain(value, text):
    assert repr_short(value) == text


def test_the_message_counts_and_quotes_the_first_problem():
    one, two = Problem("a", "first fault"), Problem("b", "second fault")

    assert InvalidInput.of([one]).message == "1 problem in the request: first fault"
    assert InvalidInput.of([one, two]).message == "2 problems in the request: first fault, …"


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ({"pointer": "/planets/3/pl_rade"}, " (at /planets/3/pl_rade)"),
        ({"line": 7, "column": "pl_rade"}, " (line 7)"),
        ({"pointer": "/pl_rade"}, ""),
        ({"parameter": "pl_rade"}, ""),
    ],
)
def test_the_message_says_where_among_many_planets_the_first_problem_is(place, told):
    message = InvalidInput.of([Problem("a", "fault", **place)]).message

    assert message == f"1 problem in the request: fault{told}"


def test_a_problem_without_a_received_value_does_not_mention_one():
    encoded = msgspec.to_builtins(Problem("missing_key", "pl_rade is missing", pointer="/pl_rade"))

    assert encoded == {
        "code": "missing_key",
        "message": "pl_rade is missing",
        "pointer": "/pl_rade",
    }


def test_no_more_than_the_first_keys_are_looked_at_for_a_near_miss():
    others = [f"x{i}" for i in range(200)]

    assert "pl_rade" in hint(["pl_radee", *others], ("pl_rade",))
    assert hint([*others, "pl_radee"], ("pl_rade",)) == ""
