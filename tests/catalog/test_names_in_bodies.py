"""Names of known planets in the bodies of /predict and /rank."""

from __future__ import annotations

import json

import pytest

from app import create_app
from exohabit.catalog.embedded import embedded_rows
from exohabit.catalog.snapshot import NoCatalog, Snapshot
from exohabit.inputs.limits import MAX_NAMED
from exohabit.inputs.readers import NDJSON
from tests.bad_requests import EARTH
from tests.catalog.small import planet, write
from tests.ways import new_settings

pytestmark = pytest.mark.usefixtures("every_way")


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


HINTED = [
    ({"name": "Earth", "pl_rade": 1}, "/planets/Earth/predict?pl_rade=1"),
    ({"pl_name": "trappist-1e", "pl_eqt": 250.5}, "/planets/TRAPPIST-1%20e/predict?pl_eqt=250.5"),
    ({"name": "Earth", "st_spectype": "K5 V"}, "/planets/Earth/predict?st_spectype=K5+V"),
    ({"name": "Earth", "pl_rade": "big"}, "/planets/Earth/predict?pl_rade=2"),
]


@pytest.mark.parametrize(("body", "address"), HINTED)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_known_planet_with_one_change_is_pointed_to_what_if(client, method, body, address):
    answer = (
        client.post("/predict", json=body)
        if method == "POST"
        else client.get("/predict", query_string=body)
    )

    assert answer.status_code == 400
    hint = f"; to change values of the known planet: GET {address}"
    assert answer.json["message"].endswith(hint)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"name": "no such planet", "pl_rade": 1},
        {"pl_rade": 1},
        {"name": 5, "pl_rade": 1},
        {"name": "x" * 300, "pl_rade": 1},
        {**EARTH, "name": "Earth", "pl_rade": -1},
        [{"name": "Earth", "pl_rade": 1}],
        {"planets": [{"name": "Earth", "pl_rade": 1}]},
    ],
)
def test_other_planets_with_problems_are_not_pointed_to_a_known_one(client, body):
    answer = client.post("/predict", json=body)

    assert answer.status_code == 400
    assert "known planet" not in answer.json["message"]


def test_a_planet_without_problems_is_not_looked_up(monkeypatch, client):
    looked_up = []
    monkeypatch.setattr(Snapshot, "look_up", lambda _, name: looked_up.append(name))

    assert predicted(client, EARTH | {"name": "Earth"})["status"] == "success"
    assert not looked_up


def test_without_a_catalogue_the_problems_are_told_all_the_same(monkeypatch, client):
    def fail(*_):
        raise NoCatalog("there is none")

    monkeypatch.setattr(Snapshot, "look_up", fail)

    answer = client.post("/predict", json={"name": "Earth", "pl_rade": 1})

    assert (answer.status_code, answer.json["problem_count"]) == (400, 4)
