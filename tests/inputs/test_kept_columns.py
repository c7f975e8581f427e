"""Columns of the input that the answer repeats unchanged."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from exohabit.inputs import kept_columns
from exohabit.inputs.kept_columns import check_kept_values, choose_kept, keep_of_rows
from exohabit.inputs.limits import MAX_KEPT_COLUMNS, MAX_KEPT_VALUES, MAX_PROBLEMS
from exohabit.inputs.problems import InvalidInput
from exohabit.inputs.raw_planets import RawPlanets

PLANETS = [{"pl_rade": 1, "sy_dist": 12.5, "note": "-1.50"}, {"pl_rade": None, "is_mine": True}]


def keep_columns(planets, keep):
    return keep_of_rows(RawPlanets(planets, lambda *_: {}), keep)


@pytest.mark.parametrize(
    ("keep", "kept"),
    [
        (["sy_dist"], {"sy_dist": [12.5, None]}),
        (["note", "pl_rade"], {"note": ["-1.50", None], "pl_rade": [1, None]}),
        (
            ["*"],
            {
                "pl_rade": [1, None],
                "sy_dist": [12.5, None],
                "note": ["-1.50", None],
                "is_mine": [None, True],
            },
        ),
        (
            ["note", "*"],
            {
                "note": ["-1.50", None],
                "pl_rade": [1, None],
                "sy_dist": [12.5, None],
                "is_mine": [None, True],
            },
        ),
        (None, None),
    ],
)
def test_columns_are_kept_as_they_were_sent(keep, kept):
    found = keep_columns(PLANETS, keep)

    assert found == kept
    assert [*(found or ())] == [*(kept or ())]


@pytest.mark.parametrize(
    ("name", "hint"), [("sy_dits", ": did you mean sy_dist?"), ("ra", "no such column")]
)
def test_a_column_that_the_input_lacks_is_a_problem(name, hint):
    with pytest.raises(InvalidInput) as caught:
        keep_columns(PLANETS, ["note", name])

    (problem,) = caught.value.problems
    assert (problem.code, problem.parameter) == ("unknown_column", "keep")
    assert problem.message.endswith(hint)


@pytest.mark.parametrize("value", [{"a": 1}, [1], float("inf"), float("nan")])
def test_only_plain_values_can_be_kept(value):
    planets = [{"note": "fine"}, {"note": value}]

    with pytest.raises(InvalidInput, match='keep contains "note", but a value is'):
        keep_columns(planets, ["note"])


def test_columns_and_values_have_a_limit():
    names = [f"c{i}" for i in range(MAX_KEPT_COLUMNS)]
    planets = MAX_KEPT_VALUES // MAX_KEPT_COLUMNS

    assert [*choose_kept(names, ["*"])] == names
    check_kept_values(MAX_KEPT_COLUMNS, planets)
    with pytest.raises(InvalidInput, match="201 columns; expected at most 200 columns"):
        choose_kept([*names, "more"], ["*"])
    with pytest.raises(InvalidInput, match="5,000,200 values; expected at most 5,000,000 values"):
        check_kept_values(MAX_KEPT_COLUMNS, planets + 1)


def test_columns_are_counted_before_they_are_looked_up():
    names = [f"c{i}" for i in range(MAX_KEPT_COLUMNS)]

    with pytest.raises(InvalidInput, match="201 columns"):
        choose_kept(names, ["*", "not there"])


class SearchedList(list):
    """Counts how often it is searched from its start."""

    searches = 0

    def __contains__(self, name):
        self.searches += 1
        return super().__contains__(name)

    def index(self, *args):
        self.searches += 1
        return super().index(*args)


def test_names_are_not_searched_for_every_column():
    names = SearchedList(f"c{i}" for i in range(MAX_KEPT_COLUMNS))

    assert choose_kept(names, ["*"]) == {name: i for i, name in enumerate(names)}
    assert choose_kept(["a", "b", "a"], ["b", "a"]) == {"b": 1, "a": 0}
    assert names.searches == 0


def test_only_listed_problems_are_made(monkeypatch):
    made = Mock(wraps=kept_columns.repr_short)
    monkeypatch.setattr(kept_columns, "repr_short", made)

    with pytest.raises(InvalidInput) as unknown:
        choose_kept(["a"], [f"unknown {i}" for i in range(MAX_KEPT_COLUMNS)])
    per_name = made.call_count / MAX_PROBLEMS
    made.reset_mock()
    with pytest.raises(InvalidInput) as not_plain:
        keep_columns([{"a": []}] * 500, ["a"])

    assert unknown.value.problem_count == MAX_KEPT_COLUMNS
    assert per_name == 2
    assert not_plain.value.problem_count == 500
    assert made.call_count == 3 * MAX_PROBLEMS
