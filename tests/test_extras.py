"""Optional extras beside a score, at each endpoint and in each format."""

from __future__ import annotations

import csv
import io
import json

import pytest

EARTH = {"pl_rade": 1.0, "pl_bmasse": 1.0, "pl_orbper": 365.25, "pl_eqt": 255.0, "st_spectype": "G"}
VAGUE = {**EARTH, "name": "Vague", "pl_radeerr1": 0.9, "pl_radeerr2": -0.4}
FLAT = {
    *("sentence", "score_low", "score_high", "probability_habitable", "varied_inputs"),
    *("zone", "insolation", "earth_similarity", "size_class", "definition"),
}
NOTHING = dict.fromkeys(EARTH)
ALL = "explain=true&uncertainty=true&context=true"
EXTRAS = {
    "explanation",
    "score_interval",
    "probability_habitable",
    "varied_inputs",
    "context",
}


def ask(client, path, planets, **headers):
    answer = client.post(path, json=planets, headers=headers)
    assert answer.status_code == 200, answer.json
    return answer


def test_a_plain_answer_has_no_extras(client):
    assert not EXTRAS & ask(client, "/predict", VAGUE).json.keys()
    assert not EXTRAS & ask(client, "/predict", [VAGUE]).json["predictions"][0].keys()
    assert not EXTRAS & ask(client, "/rank", [VAGUE]).json["ranked_planets"][0].keys()


def test_a_plain_request_ignores_the_errors_of_a_planet(client):
    odd = {
        **EARTH,
        "pl_radeerr1": "about ten percent",
        "pl_radeerr2": 5,
        "pl_bmassprov": ["M-R relationship"],
        "cb_flag": "yes",
    }

    assert ask(client, "/predict", odd).json == ask(client, "/predict", EARTH).json


@pytest.mark.parametrize("path", ["/predict", "/rank"])
def test_every_planet_of_a_list_has_extras_scored_or_not(client, path):
    answer = ask(client, f"{path}?{ALL}", [VAGUE, EARTH, NOTHING]).json

    planets = [
        each
        for key in ("predictions", "ranked_planets", "unscored")
        for each in answer.get(key, [])
    ]
    assert len(planets) == 3
    assert all(each.keys() >= EXTRAS for each in planets)


def test_a_bare_planet_has_extras_and_the_rest_of_the_answer_is_the_same(client):
    plain, full = (ask(client, path, VAGUE).json for path in ("/predict", f"/predict?{ALL}"))

    assert full.keys() - plain.keys() == EXTRAS
    assert {key: full[key] for key in plain} == plain
    low, high = full["score_interval"]
    assert low < full["probability_habitable"] < high


def test_a_query_with_a_planet_can_ask_for_extras(client):
    query = {key: str(value) for key, value in VAGUE.items()}

    answer = client.get("/predict", query_string={**query, "uncertainty": "true"}).json

    assert answer["score_interval"] == ask(client, f"/predict?{ALL}", VAGUE).json["score_interval"]


def test_fields_can_name_extras(client):
    answer = ask(client, f"/rank?{ALL}&fields=name,score_interval", [VAGUE]).json

    (planet,) = answer["ranked_planets"]
    assert planet.keys() == {"name", "score_interval"}


def test_a_field_that_needs_another_parameter_is_refused(client):
    answer = client.post("/rank?fields=name,explanation", json=[VAGUE])

    (problem,) = answer.json["problems"]
    assert (answer.status_code, problem["code"]) == (400, "not_asked")
    assert "explain=true" in problem["message"]


def test_a_table_has_columns_for_extras_only_on_request(client):
    def header(path):
        text = ask(client, path, [VAGUE, NOTHING], Accept="text/csv").get_data(as_text=True)
        return list(csv.DictReader(io.StringIO(text)))

    plain, full = header("/rank"), header(f"/rank?{ALL}")

    assert full[0].keys() - plain[0].keys() == FLAT
    low, chance, high = (
        float(full[0][name]) for name in ("score_low", "probability_habitable", "score_high")
    )
    assert low < chance < high
    assert full[0]["sentence"].startswith("Very likely potentially habitable")
    assert (full[0]["definition"], full[0]["zone"]) == ("1", "inside")
    assert (full[0]["size_class"], full[0]["varied_inputs"]) == ("rocky", "pl_rade")
    assert not any(full[1][name] for name in FLAT - {"definition"})


def test_no_cell_of_a_table_holds_json(client):
    for path in ("/predict", "/rank"):
        text = ask(client, f"{path}?{ALL}", [VAGUE, NOTHING], Accept="text/csv").text

        assert "{" not in text
        assert "[" not in text


@pytest.mark.parametrize("path", ["/predict", "/rank"])
def test_the_parts_of_nested_fields_can_be_asked_for_in_every_format(client, path):
    address = f"{path}?{ALL}&fields=index,{','.join(sorted(FLAT))}"

    document = ask(client, address, [VAGUE, EARTH, NOTHING]).json
    lines = ask(client, address, [VAGUE, EARTH, NOTHING], Accept="application/x-ndjson").text
    text = ask(client, address, [VAGUE, EARTH, NOTHING], Accept="text/csv").text

    planets = [
        each
        for key in ("predictions", "ranked_planets", "unscored")
        for each in document.get(key, [])
    ]
    assert [json.loads(line) for line in lines.splitlines()] == planets
    for planet, row in zip(planets, csv.DictReader(io.StringIO(text)), strict=True):
        varied = "; ".join(planet["varied_inputs"] or [])
        holds = planet["definition"]
        cells = {
            **planet,
            "varied_inputs": varied,
            "definition": None if holds is None else int(holds),
        }
        assert row == {k: "" if value is None else str(value) for k, value in cells.items()}
        full = ask(client, f"/predict?{ALL}", [[VAGUE, EARTH, NOTHING][planet["index"]]]).json
        nested = full["predictions"][0]
        assert [planet["score_low"], planet["score_high"]] == (
            nested["score_interval"] or [None, None]
        )
        assert planet["definition"] is nested["context"]["definition"]["holds"]
        for name in ("insolation", "earth_similarity", "size_class"):
            assert planet[name] == (nested["context"][name] or {"value": None})["value"]


def test_nested_fields_become_their_parts_in_a_table(client):
    address = f"/rank?{ALL}&fields=name,context,score_interval,zone"

    text = ask(client, address, [VAGUE], Accept="text/csv").text

    assert text.splitlines()[0] == (
        '"name","zone","insolation","earth_similarity","size_class","definition","score_low",'
        '"score_high"'
    )


def test_a_part_of_a_field_needs_its_parameter(client):
    answer = client.post("/rank?fields=name,zone,score_low&uncertainty=true", json=[VAGUE])

    assert [(each["code"], each["received"]) for each in answer.json["problems"]] == [
        ("not_asked", "zone")
    ]
    assert "context=true" in answer.json["message"]


def test_lines_of_json_have_extras(client):
    answer = ask(client, f"/predict?{ALL}", [VAGUE], Accept="application/x-ndjson")

    assert json.loads(answer.get_data()).keys() >= EXTRAS


def test_a_table_of_the_archive_can_be_sent_with_its_errors(client):
    rows = io.StringIO()
    writer = csv.DictWriter(rows, [*VAGUE, "pl_bmassprov", "rowupdate"])
    writer.writeheader()
    writer.writerow({**VAGUE, "pl_bmassprov": "M-R relationship", "rowupdate": "2024-01-01"})
    answer = client.post(f"/rank?{ALL}", data=rows.getvalue(), content_type="text/csv").json

    (planet,) = answer["ranked_planets"]
    assert planet["explanation"]["inputs"]["pl_bmasse"] == "derived"
    assert [each["code"] for each in planet["warnings"]] == ["computed"]
    assert planet["varied_inputs"] == ["pl_rade"]


@pytest.mark.parametrize(
    ("more", "warning"),
    [
        ({"cb_flag": 1}, ("circumbinary", "cb_flag")),
        ({"pl_controv_flag": 1}, ("controversial", "pl_controv_flag")),
        ({"pl_bmassprov": "Msini"}, ("minimum_mass", "pl_bmasse")),
        ({"cb_flag": 0, "pl_controv_flag": None, "pl_bmassprov": "Mass"}, None),
        ({"pl_bmassprov": "Msini", "pl_bmasselim": 1}, ("limit", "pl_bmasse")),
    ],
)
def test_a_flag_of_the_archive_is_a_warning_in_the_context(client, more, warning):
    planet = {**EARTH, "pl_rade": 1.5, **more}

    with_context = ask(client, "/predict?context=true", planet).json["warnings"]
    plain = ask(client, "/predict", planet).json["warnings"]

    assert [(each["code"], each["column"]) for each in with_context] == [warning] * bool(warning)
    assert [each["code"] for each in plain] == ["limit"] * ("pl_bmasselim" in more)


def test_an_address_can_have_flags(client):
    query = {key: str(value) for key, value in EARTH.items()} | {"cb_flag": "1"}

    plain = client.get("/predict", query_string=query)
    full = client.get("/predict", query_string={**query, "context": "true"})

    assert plain.status_code == 200
    assert [each["code"] for each in full.json["warnings"]] == ["circumbinary"]


def test_themes_are_the_sums_of_contributions(client):
    explanation = ask(client, "/predict?explain=true", VAGUE).json["explanation"]

    assert explanation["themes"].keys() == {"light", "size", "star"}
    total = sum(explanation["contributions"].values())
    assert sum(explanation["themes"].values()) == pytest.approx(total)


def test_venus_with_the_temperature_of_its_surface_has_no_contradicting_reason(client):
    size = {"pl_rade": 0.949, "pl_bmasse": 0.815}
    venus = {**EARTH, **size, "pl_orbper": 224.7, "pl_eqt": 737.0, "st_spectype": "G2 V"}

    sentence = ask(client, "/predict?explain=true", venus).json["explanation"]["sentence"]

    assert "against it: its equilibrium temperature, 737 K, means at least 49.2 times" in sentence
    assert "although" not in sentence
    assert "insolation counts for it" not in sentence


def test_a_dataframe_can_be_sent_with_its_errors(client):
    frame = {key: {"7": value} for key, value in VAGUE.items()}

    (planet,) = ask(client, "/rank?uncertainty=true", frame).json["ranked_planets"]
    assert (planet["row"], planet["varied_inputs"]) == ("7", ["pl_rade"])


@pytest.mark.parametrize(
    ("changes", "pointer", "code", "expected"),
    [
        ({"pl_radeerr2": 0.4}, "/pl_radeerr2", "out_of_range", "from -3200 to 0 Earth radii"),
        ({"pl_radeerr1": -0.4}, "/pl_radeerr1", "out_of_range", "from 0 to 3200 Earth radii"),
        ({"pl_radeerr1": "0.4"}, "/pl_radeerr1", "wrong_type", "from 0 to 3200 Earth radii"),
        ({"pl_radeerr1": True}, "/pl_radeerr1", "wrong_type", "from 0 to 3200 Earth radii"),
        ({"pl_bmassprov": 5}, "/pl_bmassprov", "wrong_type", "text"),
        ({"cb_flag": True}, "/cb_flag", "wrong_type", "0, 1 or null"),
        ({"pl_controv_flag": 2}, "/pl_controv_flag", "wrong_type", "0, 1 or null"),
    ],
)
@pytest.mark.parametrize("parameter", ["explain", "uncertainty", "context"])
def test_invalid_errors_are_refused_where_they_are_used(
    client, parameter, changes, pointer, code, expected
):
    answer = client.post(f"/predict?{parameter}=true", json={**VAGUE, **changes})

    assert answer.status_code == 400
    (problem,) = answer.json["problems"]
    assert (problem["pointer"], problem["code"]) == (pointer, code)
    assert expected in problem["expected"]


def test_the_limit_of_explained_planets_is_named(client):
    answer = client.post("/rank?explain=true", json=[EARTH] * 2001)

    assert (answer.status_code, answer.json["code"]) == (413, "too_many_planets")
    assert "2,001 planets" in answer.json["message"]
    assert "at most 2,000" in answer.json["message"]
    limits = client.get("/model").json["limits"]
    assert (limits["planets_explained"], limits["planets_with_intervals"]) == (2_000, 10_000)


def test_the_limit_of_a_ranking_by_intervals_says_what_to_do_instead(client):
    answer = client.post("/rank?order_by=score_low&top=5", json=[EARTH] * 10_001)

    assert (answer.status_code, answer.json["code"]) == (413, "too_many_planets")
    assert "order_by=score_low needs the interval of every planet" in answer.json["message"]
    assert "rank by the score with top=10000" in answer.json["message"]


def test_a_misspelt_error_is_a_warning_where_errors_are_used(client):
    misspelt = {**EARTH, "pl_radeeer1": 0.1}

    (warning,) = ask(client, "/predict?uncertainty=true", misspelt).json["warnings"]
    assert (warning["code"], warning["column"]) == ("near_miss", "pl_radeerr1")


def test_a_ranking_by_the_lower_end_puts_planets_without_an_interval_last(client):
    sure = {**VAGUE, "name": "Sure", "pl_radeerr1": 0.01, "pl_radeerr2": -0.01, "pl_rade": 1.4}
    cool, hot = {**EARTH, "name": "Cool"}, {**EARTH, "name": "Hot", "pl_eqt": 330.0}

    answer = ask(client, "/rank?order_by=score_low", [cool, VAGUE, sure, NOTHING, hot]).json

    ranked = answer["ranked_planets"]
    ends = [each["score_interval"] for each in ranked]
    assert [each["name"] for each in ranked] == ["Sure", "Vague", "Cool", "Hot"]
    assert [each["index"] for each in answer["unscored"]] == [3]
    assert ends[0][0] > ends[1][0]
    assert ends[2:] == [None, None]


def test_only_the_listed_planets_of_a_ranking_by_the_lower_end_are_explained(client):
    sure = {**VAGUE, "name": "Sure", "pl_radeerr1": 0.01, "pl_radeerr2": -0.01, "pl_rade": 1.4}
    address = "/rank?order_by=score_low&explain=true"

    whole = ask(client, address, [VAGUE, sure, EARTH]).json["ranked_planets"]
    cut = ask(client, f"{address}&top=1", [VAGUE, sure, EARTH]).json["ranked_planets"]
    answer = client.post(f"{address}&top=1", json=[EARTH] * 2001)

    assert [each["name"] for each in cut] == ["Sure"]
    assert cut == whole[:1]
    assert answer.status_code == 200
