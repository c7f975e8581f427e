"""Problems, and how they are described."""

from __future__ import annotations

import msgspec
import pytest

from exohabit.inputs.problems import InvalidInput, Problem, repr_short


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.5, "1.5"),
        (-1.0, "-1"),
        (1e9, "1000000000"),
        (5.97e24, "5.97e+24"),
        (float("inf"), "Infinity"),
        (True, "true"),
        ("ä\ud800\u202e\n", '"ä\\ud800\\u202e\\n"'),
        ({"a": 1}, "an object"),
        ([1], "a list"),
        ("x" * 1000, '"' + "x" * 58 + "…"),
    ],
)
def test_a_value_is_shown_short_and_printable(value, text):
    assert repr_short(value) == text


def test_the_message_counts_the_problems_and_quotes_the_first():
    one, two = Problem("a", "first problem"), Problem("b", "second problem")

    assert InvalidInput.of([one]).message == "1 problem: first problem"
    assert InvalidInput.of([one, two]).message == "2 problems: first problem, …"
    assert InvalidInput.of([one] * 1500).message.startswith("1,500 problems: ")


@pytest.mark.parametrize(
    ("place", "location"),
    [
        ({"pointer": "/planets/3/pl_rade"}, " (at /planets/3/pl_rade)"),
        ({"line": 7, "column": "pl_rade"}, " (line 7)"),
        ({"pointer": "/pl_rade"}, ""),
        ({"parameter": "pl_rade"}, ""),
    ],
)
def test_the_message_locates_the_first_problem_among_many_planets(place, location):
    message = InvalidInput.of([Problem("a", "problem", **place)]).message

    assert message == f"1 problem: problem{location}"


def test_a_problem_without_a_received_value_does_not_mention_one():
    encoded = msgspec.to_builtins(Problem("missing_key", "pl_rade is missing", pointer="/pl_rade"))

    assert encoded == {
        "code": "missing_key",
        "message": "pl_rade is missing",
        "pointer": "/pl_rade",
    }
