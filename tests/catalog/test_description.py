from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from app import create_app
from exohabit.catalog.description import Known, describe
from exohabit.catalog.embedded import embedded_info, embedded_rows, embedded_scores
from exohabit.catalog.rows import ALL_COLUMNS
from exohabit.inputs.query import NO_QUERY
from exohabit.inputs.readers import JSON
from exohabit.outputs.inference_types import InferenceRequest
from exohabit.science.columns import BY_NAME
from tests.archive_data import CATALOG, needs_archive
from tests.catalog.small import planet, write
from tests.ways import new_settings

ROWS = {row["pl_name"]: dict.fromkeys(ALL_COLUMNS) | row for row in embedded_rows()}
SCORES = dict(zip(ROWS, embedded_scores().values, strict=True))
KEPLER = "Kepler-186 f"
"""Its mass was computed from its radius, and its eccentricity is a limit."""
FROM_MASS = "Proxima Cen b"
"""Its radius was computed from its mass."""


def get(client, name, /, **query):
    return client.get(f"/planets/{quote(name)}", query_string=query)


def what_if(client, name, /, **query):
    answer = client.get(f"/planets/{quote(name)}/predict", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json


def predict(client, **query):
    """Return a function that scores a planet as /predict does with a list of one."""

    def score(planet):
        answer = client.post("/predict", query_string=query, json=[planet])
        assert answer.status_code == 200, answer.text
        return answer.json["predictions"][0]

    return score


def scores_by_rank(client, **sent) -> dict[str, float | None]:
    answer = client.post("/rank", **sent).json
    scores = {each["name"]: each["score"] for each in answer["ranked_planets"]}
    return scores | {each["name"]: None for each in answer["unscored"]}


def described(bundle, names) -> dict[str, float | None]:
    """Return scores of planets, each described as a request for it would be."""
    request = InferenceRequest(b"", JSON, NO_QUERY, JSON)
    known = (Known(ROWS[name], [], embedded_info()) for name in names)
    answers = [json.loads(describe(each, bundle, request).content) for each in known]
    return {each["name"]: each["score"] for each in answers}


@pytest.mark.slow
def test_every_score_is_that_of_the_list_the_ranking_and_the_file_to_the_bit(client, bundle):
    listed = scores_by_rank(client, json=[*ROWS.values()])
    named = scores_by_rank(client, json=[*ROWS])

    assert described(bundle, ROWS) == SCORES
    assert listed == SCORES
    assert named == SCORES
    assert sum(score is None for score in SCORES.values()) > 100


def test_the_score_of_every_tenth_planet_is_that_of_the_catalogue_to_the_bit(bundle):
    names = [*ROWS][::10]

    assert described(bundle, names) == {name: SCORES[name] for name in names}


@needs_archive
def test_every_score_is_that_of_the_archives_file_to_the_bit(client):
    table = scores_by_rank(client, data=CATALOG.read_bytes(), content_type="text/csv")

    assert len(table) == 6065
    assert table == {name: SCORES[name] for name in table}


@pytest.mark.parametrize("name", [*ROWS][::400])
def test_the_route_gives_the_same_score_as_a_list_with_the_catalogues_row(client, name):
    row = ROWS[name]
    answer, expected = get(client, name).json, predict(client)(row)

    same = ("name", "score", "prediction", "label")
    assert {key: answer[key] for key in same} == {key: expected[key] for key in same}
    assert answer["warnings"][: len(expected["warnings"])] == expected["warnings"]
    assert answer.get("reason") == expected.get("reason")
    assert {key: answer["planet"][key] for key in row} == row


@pytest.mark.parametrize("name", [KEPLER, "HD 168443 b", "Earth"])
def test_the_warnings_are_those_of_a_list_with_the_catalogues_row_and_its_flags(client, name):
    answer, expected = get(client, name).json, predict(client, context="true")(ROWS[name])

    def texts(planet):
        return {(each["code"], each["column"], each["message"]) for each in planet["warnings"]}

    assert texts(answer) == texts(expected) == texts(get(client, name, context="true").json)


FLAGGED = {KEPLER: "controversial", "HD 168443 b": "minimum_mass"}


@pytest.mark.parametrize(("name", "code"), FLAGGED.items())
def test_flags_of_the_catalogue_are_warned_of(client, name, code):
    assert code in {each["code"] for each in get(client, name).json["warnings"]}


def test_what_is_computed_is_named_and_warned_of(client):
    answer = get(client, KEPLER).json

    assert answer["computed"] == ["pl_bmasse"]
    assert ("computed", "pl_bmasse") in {(w["code"], w["column"]) for w in answer["warnings"]}
    assert get(client, "Earth").json["computed"] == []
    assert get(client, FROM_MASS).json["computed"] == ["pl_rade"]


def test_too_little_known_is_an_answer_with_the_reason(client):
    name = next(name for name, score in SCORES.items() if score is None)

    answer = get(client, name)

    assert answer.status_code == 200
    assert (answer.json["score"], answer.json["prediction"], answer.json["label"]) == (None,) * 3
    assert "known" in answer.json["reason"]
    assert "reason" not in get(client, KEPLER).json


@pytest.mark.parametrize("extra", ["explain", "uncertainty", "context"])
def test_extras_are_those_of_a_list_with_the_catalogues_row(client, extra):
    keys = {
        "explain": ["explanation"],
        "uncertainty": ["score_interval", "probability_habitable", "varied_inputs"],
        "context": ["context"],
    }[extra]

    answer = get(client, KEPLER, **{extra: "true"}).json

    expected = predict(client, **{extra: "true"})(ROWS[KEPLER])
    assert {key: answer[key] for key in keys} == {key: expected[key] for key in keys}
    assert set(answer) - set(get(client, KEPLER).json) == {*keys}


@pytest.mark.parametrize("extra", ["explain", "uncertainty", "context"])
def test_extras_of_a_planet_without_a_score_and_of_the_solar_system_are_answered(client, extra):
    unscored = [name for name, score in SCORES.items() if score is None]

    for name in (*unscored[:5], *[*ROWS][:9]):
        assert get(client, name, **{extra: "true"}).status_code == 200


def test_without_values_a_what_if_is_the_catalogues_planet(client):
    answer, own = what_if(client, KEPLER), get(client, KEPLER).json

    assert answer["replaced"] == {}
    assert answer["score"] == answer["catalog_score"] == own["score"]
    assert answer["warnings"] == [w for w in own["warnings"] if w["code"] != FLAGGED[KEPLER]]
    assert answer["provenance"] == own["provenance"]


def test_a_given_value_replaces_the_catalogues_and_both_scores_are_told(client):
    answer = what_if(client, KEPLER, pl_insol="900", pl_eqt="1500")

    expected = predict(client)(
        ROWS[KEPLER] | {"pl_insol": 900, "pl_eqt": 1500, "pl_insolerr1": None, "pl_insolerr2": None}
    )
    assert answer["score"] == expected["score"] < 0.1
    assert answer["catalog_score"] == get(client, KEPLER).json["score"]
    assert answer["replaced"] == {
        "pl_insol": {"catalog": 0.3, "given": 900},
        "pl_eqt": {"catalog": 177, "given": 1500},
    }
    assert (answer["prediction"], answer["label"]) == (expected["prediction"], expected["label"])


def test_an_empty_value_means_unknown(client):
    answer = what_if(client, KEPLER, pl_eqt="")

    assert answer["score"] == predict(client)(ROWS[KEPLER] | {"pl_eqt": None})["score"]
    assert answer["replaced"] == {"pl_eqt": {"catalog": 177, "given": None}}


def test_too_little_left_is_an_answer_with_the_reason_and_the_catalogues_score(client):
    answer = what_if(client, KEPLER, pl_rade="")

    assert (answer["score"], answer["prediction"]) == (None, None)
    assert "neither radius nor mass" in answer["reason"]
    assert answer["catalog_score"] > 0.5


def test_a_planet_that_had_no_score_gets_one_from_given_values(client):
    name = next(
        name for name, score in SCORES.items() if score is None and ROWS[name]["pl_rade"] is None
    )

    answer = what_if(client, name, pl_rade="1", pl_eqt="255", st_spectype="G2 V")

    assert answer["catalog_score"] is None
    assert answer["score"] is not None


@pytest.mark.parametrize(
    ("name", "base", "computed"),
    [(KEPLER, "pl_rade", "pl_bmasse"), (FROM_MASS, "pl_bmasse", "pl_rade")],
)
def test_a_size_computed_from_a_replaced_one_is_dropped(client, name, base, computed):
    answer = what_if(client, name, **{base: "1.5"})

    bare = {
        key: value
        for key, value in ROWS[name].items()
        if (key in BY_NAME and key != computed) or key in ("pl_name", "pl_orbeccenlim")
    }
    expected = predict(client)(bare | {base: 1.5, computed: None})
    assert answer["score"] == expected["score"]
    assert computed not in answer["replaced"]


def test_a_measured_size_stays_when_the_other_is_replaced(client):
    answer = what_if(client, "TRAPPIST-1 e", pl_bmasse="0.8")

    bare = {key: value for key, value in ROWS["TRAPPIST-1 e"].items() if key in BY_NAME}
    assert answer["score"] == predict(client)(bare | {"pl_bmasse": 0.8})["score"]


def test_a_computed_size_may_be_given_itself(client):
    answer = what_if(client, KEPLER, pl_bmasse="1.2")

    bare = {key: value for key, value in ROWS[KEPLER].items() if key in BY_NAME}
    expected = predict(client)(bare | {"pl_bmasse": 1.2, "pl_orbeccen": None})
    assert answer["score"] == expected["score"]
    assert "computed" not in {each["code"] for each in answer["warnings"]}


def test_the_limit_flag_of_a_replaced_value_is_dropped(client):
    own = what_if(client, KEPLER)["warnings"]
    replaced = what_if(client, KEPLER, pl_orbeccen="0.1", pl_insol="", pl_eqt="")["warnings"]

    assert "limit" in {each["code"] for each in own}
    assert "limit" not in {each["code"] for each in replaced}


def test_a_limit_flag_and_errors_may_be_given(client):
    answer = what_if(
        client, KEPLER, pl_insol="0.3", pl_insollim="1", pl_eqterr1="5", uncertainty="true"
    )

    assert ("limit", "pl_insol") in {(w["code"], w["column"]) for w in answer["warnings"]}
    assert answer["replaced"]["pl_insollim"] == {"catalog": 0, "given": 1}
    assert answer["replaced"]["pl_eqterr1"] == {"catalog": None, "given": 5}


def test_errors_of_a_replaced_value_are_dropped(client):
    own = what_if(client, KEPLER, uncertainty="true")
    replaced = what_if(client, KEPLER, pl_insol="0.3", pl_rade="1.17", uncertainty="true")

    assert {"pl_insol", "pl_rade"} <= {*own["varied_inputs"]}
    assert {"pl_insol", "pl_rade"}.isdisjoint(replaced["varied_inputs"])


STAR = ["st_teff", "st_rad", "st_mass"]
LIGHT = ["pl_insol", "pl_eqt"]
ORBIT = ["pl_orbper", "pl_orbsmax"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"pl_orbper": "10"}, [("kept_light", LIGHT), ("kept_orbit", ["pl_orbsmax"])]),
        ({"pl_orbsmax": "1"}, [("kept_light", LIGHT), ("kept_orbit", ["pl_orbper"])]),
        ({"pl_orbsmax": "1", "pl_orbper": ""}, [("kept_light", LIGHT)]),
        ({"pl_orbsmax": "1", "pl_orbper": "300"}, [("kept_light", LIGHT)]),
        ({"pl_orbeccen": "0.1", "pl_eqt": ""}, [("kept_light", ["pl_insol"])]),
        (
            {"pl_orbeccen": "0.1", "pl_insol": "5"},
            [("kept_light", ["pl_eqt"]), ("kept_light", ["pl_eqt", *ORBIT])],
        ),
        ({"pl_orbeccen": "0.1", "pl_eqt": "", "pl_insol": ""}, []),
        ({"st_spectype": "G2 V"}, [("kept_light", LIGHT), ("kept_star", STAR)]),
        (
            {"st_teff": "5800"},
            [("kept_light", LIGHT), ("kept_star", ["st_spectype", *STAR[1:]])],
        ),
        ({"st_mass": "0.6"}, [("kept_light", LIGHT)]),
        ({"pl_orbper": "", "st_teff": ""}, []),
        ({"pl_bmasse": "2"}, [("kept_size", ["pl_rade"])]),
        ({"pl_bmasse": "2", "pl_rade": "1.3"}, []),
        ({"pl_rade": "2"}, []),
        ({"pl_insol": "2", "pl_eqt": ""}, [("kept_light", ORBIT)]),
        ({"pl_eqt": "300"}, [("kept_light", ["pl_insol", *ORBIT])]),
        ({"pl_eqt": "300", "pl_insol": "", "pl_orbper": "", "pl_orbsmax": "1"}, []),
    ],
)
def test_values_of_the_catalogue_that_still_count_beside_others_are_warned_of(client, given, kept):
    warnings = what_if(client, KEPLER, **given)["warnings"]

    found = [each for each in warnings if each["code"].startswith("kept")]
    assert [each["code"] for each in found] == [code for code, _ in kept]
    for each, (_, names) in zip(found, kept, strict=True):
        verb = "count" if len(names) > 1 else "counts"
        message = each["message"]
        listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        assert each["column"] == names[0]
        assert message.startswith(f"{listed} of the catalogue still {verb},")
        assert f"send {'&'.join(f'{name}=' for name in names)} to" in message


def test_a_measured_mass_that_stays_when_the_radius_changes_is_warned_of(client):
    warnings = what_if(client, "Earth", pl_rade="10")["warnings"]

    assert ("kept_size", "pl_bmasse") in {(each["code"], each["column"]) for each in warnings}
    assert "kept_size" not in str(what_if(client, "Earth", pl_rade="10", pl_bmasse="")["warnings"])


@pytest.mark.parametrize("end", ["", "/predict", "?uncertainty=true", "/predict?uncertainty=true"])
def test_a_value_of_the_catalogue_that_is_refused_does_not_blame_the_client(stub, tmp_path, end):
    wrong = planet("Wrong b", 1.0, pl_eqt=-5.0)
    settings = new_settings(catalog=write(tmp_path / "catalog", [wrong]))
    client = create_app(settings, stub).test_client()

    answer = client.get(f"/planets/Wrong b{end}")

    assert (answer.status_code, answer.json["code"]) == (503, "not_ready")
    assert "A value of Wrong b in the catalogue is refused: pl_eqt" in answer.json["message"]


def test_wrong_values_are_named_by_their_parameters(client):
    query = {"pl_rade": "x", "pl_eqt": "-1", "st_spectype": "Klingon", "pl_insolerr1": "-1"}
    answer = client.get("/planets/Earth/predict", query_string=query | {"uncertainty": "true"})

    assert (answer.status_code, answer.json["code"]) == (400, "invalid_input")
    assert {each["parameter"] for each in answer.json["problems"]} == {*query}
    assert all("value" in each["message"] for each in answer.json["problems"])


@pytest.mark.parametrize("key", ["name", "pl_name"])
@pytest.mark.parametrize("name", ["My world", "Venus", "x" * 201])
def test_a_given_name_neither_renames_nor_changes_the_planet(client, key, name):
    answer = what_if(client, "Earth", **{key: name})

    assert (answer["name"], answer["replaced"]) == ("Earth", {})
    assert answer["score"] == answer["catalog_score"]
