"""Answers as tables: what pandas and astropy make of them."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest

from tests.archive_data import CATALOG, needs_archive

EARTH = {"pl_rade": 1.0, "pl_bmasse": 1.0, "pl_orbper": 365.25, "pl_eqt": 255.0, "st_spectype": "G"}
PLANETS = [
    {
        **EARTH,
        **{"name": "Earth", "pl_radeerr1": 0.1, "pl_radeerr2": -0.1},
        **{"sy_dist": 12.5, "dec": "-12.30", "ra": 7, "note": 'a "b", {c}'},
    },
    {**EARTH, "name": "=1+1", "st_spectype": "WD", "dec": "+7", "ra": 8, "note": "-"},
    {**dict.fromkeys(EARTH), "name": "unknown", "dec": None, "ra": 9},
]
ADDRESS = "explain=true&uncertainty=true&context=true&keep=sy_dist,dec,ra,note"
NUMBERS = (
    *("score", "score_low", "score_high", "probability_habitable", "insolation"),
    *("earth_similarity", "sy_dist", "dec"),
)
TEXTS = ("name", "warnings", "sentence", "varied_inputs", "zone", "size_class", "note")
INTEGERS = ("index", "prediction", "definition", "ra")


def table_of(client, path: str, more: str = "") -> str:
    answer = client.post(f"{path}?{ADDRESS}{more}", json=PLANETS, headers={"Accept": "text/csv"})
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize("path", ["/predict", "/rank"])
def test_pandas_reads_a_table_with_the_right_types(client, path):
    pandas = pytest.importorskip("pandas")

    frame = pandas.read_csv(io.StringIO(table_of(client, path)))

    of_numbers = [*NUMBERS, "prediction", "definition"]  # with gaps, pandas needs floats
    assert {str(frame[name].dtype) for name in of_numbers} == {"float64"}
    assert {str(frame[name].dtype) for name in ("index", "ra")} == {"int64"}
    assert all(pandas.api.types.is_string_dtype(frame[name]) for name in TEXTS)
    expected = client.post(f"{path}?{ADDRESS}", json=PLANETS).json
    planets = {
        each["index"]: each
        for key in ("predictions", "ranked_planets", "unscored")
        for each in expected.get(key, [])
    }
    for row in frame.to_dict("records"):
        planet = planets[row["index"]]
        assert row["score"] == pytest.approx(planet.get("score") or np.nan, rel=0, nan_ok=True)


def test_pandas_reads_a_cut_ranking_without_gaps(client):
    pandas = pytest.importorskip("pandas")

    frame = pandas.read_csv(io.StringIO(table_of(client, "/rank", "&top=20")))

    assert len(frame) == 2
    assert {str(frame[name].dtype) for name in INTEGERS} == {"int64"}
    assert "reason" not in frame


@pytest.mark.parametrize("path", ["/predict", "/rank"])
def test_astropy_reads_a_table_with_the_right_types(client, path):
    reason = "astropy is in requirements-dev.txt only"
    table = pytest.importorskip("astropy.table", reason=reason)

    found = table.Table.read(table_of(client, path), format="ascii.csv")

    assert {found[name].dtype.kind for name in NUMBERS} == {"f"}
    assert {found[name].dtype.kind for name in INTEGERS} == {"i"}
    assert {found[name].dtype.kind for name in TEXTS} == {"U"}
    unknown = found[[*found["index"]].index(2)]
    assert all(unknown[name] is np.ma.masked for name in ("score", "insolation", "sy_dist", "dec"))


@pytest.mark.parametrize("path", ["/predict", "/rank"])
def test_kept_columns_are_the_same_in_every_format(client, path):
    kept = ("sy_dist", "dec", "ra", "note")
    sent = {i: {name: planet.get(name) for name in kept} for i, planet in enumerate(PLANETS)}
    address = f"{path}?keep={','.join(kept)}"

    def ask(**headers):
        lines = b"".join(json.dumps(each).encode() + b"\n" for each in PLANETS)
        answer = client.post(
            address, data=lines, content_type="application/x-ndjson", headers=headers
        )
        return answer, client.post(address, json={"planets": PLANETS}, headers=headers)

    for answer in ask():
        planets = [
            each
            for key in ("predictions", "ranked_planets", "unscored")
            for each in answer.json.get(key, [])
        ]
        assert {each["index"]: {name: each[name] for name in kept} for each in planets} == sent
    for answer in ask(Accept="application/x-ndjson"):
        planets = [json.loads(line) for line in answer.text.splitlines()]
        assert {each["index"]: {name: each[name] for name in kept} for each in planets} == sent
    for answer in ask(Accept="text/csv"):
        assert '12.5,"-12.30",7,"a ""b"", {c}"' in answer.text
        assert """,8,"-"\r\n""" in answer.text


def test_kept_columns_change_no_score(client):
    plain = client.post("/rank", json=PLANETS).json
    kept = client.post("/rank?keep=*", json=PLANETS).json

    own = plain["ranked_planets"][0].keys()
    assert [{name: each[name] for name in own} for each in kept["ranked_planets"]] == plain[
        "ranked_planets"
    ]
    assert kept["ranked_planets"][0]["pl_rade"] == 1.0
    assert kept["unscored"][0]["pl_rade"] is None


@pytest.mark.parametrize("name", ["score", "index", "zone", "problems"])
def test_a_column_with_the_name_of_a_field_is_not_kept(client, name):
    planets = [{**EARTH, name: "mine"}]

    refused = client.post(f"/rank?keep={name}", json=planets)
    everything = client.post("/rank?keep=*", json=planets).json["ranked_planets"][0]

    assert (refused.status_code, refused.json["problems"][0]["parameter"]) == (400, "keep")
    assert everything.get(name) != "mine"


def test_a_bare_planet_and_a_known_one_can_keep_columns(client):
    bare = client.post("/predict?keep=sy_dist", json=PLANETS[0]).json
    table = client.post("/predict?keep=dec", json=PLANETS[0], headers={"Accept": "text/csv"}).text
    known = client.post("/rank?keep=hostname", json={"planets": ["TRAPPIST-1 e"]}).json

    assert bare["sy_dist"] == 12.5
    assert table.splitlines()[1].endswith(',"-12.30"')
    assert known["ranked_planets"][0]["hostname"] == "TRAPPIST-1"


@pytest.mark.parametrize("keep", ["pl_rade", "name,pl_rade", "*"])
def test_columns_of_planets_without_any_other_key_can_be_kept(client, keep):
    planet = {**EARTH, "name": "Earth", "pl_rade": 1}

    bare = client.post(f"/predict?keep={keep}", json=planet).json
    (listed,) = client.post(f"/predict?keep={keep}", json=[planet]).json["predictions"]
    (ranked,) = client.post(f"/rank?keep={keep}", json=[planet]).json["ranked_planets"]

    for answer in (bare, listed, ranked):
        assert (answer["pl_rade"], answer["name"]) == (1, "Earth")
        assert ("pl_eqt" in answer) == (keep == "*")


def test_many_planets_keep_their_own_values(client):
    planets = [{**EARTH, "pl_rade": 0.5 + i / 5_000, "id": i} for i in range(5_000)]
    planets[7]["pl_rade"] = planets[7]["pl_bmasse"] = None

    answer = client.post("/rank?keep=id&fields=index", json=planets).json

    assert len(answer["ranked_planets"]) == 4_999
    assert all(each["id"] == each["index"] for each in answer["ranked_planets"])
    assert answer["unscored"] == [{"index": 7, "id": 7}]


def test_an_empty_ranking_is_a_table_with_the_same_header(client):
    header = table_of(client, "/rank", "&top=5").splitlines()[0]

    assert table_of(client, "/rank", "&top=5&min_score=1").splitlines() == [header]


@needs_archive
def test_the_best_twenty_of_the_archive_are_twenty_rows_in_every_format(client):
    body = CATALOG.read_bytes()

    def ask(accept):
        headers = {"Accept": accept}
        return client.post("/rank?top=20", data=body, content_type="text/csv", headers=headers)

    document = ask("application/json").json
    assert len(document["ranked_planets"]) == len(ask("application/x-ndjson").text.splitlines())
    assert len(ask("text/csv").text.splitlines()) == 1 + 20
    assert (len(document["ranked_planets"]), document["unscored_count"]) == (20, 291)
    assert "unscored" not in document
