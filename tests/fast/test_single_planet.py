"""One planet alone: it is judged, warned of and counted as it is among others, to the last bit."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

import inference
from app import PREDICTED
from exohabit.fast.single_planet import predict_single, read_single
from exohabit.inputs.problems import InvalidInput, NotEnoughData
from exohabit.inputs.query import read_query
from exohabit.inputs.query_parameters import EXTRAS_PARAMETERS
from exohabit.inputs.readers import JSON
from exohabit.outputs.response_builders import build_predictions
from exohabit.outputs.scored_planets import score_planets
from exohabit.outputs.usage_counts import count_usage
from exohabit.outputs.writers import WRITERS
from exohabit.science.columns import NUMERIC, REQUIRED
from exohabit.science.spectral_columns import SPECTRAL, spectral_values
from inference import InferenceRequest
from utils import parse_planets

EARTH = {"pl_rade": 1.1, "pl_bmasse": 0.9, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}
TYPES = st.sampled_from([None, "G2 V", "K", "M5.5 V", "DC", "A0", "K0 III", "L2", "sdBV"])
NAMES = st.sampled_from([None, "", "Kepler-62 f", "é", "=1+1"])
NUMBERS = {column.name: st.none() | st.floats(*column.bounds) for column in NUMERIC}
PLANETS = st.fixed_dictionaries(
    {column.name: NUMBERS.get(column.name, TYPES) for column in REQUIRED},
    optional={
        **{c.name: NUMBERS[c.name] for c in NUMERIC if not c.required},
        "name": NAMES,
        "pl_name": NAMES,
    },
)


def among_others(bundle, planet: dict):
    """Judge a planet as the second of three."""
    return score_planets(bundle, parse_planets(json.dumps([EARTH, planet, EARTH]).encode()))


@given(planet=PLANETS)
def test_a_planet_is_judged_alone_as_it_is_among_others(bundle, planet):
    alone = read_single(json.dumps(planet).encode())
    together = among_others(bundle, planet)
    second = build_predictions(together).predictions[1]

    if second.score is None:
        with pytest.raises(
            NotEnoughData, match="Too little is known to score this planet"
        ) as raised:
            predict_single(bundle, alone)
        assert second.reason in raised.value.message
        return
    answer, counted = predict_single(bundle, alone)

    told = (answer.score, answer.prediction, answer.label, answer.warnings)
    assert told == (second.score, second.prediction, second.label, second.warnings)
    assert (None if answer.name is UNSET else answer.name) == second.name
    assert counted == count_usage(
        score_planets(bundle, parse_planets(json.dumps([planet]).encode()))
    )


@pytest.mark.parametrize(
    "body",
    [
        [EARTH],
        {"planets": [EARTH]},
        {**EARTH, "pl_rade": -1},
        {**EARTH, "st_spectype": "X9"},
        {**EARTH, "pl_bmasselim": 1},
        {**EARTH, "something": "else"},
        {key: value for key, value in EARTH.items() if key != "pl_eqt"},
        {**EARTH, "pl_rade": "1.1"},
        "{",
        "",
        '{"pl_rade": ' + "[" * 2_000,
        "\ufeff" + json.dumps(EARTH),
    ],
    ids=lambda body: str(body)[:40],
)
def test_what_is_out_of_the_ordinary_is_left_to_what_takes_everything(body):
    text = body if isinstance(body, str) else json.dumps(body)

    assert read_single(text.encode()) is None


def test_planets_of_stars_of_one_type_share_nothing_that_is_measured():
    small, large = (read_single(json.dumps({**EARTH, "pl_rade": r}).encode()) for r in (1, 2))

    assert (small.known["pl_rade"], large.known["pl_rade"]) == (1.0, 2.0)
    assert tuple(spectral_values(EARTH["st_spectype"])) == SPECTRAL


@pytest.mark.parametrize("wanted", WRITERS)
@pytest.mark.parametrize("fields", [(), ("fields", "score,name")])
@pytest.mark.parametrize(
    "planet",
    [EARTH, {**EARTH, "name": "é"}, {**EARTH, "pl_name": "b", "st_spectype": "DC", "pl_rade": 150}],
)
def test_a_planet_is_answered_in_the_same_bytes_by_either_way(bundle, planet, fields, wanted):
    query = read_query([fields] if fields else [], [PREDICTED])
    body = json.dumps(planet).encode()

    short = inference.predict(bundle, InferenceRequest(body, JSON, query, wanted))
    long = inference.predict(bundle, InferenceRequest(b"\xef\xbb\xbf" + body, JSON, query, wanted))

    assert read_single(body)
    assert short == long


@pytest.mark.parametrize(
    "asks", [("explain", "true"), ("context", "true"), ("uncertainty", "true")]
)
def test_what_asks_for_more_is_not_judged_by_numbers_alone(bundle, asks):
    query = read_query([asks], EXTRAS_PARAMETERS)

    answer = json.loads(
        inference.predict(
            bundle, InferenceRequest(json.dumps(EARTH).encode(), JSON, query, JSON)
        ).content
    )

    assert not query.is_plain
    assert answer.keys() & {"explanation", "context", "score_interval"}


def test_a_query_with_a_fault_is_not_passed_by(bundle):
    query = read_query([("unknown", "1")], EXTRAS_PARAMETERS)

    assert not query.is_plain
    with pytest.raises(InvalidInput, match="unknown query parameter"):
        inference.predict(bundle, InferenceRequest(json.dumps(EARTH).encode(), JSON, query, JSON))


def test_each_engine_scores_a_planet_alone_by_the_same_bits(bundle):
    alone = read_single(json.dumps(EARTH).encode())
    by_xgboost = type(bundle)(bundle.booster, bundle.manifest, fast_engines=False)

    assert predict_single(bundle, alone) == predict_single(by_xgboost, alone)
