"""Exchanges: steps that surround every answer, on the lane and on a route alike."""

from __future__ import annotations

import json

import pytest
from flask import Flask, Response
from werkzeug.test import EnvironBuilder

from exohabit.service import request_state
from exohabit.service.request_state import HeaderTooLong, RequestState, current_state, steps


@pytest.fixture
def app() -> Flask:
    made = Flask(__name__)
    request_state.init_app(made)
    made.add_url_rule("/it", view_func=lambda: Response("it", headers={"X-One": "route"}))
    return made


def test_checks_come_in_their_order_and_remarks_in_the_opposite_one(app):
    order = []
    for name in ("first", "second"):
        steps(app).before(lambda _, name=name: order.append(name))
        steps(app).after(lambda *_, name=name: order.append(f"{name} again") or [])

    app.test_client().get("/it")

    assert order == ["first", "second", "second again", "first again"]


@pytest.mark.parametrize("name", ["Accept", "Accept-Encoding", "Content-Type", "If-None-Match"])
def test_a_header_that_is_parsed_may_have_a_thousand_characters(app, name):
    app.register_error_handler(HeaderTooLong, lambda error: (error.description, error.code))

    allowed, refused = (
        app.test_client().get("/it", headers={name: "x" * length}) for length in (1_000, 1_001)
    )

    assert allowed.text == "it"
    assert refused.status_code == 400
    assert refused.text == f"The header {name} has 1,001 characters; at most 1,000 are read."


def test_other_headers_may_be_longer_and_count_as_absent(app):
    heard = []
    steps(app).before(lambda about: heard.append(about.header("X_REQUEST_ID", "none")))

    answer = app.test_client().get("/it", headers={"X-Request-ID": "x" * 1_001})

    assert answer.text == "it"
    assert heard == ["none"]


def test_what_a_route_says_itself_goes_first(app):
    steps(app).after(lambda *_: [("X-One", "remark"), ("X-Two", "remark")])

    headers = app.test_client().get("/it").headers

    assert (headers["X-One"], headers["X-Two"]) == ("route", "remark")


def test_vary_is_a_list_to_which_each_adds(app):
    for name in ("Origin", "Accept", "Origin"):
        steps(app).after(lambda *_, name=name: [("Vary", name)])

    assert app.test_client().get("/it").headers["Vary"] == "Origin, Accept"


def test_a_remark_hears_of_the_request_and_the_status(app):
    heard = []
    steps(app).after(lambda about, status: heard.append((about.route, status)) or [])

    app.test_client().get("/it")
    app.test_client().post("/it")
    app.test_client().get("/nothing")

    assert heard == [("/it", 200), ("/it", 405), ("unmatched", 404)]


def test_an_error_that_is_handed_over_is_raised_before_anything_is_checked_again(app):
    checked = []
    steps(app).before(lambda _: checked.append(1))
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
"""As WSGI servers hand them over: granian makes an empty path of `GET predict HTTP/1.1`."""


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("path", PATHS)
def test_a_path_that_does_not_start_with_exactly_one_slash_is_nowhere(stub_app, path, method):
    environ = EnvironBuilder("/", method=method).get_environ() | {"PATH_INFO": path}
    started = []

    answer = b"".join(stub_app(environ, lambda *told: started.append(told)))

    status, headers = started[0]
    assert status == "404 NOT FOUND"
    assert "Location" not in dict(headers)
    assert json.loads(answer)["code"] == "not_found"
    assert f'at "{path}"' in json.loads(answer)["message"]
    assert 'route="unmatched"' in stub_app.test_client().get("/metrics").text


def test_a_path_is_decoded_as_utf_8(stub_client):
    assert r'at "/plan\u00e8te"' in stub_client.get("/plan%C3%A8te").json["message"]
    assert stub_client.get("/%ff").status_code == 404
