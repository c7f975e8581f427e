"""An adopted model in the service: every answer, and what they say about whose model it is."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xgboost as xgb

import inference
from app import create_app
from bench.servers import free_port, start
from exohabit.fast.few_planets import predict_few, rank_few
from exohabit.inputs.query import NO_QUERY
from exohabit.inputs.readers import JSON
from exohabit.outputs.inference_types import InferenceRequest
from exohabit.scoring.bundle import Bundle
from exohabit.scoring.manifest import MODEL, BundleError
from exohabit.service.settings import Settings
from tests.bad_requests import EARTH
from tests.custom_model.models import (
    NUMBERS,
    adopt,
    as_sent,
    classifier,
    one_hot,
    planets,
    save,
    targets,
)
from tests.running import needs_make_run
from tests.ways import EveryWayClient, Way

pytestmark = pytest.mark.usefixtures("every_way")
GIANT = {**EARTH, "st_spectype": "K1 III"}


@pytest.fixture(scope="module")
def course_project(tmp_path_factory) -> Path:
    """The classic: one-hot classes, both pickles dumped by joblib, then adopted."""
    folder = tmp_path_factory.mktemp("course")
    model, columns = save(folder, classifier())
    done = adopt(model, "--columns", columns, "--name", "Course", into=folder / "bundle")
    assert done.exit_code == 0, done.output
    return folder / "bundle"


@pytest.fixture(scope="module")
def service(course_project) -> EveryWayClient:
    return EveryWayClient(Bundle.load(course_project), model_root=course_project)


@pytest.fixture(scope="module")
def of_two_columns(tmp_path_factory) -> EveryWayClient:
    """A model that reads the radius and the star's temperature only."""
    folder = tmp_path_factory.mktemp("two")
    table = planets()
    numbers = table[["pl_rade"]].assign(st_teff=np.linspace(2500.0, 7000.0, len(table)))
    model = xgb.XGBClassifier(n_estimators=5, n_jobs=1).fit(numbers, targets(table))
    assert adopt(save(folder, model)[0], into=folder / "bundle").exit_code == 0
    return EveryWayClient(Bundle.load(folder / "bundle"), model_root=folder / "bundle")


def test_a_course_project_is_served_over_a_socket_with_the_bits_of_its_classifier(course_project):
    needs_make_run()
    expected = classifier().predict_proba(one_hot(planets()))[:, 1].astype(float).tolist()
    sent, port = as_sent(planets()), free_port()
    known = [i for i, each in enumerate(sent) if any(v is not None for v in each.values())]

    command = ["make", "run", f"PORT={port}"]
    environ = {"EXOHABIT_MODEL_ROOT": str(course_project), "EXOHABIT_FAST": Way.fast}
    with start(command, port, **environ) as server:
        ready = server.get("/ready")
        listed = server.post("/predict", sent, Content_Type="application/json").json
        ranked = server.post("/rank", {"planets": sent}, Content_Type="application/json").json
        single = [
            server.post("/predict", sent[i], Content_Type="application/json").json["score"]
            for i in known[:40]
        ]

    assert ready.status == 200
    assert [listed["predictions"][i]["score"] for i in known] == [expected[i] for i in known]
    assert {each["index"]: each["score"] for each in ranked["ranked_planets"]} == {
        i: expected[i] for i in known
    }
    assert single == [expected[i] for i in known[:40]]


def test_a_table_and_an_address_get_the_same_score_as_json(service):
    table = planets().head(20)
    expected = classifier().predict_proba(one_hot(planets()).head(20))[:, 1]
    content = {"content_type": "text/csv"}

    by_table = service.post("/predict", data=table.to_csv(index=False), **content).json
    by_address = service.get("/predict", query_string={k: v or "" for k, v in EARTH.items()}).json

    assert [each["score"] for each in by_table["predictions"]] == expected.astype(float).tolist()
    assert by_address["score"] == service.post("/predict", json=EARTH).json["score"]


@pytest.mark.parametrize("text", [None, "G2 V", "F5 V + M", "DC", "K1 III", "L2"])
@pytest.mark.parametrize("planet", [EARTH, {**EARTH, "pl_rade": 150, "pl_eqt": 15}])
def test_the_shortcuts_for_few_planets_change_no_answer(course_project, text, planet):
    bundle, body = Bundle.load(course_project), json.dumps({**planet, "st_spectype": text})
    one = InferenceRequest(body.encode(), JSON, NO_QUERY, JSON)
    listed = InferenceRequest(f"[{body}, {body}]".encode(), JSON, NO_QUERY, JSON)

    assert predict_few(bundle, one) == inference.predict(bundle, one)
    assert predict_few(bundle, listed) == inference.predict(bundle, listed)
    assert rank_few(bundle, listed) == inference.rank(bundle, listed)


def test_a_type_with_several_stars_is_warned_of(service):
    (warning,) = service.post("/predict", json={**EARTH, "st_spectype": "F5 V + M"}).json[
        "warnings"
    ]

    assert warning["code"] == "composite"


def test_contributions_are_those_of_the_columns_of_the_model(service):
    answer = service.post("/predict?explain=true", json=EARTH).json

    explanation = answer["explanation"]
    total = explanation["base"] + sum(explanation["contributions"].values())
    assert explanation["contributions"].keys() == set(one_hot(planets()).columns)
    assert total == pytest.approx(explanation["margin"], abs=1e-4)
    assert answer["score"] == pytest.approx(1 / (1 + np.exp(-explanation["margin"])), abs=1e-6)
    assert (explanation["sentence"], explanation["themes"]) == (None, {})
    assert explanation["inputs"]["pl_rade"] == "measured"


def test_an_interval_holds_the_scores_of_the_model_within_the_errors(service):
    planet = {**EARTH, "pl_rade": 2.4, "pl_radeerr1": 0.5, "pl_radeerr2": -0.5}
    radii = np.linspace(0.4, 4.4, 161).tolist()  # four times the error to both sides

    answer = service.post("/predict?uncertainty=true", json=planet).json
    scored = service.post("/predict", json=[{**EARTH, "pl_rade": each} for each in radii]).json

    scores = {each["score"] for each in scored["predictions"]}
    low, high = answer["score_interval"]
    assert low < high
    assert min(scores) <= low <= high <= max(scores)
    assert answer["varied_inputs"] == ["pl_rade"]


def test_the_context_is_that_of_formulas(service, client):
    path = "/predict?context=true&fields=context"

    assert service.post(path, json=EARTH).json == client.post(path, json=EARTH).json


def test_warnings_about_the_domain_of_the_own_model_are_left_out(service, client):
    codes = {each["code"] for each in client.post("/predict", json=GIANT).json["warnings"]}
    listed = service.post("/predict", json=[GIANT]).json["predictions"]

    assert codes == {"giant"}
    assert service.post("/predict", json=GIANT).json["warnings"] == []
    assert listed[0]["warnings"] == []


def test_other_warnings_stay(service):
    limit = service.post("/predict", json={**GIANT, "pl_radelim": 1}).json

    assert [each["code"] for each in limit["warnings"]] == ["limit"]


def test_a_planet_of_which_the_model_knows_nothing_is_not_scored(service):
    unknown = {**dict.fromkeys(EARTH), "st_teff": 5000.0}

    alone = service.post("/predict", json=unknown)
    ranked = service.post("/rank", json={"planets": [unknown, EARTH]}).json

    assert (alone.status_code, alone.json["code"]) == (400, "not_enough_data")
    assert "none of the columns that the model reads" in alone.json["message"]
    assert [each["index"] for each in ranked["unscored"]] == [0]


@pytest.mark.parametrize("number", NUMBERS)
def test_one_known_value_is_enough(number, service):
    planet = {**dict.fromkeys(EARTH), number: 200.0 if number == "pl_eqt" else 1.0}

    assert 0 < service.post("/predict", json=planet).json["score"] < 1


def test_keys_that_the_model_does_not_need_may_be_absent(of_two_columns):
    planet = {"pl_rade": 1.0, "st_teff": 5772.0}
    whole = {**EARTH, **planet}
    table = "pl_rade,st_teff\r\n1.0,5772\r\n"
    answers = [
        of_two_columns.post("/predict", json=whole).json,
        of_two_columns.post("/predict", json=planet).json,
        of_two_columns.get("/predict", query_string=planet).json,
        of_two_columns.post("/predict", json=[planet]).json["predictions"][0],
        of_two_columns.post("/predict", data=table, content_type="text/csv").json["predictions"][0],
        of_two_columns.post("/rank", json={"planets": [planet]}).json["ranked_planets"][0],
        of_two_columns.post("/predict?explain=true", json=planet).json,
    ]

    assert len({each["score"] for each in answers}) == 1


def test_keys_that_the_model_needs_are_still_required(of_two_columns, service):
    two = of_two_columns.post("/predict", json={"st_teff": 5772.0}).json
    five = service.post("/predict", json={"st_teff": 5772.0}).json

    assert [each["pointer"] for each in two["problems"]] == ["/pl_rade"]
    assert len(five["problems"]) == 5


def test_the_api_description_has_the_required_keys(of_two_columns, client):
    document = of_two_columns.get("/openapi.json").json
    planet = document["components"]["schemas"]["Planet"]
    parameters = document["paths"]["/predict"]["get"]["parameters"]

    assert planet["required"] == ["pl_rade"]
    assert [each["name"] for each in parameters if each.get("required")] == ["pl_rade"]
    assert len(client.get("/openapi.json").json["components"]["schemas"]["Planet"]["required"]) == 5


def test_the_model_says_whose_it_is_and_what_does_not_apply(service, client):
    answer = service.get("/model").json

    assert answer["custom"]["name"] == "Course"
    assert answer["features"] == [*one_hot(planets()).columns]
    assert answer["feature_meanings"].keys() == set(answer["features"])
    assert "planet radius" in answer["feature_meanings"]["pl_rade"]
    assert (answer["metrics"], client.get("/model").json["custom"]) == ({}, None)
    for path in ("/", "/model", "/openapi.json", "/model/card"):
        text = service.get(path).get_data(as_text=True)
        assert "Course" in text, path
        assert "calibrate its scores" in text, path
        assert "calibrate its scores" not in client.get(path).get_data(as_text=True), path


def test_the_keys_in_the_description_follow_the_model(of_two_columns):
    columns = of_two_columns.get("/model").json["columns"]

    assert [each["name"] for each in columns if each["required"]] == ["pl_rade"]


def test_known_planets_are_scored_by_the_model(service):
    listed = service.get("/planets?limit=5").json
    [best] = [service.get(f"/planets/{each['name']}").json for each in listed["planets"][:1]]
    named = service.post("/predict", json=[best["name"]]).json["predictions"]

    assert listed["model_version"] == service.get("/health").json["model_version"]
    assert listed["planets"][0]["score"] == best["score"] == named[0]["score"]


@pytest.mark.slow
def test_readiness_metrics_and_large_requests_work(service, course_project):
    sent = as_sent(planets()) * 12
    settings = Settings(model_root=course_project, large_kib=1, log="off")
    app = create_app(settings, Bundle.load(course_project))

    small = service.post("/predict", json=sent).json["predictions"]
    large = app.test_client().post("/predict", json=sent).json["predictions"]

    assert service.get("/ready").json["ready"] is True
    assert "exohabit" in service.get("/metrics").get_data(as_text=True)
    assert [each["score"] for each in large] == [each["score"] for each in small]


def test_xgboost_alone_gives_the_same_scores(service, course_project):
    plain = Bundle.load(course_project, fast_engines=False)
    app = create_app(Settings(engine="xgboost", model_root=course_project), plain)

    answer = app.test_client().post("/predict", json=EARTH).json

    assert answer["score"] == service.post("/predict", json=EARTH).json["score"]


def test_a_foreign_pickle_in_place_of_ours_is_refused_with_the_command(bundle_copy):
    save(bundle_copy, classifier())[0].replace(bundle_copy / MODEL)

    with pytest.raises(BundleError, match="exohabit model adopt"):
        Bundle.load(bundle_copy)


def test_a_bundle_that_was_changed_is_refused(course_project, tmp_path):
    manifest = json.loads((course_project / "models/manifest.json").read_text())
    manifest["custom"]["columns"][0]["source"] = "pl_bmasse"
    for path in ("models/habitability_model.pkl", "feature_columns.pkl"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes((course_project / path).read_bytes())
    (tmp_path / "models/manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(BundleError, match="golden planets score differently"):
        Bundle.load(tmp_path)


ARCHIVE_ROWS = [
    # A mass that is an upper limit, one that was computed from the radius, and a computed radius.
    {**EARTH, "pl_bmasse": 0.1, "pl_bmasselim": 1},
    {**EARTH, "pl_rade": 2.0, "pl_bmasse": 4.7, "pl_bmassprov": "M-R relationship"},
    {**EARTH, "pl_rade": 2.05, "pl_bmasse": 5.0, "pl_radeerr1": None, "pl_radeerr2": None},
    {**EARTH, "pl_eqt": 900.0, "pl_eqtlim": 1, "pl_bmasse": None},
]
CODES = [["limit"], ["computed"], ["computed"], ["limit"]]


def predicted(rows) -> list[float]:
    """What the user's classifier makes of the five columns."""
    table = pd.DataFrame(rows)[[*NUMBERS, "st_spectype"]]
    matrix = one_hot(table).reindex(columns=one_hot(planets()).columns, fill_value=False)
    return classifier().predict_proba(matrix.astype(float))[:, 1].astype(float).tolist()


@pytest.mark.parametrize("query", ["", "?explain=true", "?uncertainty=true&context=true"])
def test_limits_and_computed_sizes_are_used_as_in_the_rows_of_the_archive(query, service):
    answer = service.post(f"/predict{query}", json=ARCHIVE_ROWS).json["predictions"]

    flags = [[w for w in each["warnings"] if w["code"] in ("limit", "computed")] for each in answer]
    assert [each["score"] for each in answer] == predicted(ARCHIVE_ROWS)
    assert [[each["code"] for each in warned] for warned in flags] == CODES
    assert all("used as it was sent" in each["message"] for warned in flags for each in warned)


def test_a_table_of_the_archive_gets_the_scores_of_its_columns(service):
    content = pd.DataFrame(ARCHIVE_ROWS).drop(columns=["pl_radeerr1", "pl_radeerr2"]).to_csv()

    answer = service.post("/predict", data=content, content_type="text/csv").json["predictions"]

    assert [each["score"] for each in answer] == predicted(ARCHIVE_ROWS)
    assert [each["code"] for each in answer[0]["warnings"]] == ["limit"]


def test_the_own_model_still_takes_limits_as_not_measured(client):
    limit, unknown = (
        client.post("/predict", json=each).json
        for each in (ARCHIVE_ROWS[3], {**ARCHIVE_ROWS[3], "pl_eqt": None})
    )

    assert limit["score"] == unknown["score"]
    assert "taken as not measured" in limit["warnings"][0]["message"]


@pytest.mark.parametrize("content_type", ["application/json", "text/csv"])
def test_a_limit_that_is_used_must_be_in_its_range(content_type, service, client):
    row = {**EARTH, "pl_bmasse": 50_000.0, "pl_bmasselim": 1}
    body = json.dumps([row]) if "json" in content_type else pd.DataFrame([row]).to_csv(index=False)

    used = service.post("/predict", data=body, content_type=content_type)
    dropped = client.post("/predict", data=body, content_type=content_type)

    assert [each["code"] for each in used.json["problems"]] == ["out_of_range"]
    assert dropped.status_code == 200


def test_the_context_and_contradictions_are_of_measured_values_only(service):
    row = {**EARTH, "pl_bmasse": 20_000.0, "pl_bmasselim": 1}

    found, plain = (
        service.post("/predict?context=true", json=each).json
        for each in (row, {**row, "pl_bmasse": None})
    )

    assert found["context"] == plain["context"]
    assert [each["code"] for each in found["warnings"]] == ["limit"]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("pl_eqt,st_spectype", "none of the columns that the model reads: pl_rade, st_teff"),
        ("pl_radee,st_teff", "pl_rade"),
    ],
)
def test_a_table_without_any_column_of_the_model_is_refused(header, message, of_two_columns):
    answer = of_two_columns.post("/predict", data=f"{header}\n1,2\n", content_type="text/csv")

    assert answer.status_code == 400
    assert message in answer.json["message"]


def test_a_table_that_lacks_an_input_of_the_model_says_so(of_two_columns):
    table = {"data": "pl_rade,pl_eqt\n1,300\n", "content_type": "text/csv"}

    warnings = of_two_columns.post("/predict", **table).json["warnings"]

    assert [(each["code"], each["column"]) for each in warnings] == [("absent_columns", "st_teff")]


def test_a_what_if_names_only_values_that_the_model_reads(service, of_two_columns, client):
    path = "/planets/TRAPPIST-1e/predict?st_teff=5000"

    def kept(each) -> list[str]:
        warnings = each.get(path).json["warnings"]
        return [
            w["message"].partition(" of the catalogue")[0] for w in warnings if "kept" in w["code"]
        ]

    assert kept(client) == ["pl_insol and pl_eqt", "st_spectype, st_rad and st_mass"]
    assert kept(service) == ["pl_eqt", "st_spectype"]
    assert kept(of_two_columns) == []
