"""Answers built from scored planets; the model is a stub that scores radius / 10."""

from __future__ import annotations

import json
from operator import attrgetter

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from exohabit.inputs.problems import NotEnoughData, Problem
from exohabit.inputs.query import read_query
from exohabit.inputs.query_parameters import MIN_SCORE, TOP, UNSCORED
from exohabit.outputs.response_builders import build_predictions, build_ranking
from exohabit.outputs.scored_planets import score_planets
from exohabit.science.domain_warnings import PlanetWarning
from utils import parse_planets

index_of = attrgetter("index")
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


ROWS = [{"pl_rade": 1.0}, {}, {"pl_rade": 3.0}, {}, {"pl_rade": 2.0}]


@pytest.mark.parametrize(
    ("pairs", "ranked", "unscored"),
    [
        ([], [2, 4, 0], [1, 3]),
        ([("top", "2")], [2, 4], None),
        ([("top", "2"), ("unscored", "true")], [2, 4], [1, 3]),
        ([("unscored", "false")], [2, 4, 0], None),
        ([("min_score", "0.2")], [2, 4], None),
        ([("min_score", "0.2"), ("top", "1"), ("unscored", "true")], [2], [1, 3]),
        ([("min_score", "0.9")], [], None),
        ([("top", "9")], [2, 4, 0], None),
    ],
)
def test_a_cut_ranking_leaves_out_the_unscored_planets_but_counts_them(
    stub, pairs, ranked, unscored
):
    query = read_query(pairs, (TOP, MIN_SCORE, UNSCORED))

    answer = build_ranking(scored(stub, *ROWS), query)

    assert [each.index for each in answer.ranked_planets] == ranked
    listed = None if answer.unscored is UNSET else [each.index for each in answer.unscored]
    assert (listed, answer.unscored_count) == (unscored, 2)


def test_a_score_that_is_the_lowest_asked_for_is_listed(stub):
    (score,) = (each.score for each in build_ranking(scored(stub, {"pl_rade": 3.3})).ranked_planets)

    query = read_query([("min_score", repr(score))], (MIN_SCORE,))

    assert len(build_ranking(scored(stub, {"pl_rade": 3.3}), query).ranked_planets) == 1


@pytest.mark.parametrize("build", [build_ranking, build_predictions])
def test_a_planet_that_could_not_be_read_is_invalid_with_its_problems(stub, build):
    problem = Problem("out_of_range", "pl_rade is -1", line=3)
    found = scored(stub, {"pl_rade": 1.0}, {}, {"name": "bad"})
    planets = replace(found.planets, invalid={2: [problem]})

    answer = build(found._replace(planets=planets, reasons=planets.reasons()))

    _, unknown, bad = [
        each for key in answer.LISTS for each in sorted(getattr(answer, key), key=index_of)
    ]
    assert (bad.name, bad.index, bad.reason, bad.problems) == ("bad", 2, "invalid", [problem])
    assert "neither radius nor mass" in unknown.reason
    assert unknown.problems is UNSET


@pytest.mark.parametrize("build", [build_ranking, build_predictions])
def test_warnings_about_the_input_are_at_the_top(stub, build):
    warning = PlanetWarning("absent_column", "st_mass", "the input has no column st_mass")
    found = scored(stub, {"pl_rade": 1.0})
    planets = replace(found.planets, table_warnings=[warning])

    assert build(found).warnings == []
    assert build(found._replace(planets=planets)).warnings == [warning]


def test_planets_that_cannot_be_scored_do_not_count_for_the_top(stub):
    big = {"pl_rade": 99.0, "pl_eqt": None}

    query = read_query([("top", "2"), ("unscored", "true")], (TOP, UNSCORED))

    answer = build_ranking(scored(stub, big, {"pl_rade": 1.0}, big, {"pl_rade": 2.0}), query)

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
