"""Extras: what is reported besides a score, on request only."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from msgspec import UNSET

from exohabit.inputs.limits import MAX_EXPLAINED
from exohabit.inputs.measurement_errors import MeasurementErrors
from exohabit.inputs.planet_table import Planets
from exohabit.inputs.problems import TooManyPlanets
from exohabit.inputs.query import read_query
from exohabit.inputs.query_parameters import EXTRAS_PARAMETERS, TOP, UNSCORED
from exohabit.outputs import extras, score_intervals
from exohabit.outputs.extras import Extras
from exohabit.outputs.response_builders import build_predictions, build_ranking
from exohabit.outputs.score_intervals import compute_intervals
from exohabit.outputs.scored_planets import score_planets
from exohabit.science.columns import NUMERIC
from exohabit.science.features import feature_matrix
from exohabit.science.spectral_columns import SpectralTypes
from training.metrics import CERTAIN
from training.population import simulate
from training.settings import Settings
from training.soft_truth import TYPICAL_ERRORS
from utils import parse_planets

NOTHING = dict.fromkeys(("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype"))
EARTH = {**NOTHING, "pl_rade": 1.0, "pl_orbper": 365.25, "pl_eqt": 255.0, "st_spectype": "G2 V"}
VAGUE = {"pl_radeerr1": 1.5, "pl_radeerr2": -0.5}
EXACT = {"pl_radeerr1": 0.0, "pl_radeerr2": 0.0}


def ask(*names: str):
    return read_query([(name, "true") for name in names], EXTRAS_PARAMETERS)


def scored(bundle, planets, query):
    return score_planets(
        bundle, parse_planets(json.dumps(planets).encode(), schema=query.schema), query
    )


def extras_of(bundle, planets, *names) -> list[Extras]:
    return [*scored(bundle, planets, ask(*names)).extras.values()]


def test_there_are_only_the_extras_that_were_requested(bundle):
    assert extras_of(bundle, [EARTH]) == []
    (found,) = extras_of(bundle, [EARTH], "context")
    assert (found.explanation, found.score_interval, found.varied_inputs) == (UNSET, UNSET, UNSET)
    (found,) = extras_of(bundle, [EARTH], "explain")
    assert found.context is UNSET
    (found,) = extras_of(bundle, [EARTH], "uncertainty")
    assert (found.explanation, found.context) == (UNSET, UNSET)


def test_extras_change_no_score_or_prediction(bundle):
    plain = build_predictions(scored(bundle, [EARTH, NOTHING], ask())).predictions
    full = build_predictions(
        scored(bundle, [EARTH, NOTHING], ask("explain", "uncertainty"))
    ).predictions

    for one, other in zip(plain, full, strict=True):
        assert (one.score, one.prediction, one.reason) == (
            other.score,
            other.prediction,
            other.reason,
        )


def test_an_interval_is_a_point_without_errors_and_wide_with_large_ones(bundle):
    exact, vague = extras_of(bundle, [{**EARTH, **EXACT}, {**EARTH, **VAGUE}], "uncertainty")

    (score,) = bundle.score(feature_matrix(parse_planets(json.dumps([EARTH]).encode()).table))
    assert exact.score_interval == [score, score]
    assert exact.probability_habitable == pytest.approx(score)
    assert vague.score_interval[1] - vague.score_interval[0] > 0.3
    assert vague.score_interval[0] < vague.probability_habitable < vague.score_interval[1]
    assert exact.varied_inputs == vague.varied_inputs == ["pl_rade"]


def test_without_errors_there_is_no_interval(bundle):
    one_sided = {**EARTH, "pl_radeerr1": 0.1}
    of_a_limit = {**EARTH, **VAGUE, "pl_radelim": 1, "pl_bmasse": 1.0}

    for found in extras_of(bundle, [EARTH, one_sided, of_a_limit], "uncertainty"):
        assert (found.score_interval, found.probability_habitable) == (None, None)
        assert found.varied_inputs == []


def test_a_planet_has_the_same_extras_alone_and_in_a_list(bundle, monkeypatch):
    planets = [{**EARTH, **VAGUE, "pl_rade": radius} for radius in (0.5, 1.0, 1.5, 2.0, 2.5)]

    together = extras_of(bundle, planets, "uncertainty", "explain")
    monkeypatch.setattr(score_intervals, "_CHUNK", 2)
    in_chunks = extras_of(bundle, planets, "uncertainty", "explain")
    alone = [extras_of(bundle, [planet], "uncertainty", "explain")[0] for planet in planets]

    assert together == in_chunks == alone


def test_a_planet_without_a_score_has_only_a_context(bundle):
    _, found = extras_of(
        bundle, [EARTH, {**NOTHING, **VAGUE, "pl_rade": 1.0}], *(p.name for p in EXTRAS_PARAMETERS)
    )

    assert (found.explanation, found.score_interval, found.varied_inputs) == (None, None, None)
    assert found.context.size_class.value == "rocky"


def test_the_context_brings_its_warnings(bundle):
    contradictory = {**EARTH, "pl_eqt": 400.0}

    assert scored(bundle, [contradictory], ask()).warnings == {}
    (warning,) = scored(bundle, [contradictory], ask("context")).warnings[0]
    assert warning.code == "inconsistent_light"


def test_the_context_does_not_repeat_warnings_that_every_answer_has(bundle):
    hot, dense = {**EARTH, "pl_eqt": 900.0, "pl_insol": 1.0}, {**EARTH, "pl_bmasse": 5.0}
    by_default = scored(bundle, [hot, dense], ask()).warnings

    with_context = scored(bundle, [hot, dense], ask("context")).warnings

    assert [[each.code for each in by_default[i]] for i in (0, 1)] == [
        ["inconsistent_light"],
        ["inconsistent_size"],
    ]
    assert with_context == by_default


@pytest.mark.parametrize(
    ("what", "limit", "most"),
    [
        ("explain", "MAX_EXPLAINED", 2_000),
        ("uncertainty", "MAX_INTERVALS", 10_000),
        ("context", "MAX_CONTEXTS", 10_000),
    ],
)
def test_each_extra_has_a_limit_of_planets(stub, monkeypatch, what, limit, most):
    assert getattr(extras, limit) == most
    monkeypatch.setattr(extras, limit, 5)
    noun = {"explain": "explanations", "uncertainty": "intervals", "context": "contexts"}[what]

    assert len(extras_of(stub, [EARTH] * 5, what)) == 5
    with pytest.raises(
        TooManyPlanets, match=f"6 planets, but a request for {noun} may have at most 5"
    ):
        extras_of(stub, [EARTH] * 6, what)


def test_only_the_top_of_a_ranking_is_explained(stub):
    planets = [{**EARTH, "pl_rade": 1 + i / MAX_EXPLAINED} for i in range(MAX_EXPLAINED + 1)]
    query = read_query([("explain", "true"), ("top", "2")], (*EXTRAS_PARAMETERS, TOP))

    answer = build_ranking(scored(stub, [*planets, NOTHING], query), query)

    assert [each.index for each in answer.ranked_planets] == [MAX_EXPLAINED, MAX_EXPLAINED - 1]
    assert all(each.explanation for each in answer.ranked_planets)
    assert "its radius, 2 Earth radii" in answer.ranked_planets[0].explanation.sentence
    assert (answer.unscored, answer.unscored_count) == (UNSET, 1)


@pytest.mark.parametrize("what", [each.name for each in EXTRAS_PARAMETERS])
@pytest.mark.parametrize("more", [(), (("top", "1"), ("unscored", "true"))])
def test_extras_can_be_requested_if_no_planet_has_a_score(stub, what, more):
    query = read_query([(what, "true"), *more], (*EXTRAS_PARAMETERS, TOP, UNSCORED))

    answer = build_ranking(scored(stub, [NOTHING], query), query)

    assert [*answer.ranked_planets] == []
    explanation, interval = answer.unscored[0].explanation, answer.unscored[0].score_interval
    assert explanation is (None if what == "explain" else UNSET)
    assert interval is (None if what == "uncertainty" else UNSET)


def test_an_error_of_an_unknown_value_is_ignored(bundle):
    of_nothing = {**EARTH, "pl_bmasseerr1": 0.1}

    assert scored(bundle, [of_nothing], ask("uncertainty")).warnings == {}


def test_one_error_without_the_other_is_a_warning_where_errors_are_used(bundle):
    one_sided = {**EARTH, "pl_radeerr1": 0.1}

    assert scored(bundle, [one_sided], ask("context")).warnings == {}
    (warning,) = scored(bundle, [one_sided, EARTH], ask("uncertainty")).warnings[0]
    assert (warning.code, warning.column) == ("one_sided_error", "pl_rade")
    assert "pl_radeerr2" in warning.message


@pytest.mark.slow
def test_the_interval_covers_the_score_of_the_true_inputs_in_nearly_nine_of_ten_cases(bundle):
    """Simulated planets are observed with the archive's errors, which are asymmetric.

    Most scores are nearly certain and miss their interval by less than 0.001.
    """
    rng = np.random.default_rng(7)
    catalogue = Settings().catalogue
    exact = dict.fromkeys(catalogue.errors, 0.0)
    error_free = replace(catalogue, errors=exact, eccentricity_error=0.0)
    true = simulate(4_000, replace(Settings(), catalogue=error_free), rng).known
    observed, errors = dict(true), {}
    for column in NUMERIC:
        values = true[column.name]
        scatter = np.exp(rng.normal(0.0, 0.7, (2, values.size)))
        relative = np.minimum(TYPICAL_ERRORS.get(column.name, 0.0) * scatter, 0.5)
        upper, lower = errors[column.name] = tuple(relative * values)
        normal = rng.standard_normal(values.size)
        missed = values - np.where(normal > 0.0, upper, lower) * normal
        observed[column.name] = np.clip(missed, *column.bounds)
    no = np.zeros(4_000, dtype=bool)
    errors_read = MeasurementErrors(errors, dict.fromkeys(("pl_rade", "pl_bmasse"), no), {}, ~no)

    unnamed: list[None] = [None] * 4_000
    planets = Planets(
        unnamed, SpectralTypes.from_texts(unnamed), observed, {}, errors_or_none=errors_read
    )

    found = compute_intervals(bundle, planets)

    low, high = np.array([each.score_interval for each in found]).T
    score = bundle.score(feature_matrix(true))
    is_open = (score > CERTAIN) & (score < 1.0 - CERTAIN)
    assert is_open.sum() > 800
    assert ((low <= score) & (score <= high))[is_open].mean() == pytest.approx(0.91, abs=0.03)
    assert ((low - 1e-3 <= score) & (score <= high + 1e-3)).mean() > 0.90
