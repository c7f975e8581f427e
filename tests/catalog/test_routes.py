"""Routes of known planets."""

from __future__ import annotations

import csv
import io
import json
import socket
from urllib.parse import quote

import pytest

from app import create_app
from tests.bad_requests import EARTH
from tests.service.callers import EXPECTED, PAGE, App, routes, send
from tests.ways import new_settings

pytestmark = pytest.mark.usefixtures("every_way")


CSV, NDJSON = "text/csv", "application/x-ndjson"
PATHS = ["/planets", "/planets/Earth", "/planets/Earth/predict", "/planets/suggest"]


@pytest.mark.parametrize(
    "name", ["Kepler-186 f", "KEPLER186F", "kepler_186_f", "Kepler-186&nbsp;f"]
)
def test_a_planet_is_found_under_every_spelling(client, name):
    answer = client.get(f"/planets/{quote(name)}")

    assert answer.status_code == 200
    assert answer.json["name"] == answer.json["planet"]["pl_name"] == "Kepler-186 f"


@pytest.mark.parametrize("path", ["/planets/Kepler%2D186%20f", "/planets/Kepler-186+f"])
def test_a_name_may_be_escaped_in_any_way(client, path):
    assert client.get(path).json["name"] == "Kepler-186 f"


@pytest.mark.parametrize("what_if", ["", "/predict"])
def test_a_star_of_several_planets_gets_300_with_the_choices(client, what_if):
    answer = client.get(f"/planets/TRAPPIST-1{what_if}")

    (problem,) = answer.json["problems"]
    assert (answer.status_code, answer.json["status"]) == (300, "error")
    assert answer.json["code"] == problem["code"] == "ambiguous_name"
    assert problem["choices"] == [f"TRAPPIST-1 {letter}" for letter in "bcdefgh"]
    assert problem["parameter"] == "name"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("what_if", ["", "/predict"])
def test_an_unknown_name_gets_404_with_the_nearest(client, what_if):
    answer = client.get(f"/planets/Keplr-186 f{what_if}")

    (problem,) = answer.json["problems"]
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_planet")
    assert problem["choices"][0] == "Kepler-186 f"
    assert (
        'no known planet is called "Keplr-186 f": did you mean Kepler-186 f' in problem["message"]
    )


@pytest.mark.parametrize(
    ("name", "begins"), [("Kepler", "Kepler-4 b"), ("TOI%20700.02", "TOI-700 b")]
)
def test_the_page_and_the_api_suggest_the_same_planets(client, name, begins):
    (problem,) = client.get(f"/planets/{name}").json["problems"]
    page = client.get(f"/?planet={name}", headers={"Accept": "text/html"}).text

    assert f"did you mean {begins} or " in problem["message"]
    assert problem["choices"][0] == begins
    assert page.index(f">{problem['choices'][0]}<") < page.index(f">{problem['choices'][1]}<")


def test_a_column_in_fields_is_said_to_be_part_of_the_planet(client):
    answer = client.get("/planets/Earth?fields=name,pl_rade")

    assert answer.status_code == 400
    hint = 'fields contains "pl_rade" (it is part of planet: fields=planet); expected some of'
    assert hint in answer.json["message"]
    assert client.get("/planets/Earth?fields=planet").json["planet"]["pl_rade"] == 1.0


ODD = {
    "NUL": "%00",
    "NUL in a name": "Earth%00",
    "only signs": "---",
    "not UTF-8": "%ff%fe",
    "a surrogate": "%ED%A0%80",
    "a ligature of 18 letters": "%EF%B7%BA" * 60,
    "right to left": "%E2%80%AE%D7%90",
    "combining marks": "e" + "%CC%81" * 150,
    "a number": "1" * 200,
    "digits of another script": "%D9%A1" * 100,
    "a query of SQL": quote("' OR 1=1 --"),
    "wildcards of SQL": "%25_%25",
    "201 letters": "x" * 201,
    "many letters": "x" * 20_000,
    "entities": quote("&amp;" * 40),
    "a slash": "a%2Fb",
    "dots": "..%2F..%2Fetc%2Fpasswd",
    "line breaks": "a%0d%0ab",
}


@pytest.mark.parametrize("name", ODD.values(), ids=ODD)
@pytest.mark.parametrize("end", ["", "/predict"])
def test_an_odd_name_is_just_not_found(client, name, end):
    answer = client.get(f"/planets/{name}{end}")

    assert answer.status_code == (200 if name == "Earth%00" else 404)
    assert len(answer.data) < 5000


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
@pytest.mark.parametrize("parameter", ["host", "method", "cursor", "sort", "min_score", "fields"])
def test_an_odd_text_in_a_query_finds_nothing_or_is_refused(client, parameter, text):
    answer = client.get(f"/planets?{parameter}={text}")

    assert answer.status_code in (200, 400)
    assert answer.status_code == 400 or answer.json["count"] in (0, 9)
    assert client.get(f"/planets/suggest?q={text}").status_code in (200, 400)


def test_a_name_of_200_characters_is_looked_up_and_a_longer_one_is_not(client):
    assert client.get("/planets/" + quote("Earth" + " " * 194 + ".")).status_code == 200
    assert client.get("/planets/" + quote("Earth" + " " * 195 + ".")).status_code == 404


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("trappist-1", [f"TRAPPIST-1 {letter}" for letter in "bcdefgh"]),
        ("EARTH", ["Earth"]),
        ("---", []),
        ("no such", []),
    ],
)
def test_names_are_suggested_by_their_beginning(client, text, names):
    answer = client.get("/planets/suggest", query_string={"q": text})

    assert answer.json == {"status": "success", "names": names}


def test_at_most_ten_names_are_suggested_in_natural_order(client):
    names = client.get("/planets/suggest?q=keple").json["names"]

    assert len(names) == 10
    assert names[0] == "Kepler-4 b"


def table_of(answer) -> list[dict]:
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return [*csv.DictReader(io.StringIO(answer.text))]


def lines_of(answer) -> list[dict]:
    assert answer.headers["Content-Type"] == "application/x-ndjson; charset=utf-8"
    return [json.loads(line) for line in answer.text.splitlines()]


def as_cells(planet: dict) -> dict[str, str]:
    """Return values as a table has them: nothing for null, numbers as they are in JSON."""
    return {
        name: "" if value is None else value if isinstance(value, str) else repr(value)
        for name, value in planet.items()
    }


@pytest.mark.parametrize("fields", [{}, {"fields": "hostname,score,name,ra"}])
def test_a_list_has_the_same_planets_in_every_format(client, fields):
    def get(media_type):
        query = {"limit": 50, "sort": "year", **fields}
        return client.get("/planets", query_string=query, headers={"Accept": media_type})

    planets = get("application/json").json["planets"]

    assert lines_of(get(NDJSON)) == planets
    assert [*map(as_cells, planets)] == table_of(get(CSV))
    if fields:
        assert [[*each] for each in planets] == [fields["fields"].split(",")] * 50


@pytest.mark.parametrize("fields", [{}, {"fields": "ra,name"}])
def test_an_empty_list_has_no_lines_and_a_table_with_only_a_header(client, fields):
    query = {"min_score": 1, **fields}

    table = client.get("/planets", query_string=query, headers={"Accept": CSV})
    lines = client.get("/planets", query_string=query, headers={"Accept": NDJSON})

    assert (table.status_code, lines.status_code, lines.text.strip()) == (200, 200, "")
    (header,) = csv.reader(io.StringIO(table.text))
    assert header[:2] == (["ra", "name"] if fields else ["name", "score"])


@pytest.mark.parametrize(
    "path", ["/planets/Kepler-186 f", "/planets/Kepler-186 f/predict?pl_eqt=200"]
)
def test_one_planet_has_the_same_values_in_every_format(client, path):
    answer = client.get(path).json
    (line,) = lines_of(client.get(path, headers={"Accept": NDJSON}))
    (row,) = table_of(client.get(path, headers={"Accept": CSV}))

    assert line == answer
    assert row["name"] == "Kepler-186 f"
    assert float(row["score"]) == answer["score"]
    for name, value in answer.get("planet", {}).items():
        assert row[name] == ("" if value is None else str(value))
    for name, values in answer.get("replaced", {}).items():
        cells = [row[f"replaced_{name}_catalog"], row[f"replaced_{name}_given"]]
        assert cells == [str(values["catalog"]), str(values["given"])]
    assert row["provenance_doi"] == answer["provenance"]["doi"]
    assert "{" not in "".join(row.values())


@pytest.mark.parametrize("media_type", ["application/json", CSV, NDJSON])
@pytest.mark.parametrize("end", ["", "/predict"])
def test_fields_of_one_planet_are_kept_in_their_order(client, media_type, end):
    path = f"/planets/Earth{end}?fields=score,name"
    answer = client.get(path, headers={"Accept": media_type})

    rows = {CSV: table_of, NDJSON: lines_of}.get(media_type, lambda each: [each.json])(answer)
    assert [key for key in rows[0] if key != "status"] == ["score", "name"]


NOT_TAKEN = [
    *("/planets?fields=planet", "/planets?pl_eqt=3", "/planets?limit=1&limit=2"),
    *("/planets?min_mass=1", "/planets/suggest?limit=3", "/planets/Earth?fields=ra"),
    *("/planets/Earth?fields=explanation", "/planets/Earth?pl_eqt=3"),
    "/planets/Earth/predict?top=3",
]


@pytest.mark.parametrize("path", NOT_TAKEN)
def test_what_a_route_does_not_take_is_refused(client, path):
    assert client.get(path).status_code == 400


def test_a_misspelt_bound_is_recognized(client):
    answer = client.get("/planets?min_scor=0.5")

    assert "did you mean min_score?" in answer.json["message"]


def test_a_catalogue_that_cannot_be_read_gets_503_on_its_routes_alone(stub, tmp_path, caplog):
    (tmp_path / "catalog").write_text("<html>")
    app = create_app(new_settings(catalog=tmp_path / "catalog", large_kib=1), stub)
    client = app.test_client()

    answers = [client.get(path) for path in PATHS] + [client.post("/predict", json="Earth")]

    assert {(each.status_code, each.json["code"]) for each in answers} == {(503, "not_ready")}
    assert {each.headers["Retry-After"] for each in answers} == {"5"}
    assert len([each for each in caplog.messages if "catalogue" in each]) == 1
    assert client.post("/predict", json=EARTH).status_code == 200
    app.extensions["exohabit"].admission.process.shutdown()


def ask_both(bundle_client, monkeypatch, method, path, **sent):
    """Return the answers with and without the shortcuts, apart from the request's id."""
    found = []
    for fast in ("on", "off"):
        monkeypatch.setattr("tests.ways.Way.fast", fast)
        answer = bundle_client.open(path, method=method, **sent)
        request_id = answer.headers["X-Request-ID"].encode()
        headers = {k: v for k, v in answer.headers.items() if k != "X-Request-ID"}
        found.append((answer.status_code, answer.data.replace(request_id, b"ID"), headers))
    return found


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("POST", "/predict", {"json": "Earth"}),
        ("POST", "/predict", {"json": ["Earth", EARTH]}),
        ("POST", "/predict", {"json": "TRAPPIST-1"}),
        ("POST", "/rank?top=2", {"json": {"planets": ["Earth", EARTH, "Kepler-186 f"]}}),
        ("POST", "/rank", {"data": b'"Earth"\n"Mars"', "content_type": NDJSON}),
        ("GET", "/planets?limit=3", {}),
        ("GET", "/planets/Earth", {}),
        ("GET", "/planets/Earth/predict?pl_eqt=300", {}),
        ("GET", "/planets/nothing at all", {}),
    ],
)
def test_the_shortcuts_change_no_byte(client, monkeypatch, method, path, sent):
    on, off = ask_both(client, monkeypatch, method, path, **sent)

    for answer in (on, off):
        answer[2].pop("ETag", None)  # of an error, of which the id is a part
    assert on == off


@pytest.mark.parametrize("path", PATHS)
def test_known_planets_need_a_key_where_there_are_keys(tmp_path, stub, small, path):
    app = App(tmp_path, stub, catalog=small)

    assert app.client.get(path).status_code == 401
    assert app.client.get(path, headers=app.headers["wrong"]).status_code == 401
    assert app.client.get(path, headers=app.headers["right"]).status_code == 200


@pytest.mark.parametrize("path", [*PATHS, "/planets/nothing at all"])
def test_a_page_of_another_origin_may_read_them(stub, small, path):
    client = create_app(new_settings(origins=(PAGE,), catalog=small), stub).test_client()

    answer = client.get(path, headers={"Origin": PAGE})

    assert answer.headers["Access-Control-Allow-Origin"] == PAGE


@pytest.mark.parametrize("path", PATHS)
def test_a_look_up_counts_for_the_rate_limit(stub, small, path):
    client = create_app(new_settings(rate_limit="2/hour", catalog=small), stub).test_client()

    assert [client.get(path).status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize("path", ["/planets/Earth", "/planets/Earth/predict"])
def test_extras_of_a_known_planet_cost_as_much_as_elsewhere(stub, small, path):
    client = create_app(new_settings(rate_limit="100/hour", catalog=small), stub).test_client()

    remaining = [
        int(client.get(f"{path}{query}").headers["RateLimit-Remaining"])
        for query in ("", "?explain=true&uncertainty=true&context=true")
    ]

    assert remaining == [99, 97]


def test_metrics_name_the_template_of_a_route_and_never_a_planet(stub, small):
    client = create_app(new_settings(catalog=small), stub).test_client()
    for path in (*PATHS, "/planets/nothing at all", "/planets/One", "/planets/a%2Fb"):
        client.get(path)

    metrics, stats = client.get("/metrics").text, client.get("/stats").json

    assert 'route="/planets/<name>"' in metrics
    assert 'route="/planets/<name>/predict"' in metrics
    assert not [word for word in ("Earth", "/One", "nothing") if word in metrics]
    assert stats["by_route"]["GET /planets/<name>"] == 3


@pytest.fixture
def no_connections(monkeypatch):
    """Let every attempt to reach another machine or process fail, and record it."""
    attempts = []

    def refuse(*given, **_):
        attempts.append(given)
        raise OSError("a request must not connect")

    for name in ("connect", "connect_ex", "sendto", "sendmsg"):
        monkeypatch.setattr(socket.socket, name, refuse, raising=False)
    for name in ("create_connection", "getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        monkeypatch.setattr(socket, name, refuse)
    return attempts


def test_the_ban_on_connections_works(no_connections):
    with pytest.raises(OSError, match="must not connect"), socket.socket() as client:
        client.connect(("127.0.0.1", 9))

    assert len(no_connections) == 1


def test_no_request_connects_to_anything(bundle, no_connections):
    app = create_app(new_settings(log="off"), bundle)
    client = app.test_client()

    answers = {route: send(client, route).status_code for route in routes(app)}
    others = [
        "/planets/nothing",
        "/planets/TRAPPIST-1",
        "/planets/suggest?q=k",
        "/planets?host=sun",
    ]
    statuses = [client.get(path).status_code for path in others]
    statuses += [client.post("/rank", json=body).status_code for body in (["Earth"], ["nothing"])]

    assert answers == dict.fromkeys(EXPECTED, 200) | {"GET /predict": 400}
    assert statuses == [404, 300, 200, 200, 200, 400]
    assert no_connections == []
