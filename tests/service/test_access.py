"""Who may call, how often, and from pages of which origins; tests/browser sees the last done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.test import EnvironBuilder

from app import create_app
from service import keys, windows
from service.config import Settings
from service.keys import new_key, revoke_key
from service.origins import EXPOSED

ALLOWED = "http://localhost:3000"
LISTED = ("https://example.org", ALLOWED)
REFUSED = """
    http://localhost:30001 http://localhost:300 http://localhost https://localhost:3000 null *
    http://localhost:3000.evil.example http://localhost:3000@evil.example http://localhost:3000/
    http://evil-localhost:3000 http://evil.localhost:3000 http://evil.example/http://localhost:3000
    http://localhost:3000,http://evil.example https://example.org.evil.example https://exampleXorg
    https://www.example.org https://example.org:443
""".split()
EARTH = {"pl_rade": 1.1, "pl_bmasse": 0.9, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}
ASKING = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type",
}


PROBLEM_JSON = "application/problem+json"

EXPECTED = {
    "GET /": "open",
    "GET /health": "open",
    "GET /ready": "open",
    "GET /docs": "open",
    "GET /docs/<name>": "open",
    "GET /openapi.json": "open",
    "GET /model": "key",
    "GET /stats": "key",
    "GET /metrics": "key",
    "GET /predict": "key",
    "POST /predict": "key",
    "POST /rank": "key",
}
"""Of every route, whether it asks for a key. A new one needs a row here."""
RIGHT = {"right", "right bearer"}
NOWHERE = ("GET /nothing", "POST /predict/", "GET /docs/nothing/else", "DELETE /model", "GET /rank")
"""No routes, and methods that a route does not have."""


class App:
    """A service with keys: one that is good, one that has expired."""

    def __init__(self, folder, bundle, **settings) -> None:
        path = folder / "keys.json"
        self.right = new_key(path, "team")
        self.other = new_key(path, "other")
        expired = new_key(path, "former", timedelta(seconds=-1))
        self.app = create_app(Settings(keys_file=path, log="off", **settings), bundle)
        self.client = self.app.test_client()
        wrong = self.right[:-1] + ("A" if self.right[-1] != "A" else "B")
        self.shown = {
            "none": {},
            "wrong": {"X-API-Key": wrong},
            "wrong bearer": {"Authorization": f"Bearer {wrong}"},
            "expired": {"X-API-Key": expired},
            "expired bearer": {"Authorization": f"Bearer {expired}"},
            "right": {"X-API-Key": self.right},
            "right bearer": {"Authorization": f"Bearer {self.right}"},
        }


@pytest.fixture
def keyed(tmp_path, stub) -> App:
    return App(tmp_path, stub)


@pytest.fixture
def limited(stub):
    """Get an app whose clients may ask so often, and that has no keys."""

    def make(rate: str, **settings):
        return create_app(Settings(rate_limit=rate, large_kib=0, log="off", **settings), stub)

    return make


@pytest.mark.parametrize("path", ["/predict", "/rank", "/model"])
def test_who_is_shown_how_to_ask_is_shown_where_the_key_goes(keyed, path):
    shown = keyed.client.put(path, headers=keyed.shown["right"]).json["message"]

    commands = [part for part in shown.split(" — ") if "http" in part]
    assert len(commands) == (1 if path == "/model" else 3)
    assert all("X-API-Key" in command and "YOUR_KEY" in command for command in commands)
    assert keyed.right not in shown


def test_where_there_are_no_keys_none_is_shown(stub_client):
    assert "YOUR_KEY" not in stub_client.put("/predict").json["message"]


def routes(app) -> set[str]:
    rules = app.url_map.iter_rules()
    return {f"{method} {rule}" for rule in rules for method in rule.methods - {"OPTIONS", "HEAD"}}


def ask(client, asked: str, **more):
    """Ask for a route, with a planet where a body is expected."""
    method, path = asked.split()
    body = {"json": [EARTH]} if method == "POST" else {}
    return client.open(path.replace("<name>", "docs.js"), method=method, **body, **more)


def from_address(address: str) -> dict:
    return {"environ_base": {"REMOTE_ADDR": address}}


@pytest.fixture
def allowing(stub):
    """Get a client of a service that allows some origins."""
    return lambda origins: create_app(Settings(origins=origins), stub).test_client()


def access_control(answer) -> dict[str, str]:
    prefix = "access-control-"
    sent = {name.lower(): value for name, value in answer.headers.items()}
    return {name[len(prefix) :]: sent[name] for name in sent if name.startswith(prefix)}


def everything(client, origin: str):
    """Send a preflight, a good request, one to a page that may be kept, and a bad one."""
    headers = {"Origin": origin}
    yield client.options("/predict", headers={**headers, **ASKING})
    yield client.post("/predict", json=EARTH, headers=headers)
    yield client.get("/model", headers=headers)
    yield client.get("/nothing", headers=headers)


@pytest.mark.parametrize(("origins", "allowed"), [(LISTED, ALLOWED), (("*",), "*")])
def test_a_preflight_is_told_what_a_page_may_send(allowing, origins, allowed):
    told = allowing(origins).options("/predict", headers={"Origin": ALLOWED, **ASKING})

    sent = access_control(told)
    assert told.status_code == 200
    assert sent["allow-origin"] == allowed
    assert sent["allow-headers"] == "content-type"
    assert "POST" in sent["allow-methods"]
    assert int(sent["max-age"]) >= 60
    assert "allow-credentials" not in sent


@pytest.mark.parametrize(("origins", "allowed"), [(LISTED, ALLOWED), (("*",), "*")])
def test_answers_and_errors_may_be_read_with_their_useful_headers(allowing, origins, allowed):
    _, *answers = everything(allowing(origins), ALLOWED)

    for answer in answers:
        sent = access_control(answer)
        assert sent["allow-origin"] == allowed
        assert set(sent["expose-headers"].split(", ")) == set(EXPOSED)
        assert len(answer.headers.getlist("Access-Control-Allow-Origin")) == 1


@pytest.mark.parametrize(
    ("origins", "origin"), [*((LISTED, each) for each in REFUSED), ((), ALLOWED), ((), "null")]
)
def test_an_origin_that_is_not_on_the_list_is_told_nothing(allowing, origins, origin):
    for answer in everything(allowing(origins), origin):
        assert access_control(answer) == {}


@pytest.mark.parametrize(("origins", "varies"), [(LISTED, True), (("*",), False), ((), False)])
@pytest.mark.parametrize("origin", [ALLOWED, "http://other.example"])
def test_a_cache_is_told_where_the_answer_depends_on_the_origin(allowing, origins, varies, origin):
    for answer in everything(allowing(origins), origin):
        vary = ", ".join(answer.headers.getlist("Vary"))
        assert vary.count("Origin") == varies


def test_an_answer_open_to_all_says_so_even_to_whom_it_does_not_matter(allowing):
    answer = allowing(("*",)).get("/model")

    assert access_control(answer)["allow-origin"] == "*"


def test_an_origin_is_known_whatever_its_case(allowing):
    for answer in everything(allowing(LISTED), ALLOWED.upper()):
        assert access_control(answer)["allow-origin"] == ALLOWED.upper()


def test_every_route_says_here_whether_it_asks_for_a_key(keyed):
    assert routes(keyed.app) == set(EXPECTED)


@pytest.mark.parametrize("asked", EXPECTED)
def test_a_route_that_asks_for_a_key_lets_in_the_right_one_alone(keyed, asked):
    refused = {
        how
        for how, headers in keyed.shown.items()
        if ask(keyed.client, asked, headers=headers).status_code == 401
    }

    assert refused == (set(keyed.shown) - RIGHT if EXPECTED[asked] == "key" else set())


@pytest.mark.parametrize("asked", EXPECTED)
def test_a_route_that_lets_somebody_in_answers(keyed, asked):
    how = keyed.shown["right" if EXPECTED[asked] == "key" else "none"]

    answer = ask(
        keyed.client, asked, headers=how, query_string=EARTH if asked == "GET /predict" else ""
    )

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "asked", [*(asked for asked in EXPECTED if asked.startswith("GET")), "GET /nothing"]
)
def test_head_asks_for_a_key_where_get_does(keyed, asked):
    needs_key = EXPECTED.get(asked, "key") == "key"

    answer = ask(keyed.client, asked.replace("GET", "HEAD"))

    assert (answer.status_code == 401) == needs_key


@pytest.mark.parametrize("asked", NOWHERE)
def test_what_is_nowhere_asks_for_a_key_too(keyed, asked):
    statuses = {
        how: ask(keyed.client, asked, headers=headers).status_code
        for how, headers in keyed.shown.items()
    }

    assert {how for how, status in statuses.items() if status != 401} == RIGHT
    assert statuses["right"] in (404, 405)


@pytest.mark.parametrize("asked", EXPECTED)
def test_a_preflight_asks_for_no_key(tmp_path, stub, asked):
    client = App(tmp_path, stub, origins=(ALLOWED,)).client

    for headers in ({}, {"Origin": ALLOWED, **ASKING}):
        answer = client.options(asked.split()[1].replace("<name>", "docs.js"), headers=headers)
        assert answer.status_code == 200


def test_without_a_file_of_keys_none_is_asked_for(stub_client):
    for asked in EXPECTED:
        for headers in ({}, {"X-API-Key": "any"}, {"Authorization": "Bearer any"}):
            assert ask(stub_client, asked, headers=headers).status_code != 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "bearer {}"},
        {"Authorization": "BEARER  {} "},
        {"X-API-Key": " {} "},
        {"X-API-Key": "{}", "Authorization": "Basic dXNlcjpwYXNz"},
        {"X-API-Key": "", "Authorization": "Bearer {}"},
    ],
)
def test_a_key_may_be_shown_in_several_ways(keyed, headers):
    shown = {name: value.format(keyed.right) for name, value in headers.items()}

    assert keyed.client.get("/stats", headers=shown).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "{}"},
        {"Authorization": "Basic {}"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer {} {}"},
        {"X-API-Key": "Bearer {}"},
        {"X-API-Key": "wrong", "Authorization": "Bearer {}"},
        {"X-API-Key": "é"},
        {"X-API-Key": "x" * 100_000},
        {"Cookie": "X-API-Key={}"},
    ],
    ids=lambda headers: str(headers)[:60],
)
def test_a_key_shown_in_any_other_way_is_none(keyed, headers):
    shown = {name: value.format(keyed.right, keyed.right) for name, value in headers.items()}

    assert keyed.client.get("/stats", headers=shown).status_code == 401


@pytest.mark.parametrize("name", ["key", "api_key", "X-API-Key", "access_token"])
def test_a_key_in_the_address_is_none(keyed, name):
    answer = keyed.client.get("/stats", query_string={name: keyed.right})

    assert answer.status_code == 401
    assert keyed.right not in answer.text


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("none", "X-API-Key"),
        ("wrong", "not known"),
        ("wrong bearer", "not known"),
        ("expired", "has expired"),
        ("expired bearer", "has expired"),
    ],
)
def test_a_refusal_says_why_and_how_to_do_better_but_not_which_key(keyed, how, says):
    shown = keyed.shown[how]

    answer = keyed.client.post("/predict", json=EARTH, headers=shown)

    assert (answer.json["status"], answer.json["code"]) == ("error", "unauthorized")
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    assert says in answer.json["message"]
    how_to = WWWAuthenticate.from_header(answer.headers["WWW-Authenticate"])
    assert (how_to.type, how_to["realm"]) == ("bearer", "ExoHabit")
    sent = answer.text + str(answer.headers)
    assert not any(value.removeprefix("Bearer ") in sent for value in shown.values())


def test_a_refusal_comes_as_problem_json_and_to_pages_of_allowed_origins(tmp_path, stub):
    client = App(tmp_path, stub, origins=LISTED).client

    answer = client.post(
        "/predict", json=EARTH, headers={"Accept": PROBLEM_JSON, "Origin": ALLOWED}
    )

    assert answer.status_code == 401
    assert (answer.mimetype, answer.json["status"]) == (PROBLEM_JSON, 401)
    assert access_control(answer)["allow-origin"] == ALLOWED


class Unread:
    """A body that says whether it was read."""

    def __init__(self) -> None:
        self.reads = 0

    def read(self, _size: int = -1) -> bytes:
        self.reads += 1
        return b""

    readline = read


@pytest.mark.parametrize("how", ["none", "wrong", "expired", "right"])
def test_a_refusal_comes_before_the_body_is_read(keyed, how):
    body = Unread()
    builder = EnvironBuilder("/predict", method="POST", headers=keyed.shown[how])
    environ = builder.get_environ() | {"wsgi.input": body, "CONTENT_LENGTH": "1000"}
    statuses = []

    answer = b"".join(keyed.app(environ, lambda status, *_: statuses.append(status)))

    assert statuses == ["400 BAD REQUEST" if how == "right" else "401 UNAUTHORIZED"]
    assert answer
    assert (body.reads > 0) == (how == "right")


def test_a_key_given_out_or_taken_back_counts_at_once_without_a_restart(
    keyed, tmp_path, monkeypatch
):
    monkeypatch.setattr(keys, "_LOOK_SECONDS", 0)
    path = tmp_path / "keys.json"

    new = {"X-API-Key": new_key(path, "new")}
    assert keyed.client.get("/stats", headers=new).status_code == 200

    revoke_key(path, "new")
    assert keyed.client.get("/stats", headers=new).status_code == 401


def test_a_service_whose_keys_cannot_be_read_does_not_start(tmp_path, stub):
    with pytest.raises(
        SystemExit, match=r"ExoHabit does not start\. .*nowhere\.json cannot be read"
    ):
        create_app(Settings(keys_file=tmp_path / "nowhere.json"), stub)


@pytest.mark.parametrize("asked", ["GET /model", "HEAD /stats", "GET /predict", "GET /nothing"])
def test_what_is_got_with_a_key_is_kept_by_no_cache_that_others_share(keyed, asked):
    answer = ask(keyed.client, asked, headers=keyed.shown["right"])

    assert answer.cache_control.private
    assert {"X-API-Key", "Authorization"} <= set(answer.vary)


def test_what_is_open_to_all_may_be_kept_for_all(keyed):
    answer = ask(keyed.client, "GET /openapi.json", headers=keyed.shown["right"])

    assert not answer.cache_control.private
    assert "X-API-Key" not in answer.vary


def told(answer) -> tuple[str | None, ...]:
    """Return what an answer says of limits: how many, how many are left, of how many seconds."""
    return tuple(
        answer.headers.get(f"RateLimit-{name}") for name in ("Limit", "Remaining", "Reset")
    )


def test_exactly_as_many_pass_as_may_even_if_they_ask_at_once(limited):
    app = limited("100/hour")

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: app.test_client().get("/model").status_code, range(200)))

    assert (statuses.count(200), statuses.count(429)) == (100, 100)


def test_a_client_is_told_how_much_is_left_and_when_to_ask_again(limited):
    client = limited("3/hour").test_client()

    answers = [client.get("/model") for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert [told(answer)[:2] for answer in answers] == [("3", left) for left in "21000"]
    assert all(0 < int(told(answer)[2]) <= 3600 for answer in answers)
    assert [answer.headers.get("Retry-After") for answer in answers[:3]] == [None] * 3
    for refused in answers[3:]:
        assert refused.headers["Retry-After"] == told(refused)[2]
        assert (refused.json["status"], refused.json["code"]) == ("error", "rate_limited")
        assert "3 per 1 hour" in refused.json["message"]


def test_a_window_ends_and_another_begins(limited, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(windows, "time", SimpleNamespace(monotonic=lambda: now[0]))
    client = limited("2/minute").test_client()
    assert [client.get("/model").status_code for _ in range(3)] == [200, 200, 429]

    now[0] += 59.5
    assert told(client.get("/model")) == ("2", "0", "1")
    now[0] += 0.5
    assert told(client.get("/model")) == ("2", "1", "60")


def test_of_several_limits_the_one_that_leaves_least_is_told(limited):
    client = limited("3/minute; 5/hour").test_client()

    assert [told(client.get("/model"))[:2] for _ in range(3)] == [
        ("3", "2"),
        ("3", "1"),
        ("3", "0"),
    ]


def test_of_several_limits_each_can_refuse(limited, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(windows, "time", SimpleNamespace(monotonic=lambda: now[0]))
    client = limited("3/minute; 5/hour").test_client()

    first = [client.get("/model").status_code for _ in range(3)]
    now[0] += 60
    second = [client.get("/model") for _ in range(3)]

    assert first == [200] * 3
    assert [answer.status_code for answer in second] == [200, 200, 429]
    assert [told(answer) for answer in second] == [("5", left, "3540") for left in "100"]


@pytest.mark.parametrize("rate", ["5/minute, 7/hour", "5/minute | 7/hour", "5 per minute"])
def test_a_rate_may_be_written_as_the_library_takes_it(limited, rate):
    client = limited(rate).test_client()

    assert told(client.get("/model"))[:2] == ("5", "4")


@pytest.mark.parametrize(
    ("planets", "left"),
    [(1, 19), (100, 19), (101, 18), (200, 18), (201, 17), (1901, 0), (3000, 0)],
)
@pytest.mark.parametrize("path", ["/rank", "/predict"])
def test_many_planets_cost_a_request_for_each_hundred_begun(limited, path, planets, left):
    answer = limited("20/hour").test_client().post(path, json=[EARTH] * planets)

    assert answer.status_code == 200
    assert told(answer)[:2] == ("20", str(left))


def test_who_has_anything_left_may_rank_as_many_as_they_like_and_pays_in_full(limited):
    client = limited("3/hour").test_client()
    client.get("/model")
    client.get("/model")

    ranked = client.post("/rank", json=[EARTH] * 1000)
    refused = client.get("/model")

    assert (ranked.status_code, told(ranked)[:2]) == (200, ("3", "0"))
    assert (refused.status_code, told(refused)[:2]) == (429, ("3", "0"))


def test_a_ranking_costs_in_every_window(limited, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(windows, "time", SimpleNamespace(monotonic=lambda: now[0]))
    client = limited("20/minute; 21/hour").test_client()

    ranked = client.post("/rank", json=[EARTH] * 1900)
    now[0] += 60

    assert told(ranked)[:2] == ("20", "1")
    assert told(client.get("/model"))[:2] == ("21", "1")
    assert told(client.get("/model"))[:2] == ("21", "0")
    assert client.get("/model").status_code == 429


def test_a_ranking_that_fails_costs_one_request(limited):
    client = limited("20/hour").test_client()

    answer = client.post("/rank", json=[{**EARTH, "pl_rade": -1}] * 1000)

    assert (answer.status_code, told(answer)[:2]) == (400, ("20", "19"))


def test_each_key_has_a_limit_of_its_own_from_whatever_address(tmp_path, stub):
    keyed = App(tmp_path, stub, rate_limit="2/hour")

    def statuses(key: str) -> list[int]:
        addresses = ("10.0.0.1", "10.0.0.2", "10.0.0.1")
        headers = {"X-API-Key": key}
        return [
            keyed.client.get("/model", headers=headers, **from_address(each)).status_code
            for each in addresses
        ]

    assert statuses(keyed.right) == [200, 200, 429]
    assert statuses(keyed.other) == [200, 200, 429]


def test_who_has_no_key_where_one_is_asked_for_uses_up_nobodys_limit(tmp_path, stub):
    keyed = App(tmp_path, stub, rate_limit="2/hour")

    refused = [keyed.client.get("/model", headers=keyed.shown["wrong"]) for _ in range(5)]

    assert [(answer.status_code, told(answer)) for answer in refused] == [(401, (None,) * 3)] * 5
    assert told(keyed.client.get("/model", headers=keyed.shown["right"]))[:2] == ("2", "1")


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", True),
        ("2001:db8::1", "2001:DB8:0:0::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("10.0.0.1", "::ffff:10.0.0.1", True),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", False),
        ("::1", "127.0.0.1", False),
    ],
)
def test_an_address_or_the_network_of_an_ipv6_one_has_a_limit_of_its_own(
    limited, one, other, are_one
):
    client = limited("1/hour").test_client()
    client.get("/model", **from_address(one))

    answer = client.get("/model", **from_address(other))

    assert (answer.status_code == 429) == are_one


def test_open_routes_and_preflights_are_not_counted(limited):
    client = limited("1/hour", origins=(ALLOWED,)).test_client()

    for asked in (each for each in EXPECTED if EXPECTED[each] == "open"):
        for answer in (ask(client, asked), ask(client, asked), ask(client, asked)):
            assert (answer.status_code, told(answer)) == (200, (None,) * 3)
    for _ in range(3):
        client.options("/predict", headers={"Origin": ALLOWED, **ASKING})
    assert client.get("/model").status_code == 200


def test_every_other_route_is_counted(limited):
    for asked in (each for each in EXPECTED if EXPECTED[each] == "key"):
        client = limited("1/hour").test_client()
        ask(client, asked)
        assert ask(client, asked).status_code == 429


def test_without_a_limit_nobody_is_counted_or_told(stub_client):
    answers = [stub_client.get("/model") for _ in range(50)]

    assert {(answer.status_code, told(answer)) for answer in answers} == {(200, (None,) * 3)}


FORWARDED = "X-Forwarded-For X-Real-IP Forwarded X-Forwarded X-Client-IP True-Client-IP".split()


def test_ten_thousand_made_up_addresses_gain_nothing_without_a_proxy(limited):
    app = limited("10/hour")
    environ = EnvironBuilder("/model", environ_base={"REMOTE_ADDR": "10.0.0.1"}).get_environ()
    statuses = []

    for number in range(10_000):
        made_up = f"{number >> 8}.{number & 255}.0.1"
        headers = {f"HTTP_{name.upper().replace('-', '_')}": made_up for name in FORWARDED}
        answer = app(environ | headers, lambda status, *_: statuses.append(status[:3]))
        answer.close()

    assert (statuses.count("200"), statuses.count("429")) == (10, 9_990)


@pytest.mark.parametrize(("proxies", "counted"), [(0, 3), (1, -1), (2, -2)])
def test_of_forwarded_addresses_those_of_trusted_proxies_count_from_the_last(
    limited, proxies, counted
):
    client = limited("1/hour", proxies=proxies).test_client()
    hops = ["10.1.0.1", "10.2.0.1", "10.3.0.1", "10.0.0.1"]  # the last one is who connects

    def status(changed: int | None) -> int:
        asked = [hop.replace(".1", ".9") if i == changed else hop for i, hop in enumerate(hops)]
        headers = {"X-Forwarded-For": ", ".join(asked[:3])}
        return client.get("/model", headers=headers, **from_address(asked[3])).status_code

    assert status(None) == 200
    gained = [i for i in range(4) if status(i) == 200]
    assert gained == [counted if proxies == 0 else 3 + counted]


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1:5678",
        "[2001:db8::1]:443",
        "[2001:db8::1]",
        "a:b",
        "unknown",
        "_hidden",
        "",
        "é",
        "::1/64",
        ":",
    ],
)
def test_an_address_of_any_form_from_a_proxy_is_counted(limited, address):
    client = limited("1/hour", proxies=1).test_client()
    headers = {"X-Forwarded-For": address}

    statuses = [client.get("/model", headers=headers).status_code for _ in range(2)]

    assert statuses == [200, 429]


TRUSTED = ("api.example.org", ".example.net")
UNTRUSTED = """
    localhost 127.0.0.1 example.org evil.example evil-example.net [::1 api.example.org:x é
    api.example.org.evil.example api.example.org@evil.example
""".split()


@pytest.mark.parametrize(
    "host", ["api.example.org", "API.example.org:80", "example.net", "a.b.example.net"]
)
def test_the_service_may_be_called_by_its_names(stub, host):
    client = create_app(Settings(trusted_hosts=TRUSTED), stub).test_client()

    assert client.get("/model", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", [*UNTRUSTED, "", "a b"])
@pytest.mark.parametrize(
    "asked", ["GET /", "POST /predict", "GET /rank", "GET /nothing", "GET /health/"]
)
def test_by_any_other_name_it_refuses_in_the_one_shape(stub, asked, host):
    client = create_app(Settings(trusted_hosts=TRUSTED), stub).test_client()

    answer = ask(client, asked, headers={"Host": host})

    assert (answer.status_code, answer.json["code"]) == (400, "bad_request")
    assert answer.json["status"] == "error"
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    assert ".example.net" not in answer.text


@pytest.mark.parametrize("host", [*UNTRUSTED, "10.1.2.3:5000"])
@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_a_probe_may_call_by_any_name(stub, path, host):
    client = create_app(Settings(trusted_hosts=TRUSTED), stub).test_client()

    assert client.get(path, headers={"Host": host}).status_code == 200


def test_a_name_that_a_proxy_forwards_is_not_believed(stub):
    client = create_app(Settings(trusted_hosts=TRUSTED, proxies=1), stub).test_client()
    headers = {"Host": "evil.example", "X-Forwarded-Host": "api.example.org"}

    assert client.get("/model", headers=headers).status_code == 400
