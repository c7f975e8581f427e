"""Dispatch: shortcuts, charges and counts of every prediction."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import inference
from app import create_app
from exohabit.service.app_state import app_state
from exohabit.service.dispatch import infer
from exohabit.service.health import NotReady
from exohabit.service.request_state import RequestState
from exohabit.service.settings import Settings
from tests.bad_requests import EARTH


@pytest.mark.parametrize(("padding", "is_tried"), [(0, True), (2_000, False)])
def test_a_shortcut_is_tried_for_small_bodies_only(bundle, padding, is_tried):
    app = create_app(Settings(large_kib=1, log="off"), bundle)
    tried = []
    app_state(app).shortcuts[inference.predict] = lambda *_: tried.append(True)
    body = json.dumps(EARTH).encode() + b" " * padding

    response = app.test_client().post("/predict", data=body, content_type="application/json")

    assert response.status_code == 200
    assert bool(tried) == is_tried


@pytest.mark.parametrize(
    ("path", "planets", "cost"),
    [("/predict", EARTH, 1), ("/rank", [EARTH] * 3, 3), ("/rank?explain=true", [EARTH] * 3, 150)],
)
def test_a_charge_has_the_cost_in_planets_and_the_planets_are_counted(bundle, path, planets, cost):
    app = create_app(Settings(log="off"), bundle)
    costs, client = [], app.test_client()
    app_state(app).hooks.register_charge(lambda _, charged: costs.append(charged))
    before = client.get("/stats").json["planets"]

    client.post(path, json=planets)

    assert costs == [cost]
    assert client.get("/stats").json["planets"] - before == (1 if planets is EARTH else 3)


def test_without_a_model_nothing_is_predicted(stub_app):
    state = RequestState({"REQUEST_METHOD": "POST"}, "/predict", None)

    with pytest.raises(NotReady):
        infer(replace(app_state(stub_app), bundle=None), state)


def test_a_route_without_a_handler_is_an_error_of_the_program(stub_app):
    state = RequestState({"REQUEST_METHOD": "POST"}, "/nowhere", None)

    with pytest.raises(TypeError, match="/nowhere has no handler"):
        infer(app_state(stub_app), state)
