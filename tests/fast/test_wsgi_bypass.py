"""The express lane: it answers what the routes answer, and leaves them what it cannot."""

from __future__ import annotations

import gc
import gzip
import json
import weakref

import pytest
from exohabit.service.turns import Turns
from werkzeug.test import EnvironBuilder

from app import create_app
from exohabit.fast.wsgi_bypass import WsgiBypass
from exohabit.service.api_keys import new_key
from exohabit.service.request_state import RequestState
from exohabit.service.settings import Settings
from tests.bad_requests import BAD_REQUESTS, EARTH

JSON = {"content_type": "application/json"}
TABLE = f"{','.join(EARTH)}\n{','.join(map(str, EARTH.values()))}\n"
MANY = [{**EARTH, "name": f"planet {number}", "pl_eqt": 200 + number} for number in range(40)]
HEADERS = {
    "as it is": {},
    "an id": {"X-Request-ID": "mine"},
    "a bad id": {"X-Request-ID": "no\tgood"},
    "a trace": {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"},
    "gzip": {"Accept-Encoding": "gzip, br;q=0.5"},
    "no gzip": {"Accept-Encoding": "gzip;q=0"},
    "a table": {"Accept": "text/csv"},
    "lines": {"Accept": "application/x-ndjson"},
    "problems": {"Accept": "application/problem+json"},
    "an origin": {"Origin": "https://example.org"},
    "a key that nobody has": {"X-API-Key": "", "Authorization": "Bearer nobody"},
    "no key": {"X-API-Key": ""},
    "another host": {"Host": "example.org"},
    "no host": {"Host": "a..b"},
    "a long host": {"Host": 64 * "x"},
    "https": {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"},
}
BODIES = {
    "a planet": ("/predict", json.dumps(EARTH).encode(), JSON),
    "a list": ("/predict", json.dumps(MANY).encode(), JSON),
    "a ranking": ("/rank", json.dumps({"planets": MANY}).encode(), JSON),
    "a table": ("/rank", TABLE.encode(), {"content_type": "text/csv"}),
    "gzip": (
        "/rank",
        gzip.compress(json.dumps(MANY).encode()),
        {**JSON, "headers": {"Content-Encoding": "gzip"}},
    ),
    "nothing": ("/predict", b"", JSON),
    "a form": ("/rank", b"a=b", {"content_type": "application/x-www-form-urlencoded"}),
    "a warning": ("/predict", json.dumps({**EARTH, "st_spectype": "DC"}).encode(), JSON),
}
SURROUNDINGS = {
    "nothing": {},
    "everything": {
        "keys_file": "keys.json",
        "rate_limit": "1000/minute",
        "proxies": 1,
        "trusted_hosts": ("localhost",),
        "origins": ("https://example.org",),
    },
}


@pytest.fixture(scope="module", params=SURROUNDINGS.values(), ids=SURROUNDINGS)
def served(request, bundle, tmp_path_factory):
    """Get a service and a key of it."""
    folder = tmp_path_factory.mktemp("lane")
    key = new_key(folder / "keys.json", "somebody")
    settings = dict(request.param)
    if "keys_file" in settings:
        settings["keys_file"] = folder / "keys.json"
    return create_app(Settings(log="off", **settings), bundle), key


def asked(served, path, body, sent, headers):
    """Ask a service; of what differs each time only the names are kept."""
    app, key = served
    headers = {"X-API-Key": key, **sent.get("headers", {}), **headers}
    kinds = {k: v for k, v in sent.items() if k != "headers"}
    answer = app.test_client().post(path, data=body, headers=headers, **kinds)
    answer.close()  # what is left of a refused body is read then, one at a time
    told = sorted(answer.headers.items())
    content = answer.data
    if "mine" not in headers.values():
        told = [(k, "…" if k in ("X-Request-ID", "Content-Length") else v) for k, v in told]
        content = content.replace(answer.headers["X-Request-ID"].encode(), b"")
    changing = ("RateLimit-Remaining", "RateLimit-Reset")
    return answer.status_code, [(k, "…" if k in changing else v) for k, v in told], content


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
@pytest.mark.parametrize(("path", "body", "sent"), BODIES.values(), ids=BODIES)
def test_an_answer_is_the_same_to_the_last_header(served, monkeypatch, path, body, sent, headers):
    past_flask = asked(served, path, body, sent, headers)
    monkeypatch.setattr(WsgiBypass, "take", lambda *_: None)
    through_flask = asked(served, path, body, sent, headers)

    assert past_flask == through_flask


@pytest.mark.parametrize("bad", BAD_REQUESTS, ids=lambda bad: bad.why)
def test_what_is_refused_is_refused_in_the_same_words(stub_app, monkeypatch, bad):
    def ask():
        headers = {**bad.headers, "X-Request-ID": "mine"}
        answer = stub_app.test_client().open(
            bad.path, method=bad.method, data=bad.content, headers=headers
        )
        answer.close()
        return answer.status_code, sorted(answer.headers.items()), answer.data

    past_flask = ask()
    monkeypatch.setattr(WsgiBypass, "take", lambda *_: None)

    assert past_flask == ask()


TAKEN = [("POST", "/predict", ""), ("POST", "/rank", "")]
LEFT = [
    ("GET", "/predict", ""),
    ("OPTIONS", "/predict", ""),
    ("POST", "/predict", "explain=true"),
    ("POST", "/predict/", ""),
    ("POST", "/health", ""),
    ("PUT", "/rank", ""),
    ("GET", "/", ""),
]


@pytest.mark.parametrize(
    ("method", "path", "query", "is_taken"),
    [*((*each, True) for each in TAKEN), *((*each, False) for each in LEFT)],
)
def test_it_takes_what_is_posted_to_be_judged_and_nothing_else(
    stub_app, method, path, query, is_taken
):
    environ = EnvironBuilder(path, method=method, query_string=query, json=[EARTH]).get_environ()
    said = []

    answer = stub_app.bypass.take(environ, lambda *told: said.append(told))

    assert (answer is not None) == is_taken
    assert bool(said) == is_taken


OURS = {"SERVER_SOFTWARE": "Granian", "SERVER_PROTOCOL": "HTTP/1.1"}


def posted(**others: str) -> dict:
    return {**EnvironBuilder("/predict", method="POST", json=EARTH).get_environ(), **others}


def nothing(*_) -> None:
    pass


@pytest.fixture
def somebody_waits(monkeypatch):
    """Have each turn handed over."""
    end = Turns.end

    def hand_over(turns, turn):
        end(turns, turn)
        turn.is_handed_over = True

    monkeypatch.setattr(Turns, "end", hand_over)


@pytest.fixture
def calls(monkeypatch):
    """Keep which threads rest, and which are relieved."""
    made = []
    for name in ("rest", "relieve"):
        monkeypatch.setattr(Turns, name, lambda _, name=name: made.append(name))
    return made


def test_who_handed_its_turn_over_rests_once_its_answer_is_out(stub_app, somebody_waits, calls):
    answer = stub_app.bypass.take(posted(**OURS), nothing)

    content = b"".join(answer)
    assert calls == []
    answer.close()
    assert calls == ["rest"]
    assert json.loads(content)["prediction"] in (0, 1)


@pytest.mark.parametrize("others", [{"SERVER_SOFTWARE": "gunicorn"}, {"SERVER_PROTOCOL": "HTTP/2"}])
def test_nobody_rests_where_somebody_may_wait_for_the_thread(stub_app, somebody_waits, others):
    answer = stub_app.bypass.take(posted(**{**OURS, **others}), nothing)

    assert isinstance(answer, list)


def test_nobody_rests_behind_whom_nobody_waits(stub_app):
    assert isinstance(stub_app.bypass.take(posted(**OURS), nothing), list)


def test_nobody_rests_where_the_one_that_is_left_may_wait_for_redis(stub, somebody_waits):
    app = create_app(Settings(rate_limit="1000/minute", redis="redis://127.0.0.1:1"), stub)

    assert isinstance(app.bypass.take(posted(**OURS), nothing), list)


@pytest.mark.parametrize(
    ("path", "body", "is_relieved"),
    [
        ("/predict", EARTH, False),
        ("/predict", {}, True),
        ("/predict", [EARTH] * 1_000, True),
        ("/predict", [{}] * 50_000, True),
        ("/predict?fields=score", EARTH, True),
        ("/nowhere", EARTH, True),
    ],
)
def test_who_goes_on_without_a_turn_is_relieved_once(stub_app, calls, path, body, is_relieved):
    stub_app.test_client().post(path, json=body)

    assert calls == ["relieve"] * is_relieved


def test_what_it_cannot_answer_is_counted_once(stub_app):
    client = stub_app.test_client()
    before = client.get("/stats").json

    client.post("/predict", json={})
    client.post("/predict", json=EARTH)
    after = client.get("/stats").json

    assert after["by_route"]["POST /predict"] - before["by_route"].get("POST /predict", 0) == 2
    assert after["refused"]["invalid_input"] == 1


def test_what_it_hands_over_lets_go_of_its_body(stub_app, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "exohabit.fast.wsgi_bypass.Exchange",
        lambda *told: seen.append(weakref.ref(made := RequestState(*told))) or made,
    )
    gc.collect()
    gc.disable()
    try:
        stub_app.test_client().post("/predict", json={"pl_rade": -1})
        assert [each() for each in seen] == [None]
    finally:
        gc.enable()


def test_what_fails_on_it_is_our_fault_and_reveals_nothing(stub_app, monkeypatch):
    def fail(*_):
        raise RuntimeError("secret")

    monkeypatch.setattr("exohabit.fast.wsgi_bypass.read_body", fail)
    answer = stub_app.test_client().post("/predict", json=EARTH)

    assert answer.status_code == 500
    assert answer.json["code"] == "internal_error"
    assert b"secret" not in answer.data
