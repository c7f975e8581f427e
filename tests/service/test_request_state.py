"""Request state: hooks around every answer, headers and paths."""

from __future__ import annotations

import json

import pytest
from flask import Flask, Response
from werkzeug.test import EnvironBuilder

from exohabit.service import request_state
from exohabit.service.request_state import HeaderTooLong, Hooks, RequestState, current_state


@pytest.fixture
def app() -> Flask:
    made = Flask(__name__)
    made.extensions["hooks"] = Hooks(made)
    request_state.init_app(made, made.extensions["hooks"])
    made.add_url_rule("/it", view_func=lambda: Response("it", headers={"X-One": "route"}))
    return made


@pytest.fixture
def hooks(app) -> Hooks:
    return app.extensions["hooks"]


def test_hooks_run_in_order_before_an_answer_and_in_reverse_after_it(app, hooks):
    order = []
    for name in ("first", "second"):
        hooks.register_before(lambda _, name=name: order.append(name))
        hooks.register_after(lambda *_, name=name: order.append(f"{name} again") or [])

    app.test_client().get("/it")

    assert order == ["first", "second", "second again", "first again"]


@pytest.mark.parametrize("name", ["Accept", "Accept-Encoding", "Content-Type", "If-None-Match"])
def test_a_parsed_header_may_have_a_thousand_characters(app, name):
    app.register_error_handler(HeaderTooLong, lambda error: (error.description, error.code))

    allowed, refused = (
        app.test_client().get("/it", headers={name: "x" * length}) for length in (1_000, 1_001)
    )

    assert allowed.text == "it"
    assert refused.status_code == 400
    assert refused.text == f"The header {name} has 1,001 characters; at most 1,000 are read."


def test_other_headers_may_be_longer_and_count_as_absent(app, hooks):
    seen = []
    hooks.register_before(lambda state: seen.append(state.header("X_REQUEST_ID", "none")))

    answer = app.test_client().get("/it", headers={"X-Request-ID": "x" * 1_001})

    assert answer.text == "it"
    assert seen == ["none"]


def test_a_header_set_by_the_route_is_kept(app, hooks):
    hooks.register_after(lambda *_: [("X-One", "hook"), ("X-Two", "hook")])

    headers = app.test_client().get("/it").headers

    assert (headers["X-One"], headers["X-Two"]) == ("route", "hook")


def test_each_hook_can_add_to_vary(app, hooks):
    for name in ("Origin", "Accept", "Origin"):
        hooks.register_after(lambda *_, name=name: [("Vary", name)])

    assert app.test_client().get("/it").headers["Vary"] == "Origin, Accept"


def test_a_hook_after_an_answer_gets_the_request_and_the_status(app, hooks):
    seen = []
    hooks.register_after(lambda state, status: seen.append((state.route, status)) or [])

    app.test_client().get("/it")
    app.test_client().post("/it")
    app.test_client().get("/nothing")

    assert seen == [("/it", 200), ("/it", 405), ("unmatched", 404)]


def test_a_handed_over_error_is_raised_before_any_other_hook_runs(app, hooks):
    checked = []
    hooks.register_before(lambda _: checked.append(1))
    app.register_error_handler(LookupError, lambda _: (str(current_state().route), 418))
    environ = app.test_request_context("/it").request.environ
    pending = RequestState(environ, "/it", None)

    request_state.hand_over(pending, LookupError())
    answer = app.test_client().open(environ_overrides=environ)

    assert (answer.status_code, answer.text) == (418, "/it")
    assert checked == []


PATHS = [
    *("//predict", "///predict", "//", "///metrics", "//docs/docs.js", "//host/predict"),
    *("", "predict", "*", "host:80"),
]
"""Paths as WSGI servers pass them: granian turns `GET predict HTTP/1.1` into an empty path."""


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("path", PATHS)
def test_a_path_that_does_not_start_with_exactly_one_slash_is_not_found(stub_app, path, method):
    environ = EnvironBuilder("/", method=method).get_environ() | {"PATH_INFO": path}
    started = []

    answer = b"".join(stub_app(environ, lambda *args: started.append(args)))

    status, headers = started[0]
    assert status == "404 NOT FOUND"
    assert "Location" not in dict(headers)
    assert json.loads(answer)["code"] == "not_found"
    assert f'at "{path}"' in json.loads(answer)["message"]
    assert 'route="unmatched"' in stub_app.test_client().get("/metrics").text


def test_a_path_is_decoded_as_utf_8(stub_client):
    assert 'at "/planète"' in stub_client.get("/plan%C3%A8te").json["message"]
    assert stub_client.get("/%ff").status_code == 404
