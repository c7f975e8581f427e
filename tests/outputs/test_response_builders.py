"""Answers built from scored planets; the model is a stub that scores radius / 10."""

from __future__ import annotations

import json

import pytest

from exohabit.inputs.problems import NotEnoughData
from exohabit.outputs.response_builders import build_predictions, build_ranking
from exohabit.outputs.scored_planets import score_planets
from utils import parse_planets

NOTHING = dict.fromkeys(("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype"))


def scored(stub, *rows):
    """Score planets with an equilibrium temperature."""
    full = [{**NOTHING, "pl_eqt": 255.0, **row} for row in rows]
    return score_planets(stub, parse_planets(json.dumps(full).encode()))


def one(stub, **row):
    body = json.dumps({**NOTHING, "pl_eqt": 255.0, **row}).encode()
    return score_planets(stub, parse_planets(body, one_allowed=True))


@pytest.mark.parametrize(("radius", "prediction"), [(4.9, 0), (5.0, 1), (9.0, 1)])
def test_a_prediction_is_one_from_the_threshold_on(stub, radius, prediction):
    answer = build_predictions(one(stub, pl_rade=radius))

    assert answer.prediction == prediction
    assert answer.score == pytest.approx(radius / 10)
    assert answer.label == ("not potentially habitable", "potentially habitable")[prediction]
    assert (answer.status, answer.threshold, answer.model_version) == ("success", 0.5, "stub")


def test_one_planet_about_which_too_little_is_known_is_an_error(stub):
    with pytest.raises(NotEnoughData, match="neither radius nor mass"):
        build_predictions(one(stub))


def test_a_list_keeps_its_order_and_has_null_and_a_reason_where_too_little_is_known(stub):
    answer = build_predictions(
        scored(stub, {"name": "a", "pl_rade": 3.0}, {"name": "b"}, {"pl_rade": 8.0})
    )

    named = [(each.name, each.index) for each in answer.predictions]
    assert named == [("a", 0), ("b", 1), (None, 2)]
    assert [each.prediction for each in answer.predictions] == [0, None, 1]
    assert answer.predictions[1].score is None
    assert "neither radius nor mass" in answer.predictions[1].reason


def test_planets_are_ranked_by_score_and_equal_scores_keep_their_order(stub):
    rows = [
        {"name": name, "pl_rade": radius}
        for name, radius in zip("abcde", (2, 9, 2, 5, 9), strict=True)
    ]

    answer = build_ranking(scored(stub, *rows))

    named = [(each.name, each.index) for each in answer.ranked_planets]
    assert named == [("b", 1), ("e", 4), ("d", 3), ("a", 0), ("c", 2)]
    assert [each.prediction for each in answer.ranked_planets] == [1, 1, 1, 0, 0]


def test_top_cuts_the_ranking_and_keeps_all_unscored_planets(stub):
    rows = [{"pl_rade": 1.0}, {}, {"pl_rade": 3.0}, {}, {"pl_rade": 2.0}]

    answer = build_ranking(scored(stub, *rows), top=2)

    assert [each.index for each in answer.ranked_planets] == [2, 4]
    assert [each.index for each in answer.unscored] == [1, 3]


def test_planets_that_cannot_be_scored_do_not_count_for_the_top(stub):
    big = {"pl_rade": 99.0, "pl_eqt": None}

    answer = build_ranking(scored(stub, big, {"pl_rade": 1.0}, big, {"pl_rade": 2.0}), top=2)

    assert [each.index for each in answer.ranked_planets] == [3, 1]
    assert [each.index for each in answer.unscored] == [0, 2]


def test_a_request_is_answered_even_if_no_planet_can_be_scored(stub):
    answer = build_ranking(scored(stub, {}, {}))

    assert [*answer.ranked_planets] == []
    assert len(answer.unscored) == 2


def test_warnings_are_at_the_planet_they_are_about(stub):
    rows = [{"pl_rade": 1.0}, {"pl_rade": 150.0, "st_spectype": "WD"}, {"st_spectype": "K0 III"}]

    answer = build_ranking(scored(stub, *rows))

    by_index = {each.index: each.warnings for each in [*answer.ranked_planets, *answer.unscored]}
    assert by_index[0] == []
    assert [warning.code for warning in by_index[1]] == ["white_dwarf", "outside_training"]
    assert [warning.code for warning in by_index[2]] == ["giant"]
