"""The shortcuts for few planets give the same bytes, and leave other requests to the handlers."""

from __future__ import annotations

import json
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import inference
from app import PREDICT, RANK
from exohabit.fast.few_planets import MAX_FEW, predict_few, rank_few
from exohabit.inputs.problems import NotEnoughData
from exohabit.inputs.query import NO_QUERY, read_query
from exohabit.inputs.readers import CSV, JSON, NDJSON
from exohabit.outputs.inference_types import InferenceRequest
from exohabit.outputs.writers import WRITERS
from exohabit.science.columns import BY_NAME, NUMERIC, REQUIRED
from tests.bad_requests import EARTH

TYPES = st.sampled_from(
    [None, "G2 V", "K", "M5.5 V", "DC", "A0", "A5 V + M", "K0 III", "L2", "sdBV"]
)
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

SURELY_SCORED = st.fixed_dictionaries(
    {name: st.floats(*BY_NAME[name].bounds) for name in ("pl_rade", "pl_eqt")}
)
ODD = [
    {**EARTH, "name": "é"},
    {**EARTH, "pl_name": "b", "st_spectype": "DC", "pl_rade": 150},
    {**EARTH, "pl_bmasse": 0.00315, "pl_orbper": 1, "pl_eqt": 15, "st_spectype": "A5 V + M"},
    {**EARTH, "pl_name": 62.0, "st_spectype": None, "st_teff": 5_000},
]
"""Planets with names, with warnings, and with unknown values."""


def request(body, pairs=(), answer_type=JSON, query=PREDICT.query) -> InferenceRequest:
    text = body if isinstance(body, str) else json.dumps(body)
    return InferenceRequest(text.encode(), JSON, read_query(pairs, query), answer_type)


def rank_request(body, pairs=(), answer_type=JSON) -> InferenceRequest:
    return request(body, pairs, answer_type, RANK.query)


@given(planet=PLANETS)
def test_a_planet_gets_the_same_answer_and_counts_with_and_without_the_shortcut(bundle, planet):
    short = predict_few(bundle, request(planet))

    try:
        assert short in (None, inference.predict(bundle, request(planet)))
    except NotEnoughData:
        assert short is None


@given(planets=st.lists(PLANETS, min_size=1, max_size=6), add=SURELY_SCORED)
def test_a_list_gets_the_same_answer_and_counts_with_and_without_the_shortcuts(
    bundle, planets, add
):
    # With a size and a light, every planet can be scored.
    body = {"planets": [planet | add for planet in planets]}

    assert rank_few(bundle, rank_request(body)) == inference.rank(bundle, rank_request(body))
    assert predict_few(bundle, request(body)) == inference.predict(bundle, request(body))


@pytest.mark.parametrize("planet", [EARTH, *ODD])
@pytest.mark.parametrize("pairs", [[], [("fields", "score,name")]])
@pytest.mark.parametrize("answer_type", WRITERS)
def test_one_planet_is_predicted_by_the_shortcut_in_every_format(
    bundle, planet, pairs, answer_type
):
    asked = request(planet, pairs, answer_type)

    assert predict_few(bundle, asked) == inference.predict(bundle, asked)


@pytest.mark.parametrize(
    "body",
    [
        [EARTH],
        {"planets": EARTH},
        {"planets": [EARTH]},
        [EARTH, *ODD],
        {"planets": [*ODD, *ODD]},
        [EARTH] * MAX_FEW,
        {"planets": [EARTH] * MAX_FEW},
    ],
    ids=lambda body: str(body)[:40],
)
def test_a_short_list_is_ranked_by_the_shortcut(bundle, body):
    assert rank_few(bundle, rank_request(body)) == inference.rank(bundle, rank_request(body))


@pytest.mark.parametrize("body", [[EARTH], {"planets": [EARTH]}, [EARTH, *ODD]])
def test_a_short_list_is_predicted_by_the_shortcut(bundle, body):
    assert predict_few(bundle, request(body)) == inference.predict(bundle, request(body))


class Scorer:
    """Stands in for the engine, with one score for every planet."""

    def __init__(self, score):
        self._score = score

    def score_one(self, _features):
        return self._score

    def score(self, features):
        return np.full(len(features), self._score, dtype=np.float32)


@pytest.mark.parametrize("score", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_a_score_at_the_threshold_is_counted_as_the_handlers_do(bundle, score):
    manifest = msgspec.structs.replace(bundle.manifest, threshold=score)
    bundle = replace(bundle, quick_scorer=Scorer(score), manifest=manifest)

    one, listed = predict_few(bundle, request(EARTH)), rank_few(bundle, rank_request([EARTH]))

    assert one == inference.predict(bundle, request(EARTH))
    assert listed == inference.rank(bundle, rank_request([EARTH]))
    assert one.usage.outcomes == {"habitable": 1}


@pytest.mark.parametrize(
    "pairs", [[("top", "2")], [("min_score", "0.5")], [("top", "1"), ("unscored", "true")]]
)
def test_a_ranking_is_cut_as_without_the_shortcut(bundle, pairs):
    body = [*ODD, EARTH]

    cut = rank_few(bundle, rank_request(body, pairs))

    assert cut == inference.rank(bundle, rank_request(body, pairs))
    assert len(json.loads(cut.content)["ranked_planets"]) < len(body)


NOT_PLAIN = [
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
]
"""Planets with problems, with keys that `BarePlanet` lacks, or with too little data."""
NOT_JSON = ["{", "", '{"pl_rade": ' + "[" * 2_000, "\ufeff" + json.dumps(EARTH)]


@pytest.mark.parametrize("body", [*NOT_PLAIN, *NOT_JSON], ids=lambda body: str(body)[:40])
def test_any_other_planet_is_left_to_the_handler(bundle, body):
    assert predict_few(bundle, request(body)) is None


@pytest.mark.parametrize(
    "body",
    [
        *([EARTH, each] for each in NOT_PLAIN),
        *NOT_JSON,
        EARTH,
        [],
        {"planets": []},
        {"planets": ["Earth", "Mars"]},
        {"planets": [EARTH], "more": 1},
        [EARTH] * (MAX_FEW + 1),
        {"planets": [EARTH] * (MAX_FEW + 1)},
    ],
    ids=lambda body: str(body)[:40],
)
def test_any_other_list_is_left_to_the_handler(bundle, body):
    assert rank_few(bundle, rank_request(body)) is None


@pytest.mark.parametrize(
    "pair",
    [
        ("explain", "true"),
        ("context", "true"),
        ("uncertainty", "true"),
        ("keep", "pl_rade"),
        ("unknown", "1"),
    ],
)
def test_extras_and_problems_of_the_query_are_left_to_the_handlers(bundle, pair):
    assert predict_few(bundle, request(EARTH, [pair])) is None
    assert rank_few(bundle, rank_request([EARTH], [pair])) is None


@pytest.mark.parametrize(
    "asked", [{"pairs": [("fields", "score")]}, {"answer_type": CSV}, {"answer_type": NDJSON}]
)
def test_lists_in_other_forms_are_left_to_the_handlers(bundle, asked):
    assert predict_few(bundle, request([EARTH], **asked)) is None
    assert rank_few(bundle, rank_request([EARTH], **asked)) is None


def test_other_formats_and_other_engines_are_left_to_the_handlers(bundle):
    line = InferenceRequest(json.dumps(EARTH).encode(), NDJSON, NO_QUERY, JSON)
    xgboost_only = replace(bundle, quick_scorer=None, fast_engines=False)

    assert predict_few(bundle, line) is None
    assert predict_few(xgboost_only, request(EARTH)) is None
    assert rank_few(xgboost_only, rank_request([EARTH])) is None
