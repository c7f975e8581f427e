"""Columns of the input that the answer repeats unchanged."""

from __future__ import annotations

import pytest

from exohabit.inputs.kept_columns import choose_columns, keep_columns
from exohabit.inputs.limits import MAX_KEPT
from exohabit.inputs.problems import InvalidInput

PLANETS = [{"pl_rade": 1, "sy_dist": 12.5, "note": "-1.50"}, {"pl_rade": None, "is_mine": True}]


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
        (["note", "*"], keep_columns(PLANETS, ["*"])),
    ],
)
def test_columns_are_kept_as_they_were_sent(keep, kept):
    assert keep_columns(PLANETS, keep) == kept


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


def test_all_columns_can_be_kept_up_to_a_limit():
    names = [f"c{i}" for i in range(MAX_KEPT)]

    assert choose_columns(names, ["*"]) == names
    with pytest.raises(InvalidInput, match="201 columns; expected at most 200"):
        choose_columns([*names, "more"], ["*"])
