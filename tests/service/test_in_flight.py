"""Requests in flight: how many are being answered, and how many large ones have a slot."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app import create_app
from exohabit.service import access_log
from exohabit.service.admission import Admission
from exohabit.service.app_state import app_state
from tests.bad_requests import EARTH
from tests.service.test_metrics import Samples
from tests.service.waiting import SOON, until
from tests.ways import new_settings

pytestmark = pytest.mark.usefixtures("every_way")


@pytest.fixture
def app(stub):
    return create_app(new_settings(log="off", threads=4, large_requests=2), stub)


def value(app, name: str) -> float:
    return Samples(app.test_client()).of(name)


def test_requests_in_flight_are_those_being_answered_and_the_scrape(app, monkeypatch):
    arrived, go_on = [], threading.Event()

    def wait(*_, **__) -> bytes:
        arrived.append(1)
        go_on.wait(SOON)
        return b"{}"

    monkeypatch.setattr("exohabit.service.dispatch.read_body", wait)
    before = value(app, "exohabit_requests_in_flight")
    with ThreadPoolExecutor(3) as pool:
        for _ in range(3):
            # Closed as by a server: then the rest of its body is read.
            pool.submit(lambda: app.test_client().post("/predict", json=EARTH).close())
        until(lambda: len(arrived) == 3)
        meanwhile = value(app, "exohabit_requests_in_flight")
        go_on.set()
    after = value(app, "exohabit_requests_in_flight")

    assert (before, meanwhile, after) == (1, 4, 1)


def test_a_request_that_fails_is_not_in_flight_any_more(app, failing):
    for _ in range(3):
        with app.test_client().post("/predict", json=EARTH) as answer:
            assert answer.status_code == 500

    assert value(app, "exohabit_requests_in_flight") == 1


def test_a_refused_body_that_is_still_being_read_is_in_flight(app):
    slots = app_state(app).admission.slots
    assert slots.take_drain(0)
    meanwhile = value(app, "exohabit_requests_in_flight")
    slots.free_drain()

    assert (meanwhile, value(app, "exohabit_requests_in_flight")) == (2, 1)


def test_large_requests_are_those_that_have_a_slot(app):
    slots = app_state(app).admission.slots
    counts = []
    for act in (slots.take_large, slots.take_large, slots.take_large, slots.free_large):
        act()
        counts.append(value(app, "exohabit_large_requests"))

    assert counts == [1, 2, 2, 1]
    assert value(app, "exohabit_large_request_slots") == 2
    assert value(app, "exohabit_request_threads") == 4


def test_the_first_numbers_of_a_worker_replace_those_of_a_killed_one(app):
    metrics = app_state(app).metrics
    metrics.in_flight.set(5)
    metrics.large_requests.set(5)
    access_log.init_app(app)
    Admission(app_state(app).settings, None, metrics)

    gauges = (metrics.in_flight, metrics.large_requests)
    assert [each.collect()[0].samples[0].value for each in gauges] == [0, 0]
