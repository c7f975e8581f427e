"""The shortcut for one planet gives the same bytes, and leaves other requests to the handler."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import inference
from app import PREDICT
from exohabit.fast.single_planet import predict_single
from exohabit.inputs.problems import NotEnoughData
from exohabit.inputs.query import NO_QUERY, read_query
from exohabit.inputs.readers import CSV, JSON
from exohabit.outputs.inference_types import InferenceRequest
from exohabit.outputs.writers import WRITERS
from exohabit.science.columns import NUMERIC, REQUIRED
from tests.bad_requests import EARTH

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


def request(planet, pairs=(), answer_type=JSON) -> InferenceRequest:
    body = planet if isinstance(planet, str) else json.dumps(planet)
    return InferenceRequest(body.encode(), JSON, read_query(pairs, PREDICT.query), answer_type)


@given(planet=PLANETS)
def test_a_planet_gets_the_same_answer_and_counts_with_and_without_the_shortcut(bundle, planet):
    short = predict_single(bundle, request(planet))

    try:
        assert short in (None, inference.predict(bundle, request(planet)))
    except NotEnoughData:
        assert short is None


@pytest.mark.parametrize("answer_type", WRITERS)
@pytest.mark.parametrize("pairs", [[], [("fields", "score,name")]])
@pytest.mark.parametrize(
    "planet",
    [
        EARTH,
        {**EARTH, "name": "é"},
        {**EARTH, "pl_name": "b", "st_spectype": "DC", "pl_rade": 150},
        {**EARTH, "pl_bmasse": 0.00315, "pl_orbper": 1, "pl_eqt": 15, "st_spectype": "A5 V + M"},
    ],
)
def test_every_format_has_the_same_bytes(bundle, planet, pairs, answer_type):
    short = predict_single(bundle, request(planet, pairs, answer_type))

    assert short == inference.predict(bundle, request(planet, pairs, answer_type))


@pytest.mark.parametrize(
    "body",
    [
        [EARTH],
        {"planets": [EARTH]},
        {**EARTH, "pl_rade": -1},
        {**EARTH, "st_spectype": "X9"},
        {**EARTH, "pl_bmasselim": 1},
        {**EARTH, "something": "else"},
        {**EARTH, "pl_bmassprov": "M-R relationship"},
        {**EARTH, "pl_radeerr1": None},
        {**EARTH, "pl_rade": None, "pl_bmasse": None},
        {**EARTH, "pl_eqt": None, "pl_orbper": None},
        {key: value for key, value in EARTH.items() if key != "pl_eqt"},
        {**EARTH, "pl_rade": "1.1"},
        "{",
        "",
        '{"pl_rade": ' + "[" * 2_000,
        "\ufeff" + json.dumps(EARTH),
    ],
    ids=lambda body: str(body)[:40],
)
def test_any_other_body_is_left_to_the_handler(bundle, body):
    assert predict_single(bundle, request(body)) is None


@pytest.mark.parametrize(
    "pair", [("explain", "true"), ("context", "true"), ("uncertainty", "true"), ("unknown", "1")]
)
def test_extras_and_problems_of_the_query_are_left_to_the_handler(bundle, pair):
    assert predict_single(bundle, request(EARTH, [pair])) is None


def test_other_formats_and_other_engines_are_left_to_the_handler(bundle):
    table = InferenceRequest(b"pl_rade\n1\n", CSV, NO_QUERY, JSON)
    xgboost_only = replace(bundle, quick_scorer=None, fast_engines=False)

    assert predict_single(bundle, table) is None
    assert predict_single(xgboost_only, request(EARTH)) is None
