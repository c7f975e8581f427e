"""Raw HTTP: each stream is answered as the table says, and other clients do not suffer."""

from __future__ import annotations

import json
import time

import pytest

from bench.servers import Answer
from tests.bad_requests import EARTH
from tests.live.clients import Client
from tests.live.proxy import nginx_before
from tests.live.services import is_running, running
from tests.live.sizes import report, size
from tests.survive.raw_streams import LENIENT, POST, STREAMS
from tests.survive.streams import Stream, send


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with running(tmp_path_factory.mktemp("service"), workers=2, proxies=1) as started:
        yield started


@pytest.fixture(scope="module")
def score(service) -> float:
    with Client(service.port) as client:
        return client.post("/predict", EARTH).json["score"]


@pytest.fixture
def unharmed(service, score):
    """Check afterwards that another client gets the right answer from the same processes."""
    yield
    with Client(service.port) as client:
        answer = client.post("/predict", EARTH)
    assert (answer.status, answer.json["score"]) == (200, score)
    assert all(map(is_running, service.members))
    assert service.family() == service.members


def check(answer: Answer, score: float) -> None:
    """Check that an answer of the service has our form, and a prediction the right score."""
    assert answer.status < 500
    if "X-Request-ID" not in answer.headers:
        assert answer.status >= 400
        assert answer.body == b""  # from granian itself
        return
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.json["status"] == ("error" if answer.status >= 400 else answer.json["status"])
    if answer.status >= 400:
        assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    assert answer.json.get("score", score) == score


def test_the_table_has_many_streams_and_no_duplicates():
    names = [name for name, _, _ in STREAMS]

    assert len(set(names)) == len(names) >= 150
    assert set(LENIENT) <= set(names)


@pytest.mark.parametrize(("name", "stream", "expected"), STREAMS, ids=[row[0] for row in STREAMS])
def test_a_stream_is_answered_as_the_table_says(service, score, unharmed, name, stream, expected):
    received = send(service.port, stream)

    assert str(received) in expected.split("|")
    for answer in received.answers:
        check(answer, score)


def test_the_shipped_nginx_refuses_what_granian_wrongly_accepts(service, unharmed):
    streams = {name: stream for name, stream, _ in STREAMS}
    with nginx_before(service.port) as nginx:
        received = {name: str(send(nginx.port, streams[name])) for name in LENIENT}

    assert received == LENIENT


def request(number: int, planet: dict) -> bytes:
    body = json.dumps(planet).encode()
    head = f"X-Request-ID: number-{number}\r\nContent-Length: {len(body)}\r\n\r\n"
    return POST + head.encode() + body


def test_answers_on_one_connection_come_in_the_order_of_the_requests(service, unharmed):
    planets = [{**EARTH, "pl_eqt": 200 + i} for i in range(200)]
    with Client(service.port) as client:
        alone = [client.post("/predict", planet).json["score"] for planet in planets]
    planets[::7] = [{**each, "pl_rade": -1} for each in planets[::7]]
    content = b"".join(request(i, planet) for i, planet in enumerate(planets))
    rounds = size(2, 50)

    began = time.monotonic()
    for _ in range(rounds):
        answers = send(service.port, Stream(content, answers=200), 60).answers
        assert [each.headers["X-Request-ID"] for each in answers] == [
            f"number-{i}" for i in range(200)
        ]
        for i, answer in enumerate(answers):
            result = (answer.status, answer.json.get("score"))
            assert result == ((200, alone[i]) if i % 7 else (400, None))
    report(f"{rounds} streams of 200 requests took {time.monotonic() - began:.1f} s")
