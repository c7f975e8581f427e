"""Routes of known planets, and names in the bodies of /predict and /rank."""

from __future__ import annotations

import csv
import io
import json
import socket
from urllib.parse import quote

import pytest

from app import create_app
from exohabit.catalog import routes as routes_of_planets
from exohabit.catalog.embedded import embedded_rows
from exohabit.catalog.listing import list_planets
from exohabit.inputs.limits import MAX_NAMED
from tests.bad_requests import EARTH
from tests.catalog.small import ROWS, planet, write
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
    query = {"min_score": 2, **fields}

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


def test_a_list_is_asked_for_by_its_tag_each_time(client):
    first = client.get("/planets?limit=2")
    again = client.get("/planets?limit=2", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == again.headers["Cache-Control"] == "no-cache"
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("path", ["/planets/Earth", "/planets/Earth/predict?pl_eqt=300"])
def test_one_planet_is_asked_for_by_its_tag_each_time(client, path):
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "no-cache"
    assert again.status_code == 304


def test_the_tag_differs_by_query_and_format(client):
    queries = ["", "?limit=2", "?limit=3", "?limit=2&fields=name"]
    tags = {client.get(f"/planets{query}").headers["ETag"] for query in queries}
    tags |= {
        client.get("/planets", headers={"Accept": each}).headers["ETag"] for each in (CSV, NDJSON)
    }

    assert len(tags) == 6


def test_an_unchanged_list_costs_no_query_and_a_changed_program_changes_its_tag(
    client, monkeypatch
):
    tag = client.get("/planets?limit=3").headers["ETag"]
    asked = []
    monkeypatch.setattr(
        routes_of_planets,
        "list_planets",
        lambda *given: asked.append(given) or list_planets(*given),
    )

    unchanged = client.get("/planets?limit=3", headers={"If-None-Match": tag})
    monkeypatch.setattr(routes_of_planets, "__version__", "0.0.1")
    changed = client.get("/planets?limit=3", headers={"If-None-Match": tag})

    assert (unchanged.status_code, changed.status_code) == (304, 200)
    assert len(asked) == 1
    assert changed.headers["ETag"] != tag
    assert len(changed.json["planets"]) == 3


@pytest.fixture
def small(tmp_path):
    """A small catalogue, which the stub of the model need not score first."""
    return write(tmp_path / "catalog", [*ROWS, planet("Earth")])


@pytest.fixture
def replaceable(stub, tmp_path):
    path = write(tmp_path / "catalog")
    return path, create_app(new_settings(catalog=path), stub).test_client()


def test_the_tag_changes_with_the_catalogue_and_the_next_answer_is_from_the_new_one(replaceable):
    path, client = replaceable
    before = client.get("/planets")
    write(path, [planet("New b", 4.0)])

    after = client.get("/planets", headers={"If-None-Match": before.headers["ETag"]})

    assert after.status_code == 200
    assert [each["name"] for each in after.json["planets"]] == ["New b"]
    assert client.get("/planets/One b").status_code == 404
    assert client.post("/predict", json="New b").json["score"] == pytest.approx(0.4)
    assert client.get("/planets/suggest?q=on").json["names"] == []


def test_with_keys_a_list_is_not_for_shared_caches(tmp_path, stub, small):
    app = App(tmp_path, stub, catalog=small)

    answer = app.client.get("/planets", headers=app.headers["right"])

    assert answer.headers["Cache-Control"] == "private, no-cache"


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


def predicted(client, body, **headers):
    answer = client.post("/predict", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_one_name_alone_is_one_planet(client):
    answer = predicted(client, "earth")

    described = client.get("/planets/Earth").json
    same = ("name", "score", "prediction", "label", "warnings", "threshold", "model_version")
    assert answer == {"status": "success"} | {key: described[key] for key in same}


@pytest.mark.parametrize("wrap", [lambda names: names, lambda names: {"planets": names}])
def test_names_and_objects_may_be_mixed(client, wrap):
    mine = EARTH | {"name": "mine"}
    body = wrap(["TRAPPIST-1 e", mine, "earth", {**mine, "hostname": "Sun"}])

    found = predicted(client, body)["predictions"]

    assert [each["name"] for each in found] == ["TRAPPIST-1 e", "mine", "Earth", "mine"]
    for name, each in (("TRAPPIST-1 e", found[0]), ("Earth", found[2])):
        described = client.get(f"/planets/{name}").json
        assert (each["score"], each["warnings"]) == (described["score"], described["warnings"])
    assert found[1]["score"] == predicted(client, mine)["score"]
    assert found[1]["warnings"] == predicted(client, [mine])["predictions"][0]["warnings"]


def test_lines_of_ndjson_may_be_names(client):
    body = b'"Earth"\n\n{"name": "mine", "pl_rade": 1, "pl_bmasse": null, "pl_orbper": null, '
    body += b'"pl_eqt": 255, "st_spectype": "G"}\n"TRAPPIST-1 e"\n'

    answer = client.post("/rank", data=body, content_type=NDJSON).json

    assert {each["name"] for each in answer["ranked_planets"]} == {"Earth", "mine", "TRAPPIST-1 e"}


def test_a_planet_by_name_about_which_too_little_is_known_is_unscored(client):
    name = next(
        row["pl_name"] for row in embedded_rows() if not row["pl_rade"] and not row["pl_bmasse"]
    )

    answer = client.post("/rank", json=["Earth", name]).json

    assert [each["name"] for each in answer["unscored"]] == [name]
    single = client.post("/predict", json=name)
    assert (single.status_code, single.json["code"]) == (400, "not_enough_data")


def test_ambiguous_and_unknown_names_are_told_with_pointers_and_choices(client):
    body = {"planets": ["TRAPPIST-1", "Earth", {**EARTH, "pl_rade": -1}, "Keplr-186 f"]}

    answer = client.post("/rank", json=body)

    problems = {each["pointer"]: each for each in answer.json["problems"]}
    assert (answer.status_code, answer.json["code"]) == (400, "invalid_input")
    assert {pointer: each["code"] for pointer, each in problems.items()} == {
        "/planets/0": "ambiguous_name",
        "/planets/3": "unknown_planet",
        "/planets/2/pl_rade": "out_of_range",
    }
    assert problems["/planets/0"]["choices"] == [f"TRAPPIST-1 {letter}" for letter in "bcdefgh"]
    assert problems["/planets/3"]["choices"][0] == "Kepler-186 f"


def test_an_unknown_name_in_a_line_is_told_with_its_line(client):
    answer = client.post("/predict", data=b'"Earth"\n\n"Erth"\n', content_type=NDJSON)

    (problem,) = answer.json["problems"]
    assert (problem["code"], problem["line"]) == ("unknown_planet", 3)
    assert "Earth" in problem["choices"]


def test_an_unknown_name_alone_is_told(client):
    answer = client.post("/predict", json="Erth")

    assert answer.status_code == 400
    assert answer.json["problems"][0]["pointer"] == ""
    assert "Earth" in answer.json["problems"][0]["choices"]


@pytest.mark.parametrize(
    "name", ["", "\0", "\U0001f30d", "x" * 201, "x" * 10**5, "@{name=x}", "null"]
)
def test_odd_names_in_a_body_are_refused(client, name):
    for body in (name, [name], {"planets": [name, EARTH]}):
        answer = client.post("/predict", json=body)
        assert (answer.status_code, answer.json["code"]) == (400, "invalid_input")
        assert len(answer.data) < 2000


@pytest.mark.parametrize(
    "query", ["explain=true", "uncertainty=true", "context=true", "fields=name,score"]
)
def test_extras_and_fields_work_with_names(client, query):
    row = next(row for row in embedded_rows() if row["pl_name"] == "Kepler-186 f")
    named = client.post(f"/rank?{query}", json=["Kepler-186 f", "Earth"])
    sent = client.post(f"/rank?{query}", json=[row, "Earth"])

    assert named.status_code == 200
    assert named.data == sent.data


def test_more_names_than_allowed_are_refused_and_as_many_are_not(client):
    answer = client.post("/rank?top=1", json=["Earth"] * (MAX_NAMED + 1))
    problem = answer.json["message"]

    assert (answer.status_code, answer.json["code"]) == (413, "too_many_planets")
    assert "10,000 names" in problem
    assert client.post("/rank?top=1", json=["Earth"] * MAX_NAMED).status_code == 200


@pytest.mark.parametrize("name", ["no such planet", "TRAPPIST-1", "x" * 200])
def test_many_wrong_names_are_counted_and_a_hundred_are_listed(client, name):
    answer = client.post("/rank", json=[name] * 3000)

    assert answer.status_code == 400
    assert answer.json["problem_count"] == 3000
    assert len(answer.json["problems"]) == 100
    assert len(answer.data) < 60_000


def test_names_are_looked_up_in_the_process_for_large_requests(client):
    small = client.post("/rank?fields=name,score", json=["Earth", "TRAPPIST-1 e"]).json
    body = json.dumps(["Earth", "TRAPPIST-1 e"]).encode() + b" " * 2**20

    large = client.post("/rank?fields=name,score", data=body, content_type="application/json")
    wrong = client.post(
        "/rank", data=body.replace(b"Earth", b"Erth"), content_type="application/json"
    )

    assert client.application.extensions["exohabit"].admission.process._pool is not None
    assert large.json == small
    assert "Earth" in wrong.json["problems"][0]["choices"]


def test_a_large_body_follows_the_catalogue_too(stub, tmp_path):
    path = write(tmp_path / "catalog")
    app = create_app(new_settings(catalog=path, large_kib=1), stub)
    client = app.test_client()

    def large(name):
        body = json.dumps([name]).encode() + b" " * 2000
        return client.post("/predict", data=body, content_type="application/json")

    try:
        assert large("One b").json["predictions"][0]["score"] == pytest.approx(0.1)
        write(path, [planet("New b", 4.0)])
        assert large("New b").json["predictions"][0]["score"] == pytest.approx(0.4)
        assert large("One b").status_code == 400
        path.unlink()
        assert large("New b").status_code == 200
    finally:
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
