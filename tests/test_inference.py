"""Judging: the whole way of planets without HTTP; the model is a stub that scores radius / 10."""

from __future__ import annotations

import json
import pickle
from concurrent.futures import Future

import numpy as np
import pytest
from msgspec.structs import replace

import inference
from app import PREDICTED, RANKED
from exohabit.inputs.problems import NotEnoughData, RequestError
from exohabit.inputs.query_parameters import TOP, read_query
from exohabit.inputs.readers import JSON
from exohabit.outputs.writers import WRITERS
from inference import InferenceRequest, InferenceResult

EARTH = {"pl_rade": 2, "pl_bmasse": 0.9, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}
PLANETS = [EARTH, {**EARTH, "pl_rade": 9}, {**EARTH, "pl_rade": None, "pl_bmasse": None}]
CSV = "text/csv"


def asked(planets, query=(), media_type=JSON, wanted=JSON) -> InferenceRequest:
    content = planets if isinstance(planets, bytes) else json.dumps(planets).encode()
    return InferenceRequest(content, media_type, read_query(query, (TOP, PREDICTED)), wanted)


def test_one_planet_is_judged(stub):
    written = inference.predict(stub, asked(EARTH))

    assert written.media_type == JSON
    assert json.loads(written.content)["score"] == pytest.approx(0.2)
    assert (written.count_usage.planets, written.count_usage.outcomes) == (1, {"not_habitable": 1})


def test_a_list_is_judged_or_ranked_and_tallied_alike(stub):
    predicted = inference.predict(stub, asked(PLANETS))
    ranked = inference.rank(stub, asked(PLANETS))

    scores = [each["score"] for each in json.loads(predicted.content)["predictions"]]
    order = [each["index"] for each in json.loads(ranked.content)["ranked_planets"]]
    assert (scores, order) == ([pytest.approx(0.2), pytest.approx(0.9), None], [1, 0])
    assert predicted.count_usage == ranked.count_usage
    assert ranked.count_usage.outcomes == {"habitable": 1, "not_habitable": 1, "unscored": 1}


def test_what_is_left_out_of_the_answer_is_tallied_all_the_same(stub):
    written = inference.rank(stub, asked(PLANETS, [("top", "1")]))

    assert len(json.loads(written.content)["ranked_planets"]) == 1
    assert written.count_usage.planets == 3


def test_a_planet_in_a_query_is_judged_and_told_as_it_was_understood(stub):
    query = read_query([(name, str(value)) for name, value in EARTH.items()], (), planet=True)

    written = inference.predict_from_query(stub, InferenceRequest(b"", JSON, query, JSON))

    answer = json.loads(written.content)
    assert answer["score"] == pytest.approx(0.2)
    assert answer["input"]["pl_orbper"] == 365


@pytest.mark.parametrize("wanted", WRITERS)
@pytest.mark.parametrize("work", [inference.predict, inference.rank])
def test_an_answer_is_written_as_it_is_wanted(stub, work, wanted):
    table = f"{','.join(EARTH)}\n{','.join(map(str, EARTH.values()))}\n".encode()

    written = work(stub, asked(table, media_type=CSV, wanted=wanted))

    assert written.media_type == wanted
    assert written.content


@pytest.mark.parametrize(
    ("work", "body", "failure"),
    [
        (inference.predict, {**EARTH, "pl_rade": -1}, RequestError),
        (inference.predict, PLANETS[2], NotEnoughData),
        (inference.rank, [], RequestError),
        (inference.rank, b"{", RequestError),
    ],
)
def test_what_is_wrong_is_raised_and_whole_on_the_other_side_of_a_process(
    stub, work, body, error_code
):
    with pytest.raises(error_code) as raised:
        work(stub, asked(body))

    there = pickle.loads(pickle.dumps(raised.value))
    assert type(there) is type(raised.value)
    assert vars(there) == vars(raised.value)
    assert str(there) == str(raised.value)


def test_what_is_asked_and_what_is_written_are_whole_on_the_other_side_too(stub):
    question = asked(PLANETS, [("top", "2"), ("fields", "name,score")])
    there = pickle.loads(pickle.dumps(question))

    written = inference.rank(stub, there)

    assert there == question
    assert pickle.loads(pickle.dumps(written)) == written == inference.rank(stub, question)
    assert isinstance(written, InferenceResult)


@pytest.mark.parametrize("work", [inference.predict, inference.rank])
@pytest.mark.parametrize("planets", [PLANETS, [{**EARTH, "other": 1}]], ids=["bare", "with more"])
def test_a_body_that_nobody_else_keeps_is_gone_before_the_answer_is_written(
    stub, monkeypatch, work, planets
):
    gone = []

    class Body(bytes):
        def __del__(self) -> None:
            gone.append(True)

    monkeypatch.setitem(WRITERS, JSON, lambda *_: b"gone" if gone else b"kept")

    written = work(stub, replace(asked(PLANETS), content=Body(json.dumps(planets).encode())))

    assert written.content == b"gone"


@pytest.mark.parametrize("work", [inference.predict, inference.rank])
def test_what_the_bundle_begins_with_while_planets_are_read_is_what_they_score(
    stub, monkeypatch, work
):
    def begin(table) -> Future:
        pending: Future = Future()
        pending.set_result(table["pl_rade"].astype(np.float32) / 16)
        return pending

    monkeypatch.setattr(stub, "begin", begin)

    written = work(stub, asked([EARTH]))

    (told, *_) = (each for each in json.loads(written.content).values() if isinstance(each, list))
    assert [each["score"] for each in told] == [0.125]


def test_an_answer_keeps_the_fields_that_are_wanted(stub):
    query = read_query([("fields", "score")], (TOP, RANKED))

    written = inference.rank(
        stub, InferenceRequest(json.dumps(PLANETS).encode(), JSON, query, JSON)
    )

    assert set(json.loads(written.content)["ranked_planets"][0]) == {"score"}
