"""The whole path of planets without HTTP; the model is a stub that scores radius / 10."""

from __future__ import annotations

import json
import pickle
from concurrent.futures import Future

import numpy as np
import pytest
from msgspec.structs import replace

import inference
from exohabit.inputs.problems import NotEnoughData, RequestError
from exohabit.inputs.query import read_query
from exohabit.inputs.query_parameters import ORDER_BY, TOP, UNCERTAINTY, fields_among
from exohabit.inputs.readers import CSV, JSON
from exohabit.outputs.inference_types import InferenceRequest, InferenceResult
from exohabit.outputs.response_types import Ranking
from exohabit.outputs.writers import WRITERS
from tests.archive_data import CATALOG, needs_archive

EARTH = {"pl_rade": 2, "pl_bmasse": 0.9, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}
PLANETS = [EARTH, {**EARTH, "pl_rade": 9}, {**EARTH, "pl_rade": None, "pl_bmasse": None}]
FIELDS = fields_among(Ranking.FIELDS)
HANDLERS = pytest.mark.parametrize("handler", [inference.predict, inference.rank])


def ask(planets, query=(), media_type=JSON, answer_type=JSON) -> InferenceRequest:
    content = planets if isinstance(planets, bytes) else json.dumps(planets).encode()
    return InferenceRequest(content, media_type, read_query(query, (TOP, FIELDS)), answer_type)


def test_one_planet_is_scored(stub):
    result = inference.predict(stub, ask(EARTH))

    assert result.media_type == JSON
    assert json.loads(result.content)["score"] == pytest.approx(0.2)
    assert (result.usage.planets, result.usage.outcomes) == (1, {"not_habitable": 1})


def test_a_list_that_is_predicted_or_ranked_has_the_same_usage_counts(stub):
    predicted = inference.predict(stub, ask(PLANETS))
    ranked = inference.rank(stub, ask(PLANETS))

    scores = [each["score"] for each in json.loads(predicted.content)["predictions"]]
    order = [each["index"] for each in json.loads(ranked.content)["ranked_planets"]]
    assert (scores, order) == ([pytest.approx(0.2), pytest.approx(0.9), None], [1, 0])
    assert predicted.usage == ranked.usage
    assert ranked.usage.outcomes == {"habitable": 1, "not_habitable": 1, "unscored": 1}


def test_planets_that_are_left_out_of_the_answer_are_counted_too(stub):
    result = inference.rank(stub, ask(PLANETS, [("top", "1")]))

    assert len(json.loads(result.content)["ranked_planets"]) == 1
    assert result.usage.planets == 3


@needs_archive
@pytest.mark.parametrize("parameter", [("order_by", "score_low"), ("uncertainty", "true")])
def test_the_whole_archive_has_intervals(stub, parameter):
    query = read_query([parameter], (UNCERTAINTY, ORDER_BY))

    result = inference.rank(stub, InferenceRequest(CATALOG.read_bytes(), CSV, query, JSON))

    answer = json.loads(result.content)
    intervals = [each["score_interval"] for each in answer["ranked_planets"]]
    lower_ends = [-1.0 if interval is None else interval[0] for interval in intervals]
    assert (len(intervals), answer["unscored_count"]) == (5774, 291)
    assert sum(interval is not None for interval in intervals) > 5000
    is_in_order = lower_ends == sorted(lower_ends, reverse=True)
    assert is_in_order == (query.order_by == "score_low")


def test_a_planet_in_a_query_is_scored_and_echoed_as_understood(stub):
    query = read_query([(name, str(value)) for name, value in EARTH.items()], (), planet=True)

    result = inference.predict_from_query(stub, InferenceRequest(b"", JSON, query, JSON))

    answer = json.loads(result.content)
    assert answer["score"] == pytest.approx(0.2)
    assert answer["input"]["pl_orbper"] == 365


@pytest.mark.parametrize("answer_type", WRITERS)
@HANDLERS
def test_an_answer_is_written_in_the_requested_format(stub, handler, answer_type):
    table = f"{','.join(EARTH)}\n{','.join(map(str, EARTH.values()))}\n".encode()

    result = handler(stub, ask(table, media_type=CSV, answer_type=answer_type))

    assert result.media_type == answer_type
    assert result.content


@pytest.mark.parametrize(
    ("handler", "body", "error_type"),
    [
        (inference.predict, {**EARTH, "pl_rade": -1}, RequestError),
        (inference.predict, PLANETS[2], NotEnoughData),
        (inference.rank, [], RequestError),
        (inference.rank, b"{", RequestError),
    ],
)
def test_errors_stay_complete_when_they_are_sent_to_another_process(
    stub, handler, body, error_type
):
    with pytest.raises(error_type) as raised:
        handler(stub, ask(body))

    copy = pickle.loads(pickle.dumps(raised.value))
    assert type(copy) is type(raised.value)
    assert vars(copy) == vars(raised.value)
    assert str(copy) == str(raised.value)


def test_requests_and_results_stay_complete_when_they_are_sent_to_another_process(stub):
    request = ask(PLANETS, [("top", "2"), ("fields", "name,score")])
    copy = pickle.loads(pickle.dumps(request))

    result = inference.rank(stub, copy)

    assert copy == request
    assert pickle.loads(pickle.dumps(result)) == result == inference.rank(stub, request)
    assert isinstance(result, InferenceResult)


@HANDLERS
@pytest.mark.parametrize(
    "planets", [PLANETS, [{**EARTH, "other": 1}]], ids=["known keys", "an unknown key"]
)
def test_the_body_is_freed_before_the_answer_is_written(stub, monkeypatch, handler, planets):
    freed = []

    class Body(bytes):
        def __del__(self) -> None:
            freed.append(True)

    monkeypatch.setitem(WRITERS, JSON, lambda *_: b"freed" if freed else b"kept")

    result = handler(stub, replace(ask(PLANETS), content=Body(json.dumps(planets).encode())))

    assert result.content == b"freed"


@HANDLERS
def test_scores_that_were_started_while_reading_are_used(stub, monkeypatch, handler):
    def start_scoring(table, _) -> Future:
        pending: Future = Future()
        pending.set_result(table["pl_rade"].astype(np.float32) / 16)
        return pending

    monkeypatch.setattr(stub, "start_scoring", start_scoring)

    result = handler(stub, ask([EARTH]))

    (planets, *_) = (v for v in json.loads(result.content).values() if isinstance(v, list))
    assert [planet["score"] for planet in planets] == [0.125]


def test_an_answer_has_the_requested_fields(stub):
    query = read_query([("fields", "score")], (TOP, FIELDS))

    result = inference.rank(stub, InferenceRequest(json.dumps(PLANETS).encode(), JSON, query, JSON))

    assert set(json.loads(result.content)["ranked_planets"][0]) == {"score"}
