"""Query parameters."""

from __future__ import annotations

import pytest

from parameters import check_parameters, read_top
from problems import InvalidInput


@pytest.mark.parametrize(
    "text", ["0", "-1", "1.5", "", "ten", "1_0", "٣", "1e3", "9999999999", " 1", "nan"]
)
def test_top_must_be_an_integer_from_one(text):
    with pytest.raises(InvalidInput) as caught:
        check_parameters([("top", text)], ("top",))

    (problem,) = caught.value.problems
    assert (problem.code, problem.parameter) == ("wrong_type", "top")


def test_a_parameter_given_twice_is_refused():
    with pytest.raises(InvalidInput) as caught:
        check_parameters([("top", "1"), ("top", "2")], ("top",))

    assert [problem.code for problem in caught.value.problems] == ["repeated_parameter"]


def test_top_is_read_when_it_is_there():
    assert read_top([("top", "12")]) == 12
    assert read_top([]) is None
