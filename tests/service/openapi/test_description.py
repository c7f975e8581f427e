"""The description of the API: it is valid, and every route does what it says."""

from __future__ import annotations

import re

import msgspec
import pytest

from exohabit.inputs.problems import PROBLEM_CODES
from exohabit.inputs.readers import INPUT_FORMATS, JSON
from exohabit.inputs.schemas import DETAILED_SCHEMA
from exohabit.outputs.writers import WRITERS
from exohabit.science.columns import COLUMNS
from exohabit.service.errors import ERROR_KINDS
from exohabit.service.operation import operations, views
from tests.bad_requests import BAD_REQUESTS, EARTH, Bad

OPEN = {"/", "/health", "/ready", "/openapi.json"}
MANY_FORMATS = {"/predict", "/rank", "/planets", "/planets/{name}", "/planets/{name}/predict"}
CHANGING = {"/stats", "/metrics"}
"""Answers that change with each request."""
PREDICTIONS = [("/predict", "get"), ("/predict", "post"), ("/rank", "post")]


@pytest.fixture(scope="session")
def document(client) -> dict:
    return client.get("/openapi.json").json


@pytest.fixture(scope="session")
def validate(document):
    """Check a value against a schema of the document."""
    jsonschema = pytest.importorskip("jsonschema")

    def check(value, schema: dict) -> None:
        whole = {**schema, "components": document["components"]}
        jsonschema.validate(value, whole, cls=jsonschema.Draft202012Validator)

    return check


def operation_for(document: dict, bad: Bad) -> dict | None:
    path = bad.path.partition("?")[0]
    return document["paths"].get(path, {}).get(bad.method.lower())


def example_query(operation: dict) -> dict:
    required = (each for each in operation["parameters"] if each.get("required"))
    return {each["name"]: each["example"] for each in required}


def test_it_is_openapi(document):
    validator = pytest.importorskip("openapi_spec_validator")

    validator.validate(document, cls=validator.OpenAPIV31SpecValidator)

    assert document["openapi"] == "3.1.0"


def test_every_route_is_described_and_nothing_else(client, document):
    for_people = {view for _, _, view in views(client.application) if view.operation.is_page}
    rules = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in client.application.url_map.iter_rules()
        if not rule.rule.startswith(("/docs", "/model/card/"))
        if client.application.view_functions[rule.endpoint] not in for_people
        for method in rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}
    }

    described = {(path, method) for path, ways in document["paths"].items() for method in ways}

    assert described == rules
    assert len(operations(client.application)) == len(described)


def test_every_operation_has_a_unique_name_and_a_summary(document):
    found = [each for ways in document["paths"].values() for each in ways.values()]

    assert len({each["operationId"] for each in found}) == len(found)
    assert all(re.fullmatch(r"[A-Z].+\.", each["summary"]) for each in found)


def test_every_column_is_described_with_its_unit_and_range(document):
    planet = document["components"]["schemas"]["Planet"]

    for column in COLUMNS:
        about = planet["properties"][column.name]
        kind = about["anyOf"][0]
        assert about["x-unit"] == column.unit
        assert column.meaning in about["description"]
        assert (column.name in planet["required"]) == column.required
        if column.range:
            assert (kind["minimum"], kind["maximum"]) == column.range


def test_bodies_and_answers_have_the_supported_media_types(document):
    for path, method in PREDICTIONS:
        operation = document["paths"][path][method]
        assert list(operation["responses"]["200"]["content"]) == list(WRITERS)
        if method == "post":
            content = operation["requestBody"]["content"]
            assert list(content) == [way.media_type for way in INPUT_FORMATS]


@pytest.mark.parametrize(("path", "method"), PREDICTIONS)
def test_the_described_parameters_are_the_accepted_ones(client, document, path, method):
    described = document["paths"][path][method]["parameters"]
    names = {each["name"] for each in described if each.get("in") == "query"}

    refused = client.open(f"{path}?none=1", method=method, json={}).json["problems"]
    (unknown,) = [each for each in refused if each.get("parameter") == "none"]
    expected = set(unknown["expected"].split(", "))
    if "the columns of a planet" in expected:
        expected = expected - {"the columns of a planet"} | set(DETAILED_SCHEMA.keys)

    assert expected == names


@pytest.mark.parametrize(("path", "method"), PREDICTIONS)
def test_the_example_requests_get_the_example_answers(client, document, path, method):
    operation = document["paths"][path][method]
    answers = {
        kind: each["example"] for kind, each in operation["responses"]["200"]["content"].items()
    }
    if method == "get":
        assert client.get(path, query_string=example_query(operation)).json == answers[JSON]
        return
    for media_type, content in operation["requestBody"]["content"].items():
        body = content["example"]
        data = msgspec.json.encode(body) if media_type == JSON else body
        for kind, answer in answers.items():
            got = client.post(path, data=data, content_type=media_type, headers={"Accept": kind})
            assert got.status_code == 200
            if media_type == JSON or path == "/rank":
                assert (got.json if kind == JSON else got.get_data().decode()) == answer


@pytest.mark.parametrize("path", ["/", "/health", "/model", "/openapi.json"])
def test_an_answer_about_the_service_matches_its_schema(client, document, validate, path):
    content = document["paths"][path]["get"]["responses"]["200"]["content"]

    validate(client.get(path).json, content[JSON]["schema"])


@pytest.mark.parametrize(("path", "method"), PREDICTIONS)
def test_a_prediction_matches_its_schema(document, validate, path, method):
    content = document["paths"][path][method]["responses"]["200"]["content"][JSON]

    validate(content["example"], content["schema"])


def test_a_list_with_an_unscored_planet_matches_its_schema(client, document, validate):
    planets = [{"name": "x", **dict.fromkeys(c.name for c in COLUMNS)}]
    for path in ("/predict", "/rank"):
        content = document["paths"][path]["post"]["responses"]["200"]["content"][JSON]

        validate(client.post(path, json=planets).json, content["schema"])


@pytest.mark.parametrize(
    "bad", [bad for bad in BAD_REQUESTS if bad.status != 413], ids=lambda bad: bad.why
)
def test_an_error_has_a_described_status_and_code_and_matches_its_schema(
    client, document, validate, bad
):
    answer = client.open(bad.path, method=bad.method, data=bad.content, headers=bad.headers)
    operation = operation_for(document, bad)

    if operation is not None:
        failed = document["components"]["responses"][str(answer.status_code)]
        assert str(answer.status_code) in operation["responses"]
        assert f"`{answer.json['code']}`" in failed["description"]
        validate(answer.json, failed["content"][JSON]["schema"])
    else:
        assert answer.status_code in (404, 405)


COLUMNS_OF_CELLS = {column.name: {"0": None} for column in COLUMNS if column.required}
FRAMES = {
    "empty columns": {name: {} for name in COLUMNS_OF_CELLS},
    "an empty column": {**COLUMNS_OF_CELLS, "pl_rade": {}},
    "a key that is not a column": {**COLUMNS_OF_CELLS, "x": 1},
    "a long row label": {**COLUMNS_OF_CELLS, "pl_rade": {"x" * 201: 1.0}},
}
"""DataFrames that are refused and must not match the schema."""


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_a_refused_dataframe_does_not_match_the_schema(client, document, validate, frame):
    jsonschema = pytest.importorskip("jsonschema")
    schema = document["components"]["schemas"]["Frame"]
    validate(COLUMNS_OF_CELLS, schema)

    with pytest.raises(jsonschema.ValidationError):
        validate(frame, schema)

    assert client.post("/rank", json=frame).status_code == 400


def test_any_request_id_may_be_sent_and_an_invalid_one_is_replaced(client, document):
    schema = document["components"]["parameters"]["RequestID"]["schema"]

    answer = client.get("/health", headers={"X-Request-ID": "no good"})

    assert schema == {"type": "string"}
    assert answer.status_code == 200
    assert answer.headers["X-Request-ID"] != "no good"


@pytest.mark.parametrize(("path", "method"), PREDICTIONS)
def test_a_narrowed_answer_matches_its_schema(client, document, validate, path, method):
    operation = document["paths"][path][method]
    content = operation["responses"]["200"]["content"][JSON]
    query = example_query(operation) | {"fields": "score"}
    body = operation["requestBody"]["content"][JSON]["example"] if method == "post" else None

    answer = client.open(path, method=method, query_string=query, json=body)

    validate(answer.json, content["schema"])
    assert "prediction" not in answer.json


def test_every_code_of_a_problem_is_described(client):
    answers = [
        client.open(bad.path, method=bad.method, data=bad.content, headers=bad.headers).json
        for bad in BAD_REQUESTS
        if bad.status == 400
    ]

    codes = {problem["code"] for answer in answers for problem in answer.get("problems", [])}
    assert codes <= set(PROBLEM_CODES)
    assert len(codes) >= 10


def test_every_kind_of_error_is_described(document):
    schemas = document["components"]["schemas"]

    assert schemas["ErrorCode"]["enum"] == list(dict.fromkeys(kind.code for kind in ERROR_KINDS))
    assert schemas["ProblemCode"]["enum"] == list(PROBLEM_CODES)
    for name in ("ErrorAnswer", "ProblemDetails"):
        assert schemas[name]["properties"]["code"] == {"$ref": "#/components/schemas/ErrorCode"}


def test_every_operation_describes_its_statuses_and_headers(client, document):
    for path, ways in document["paths"].items():
        for method, operation in ways.items():
            failing = {"411", "413", "415"} if method == "post" else {"304"}
            failing |= {"400", "500", "503"}
            failing |= set() if path in OPEN else {"401", "429"}
            failing |= {"300", "404"} if "{name}" in path else set()
            failing |= {"410"} if path == "/planets" else set()
            failing |= {"406"} if path in MANY_FORMATS else set()
            described = operation["responses"]["200"]["headers"]
            assert set(operation["responses"]) == {"200"} | failing
            assert ("ETag" in described) == (method == "get")
            if method == "get" and "/predict" not in path:
                address = path.replace("{name}", "Earth")
                answer = client.get(address)
                assert set(described) <= set(answer.headers.keys())
                again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
                assert again.status_code == (200 if path in CHANGING else 304)


def test_unknown_paths_and_methods_are_described(document):
    assert {"404", "405"} <= set(document["components"]["responses"])
    assert "404 (`not_found`)" in document["info"]["description"]


def test_no_value_of_a_what_if_is_required(document):
    parameters = document["paths"]["/planets/{name}/predict"]["get"]["parameters"]

    assert [each["name"] for each in parameters if each.get("required")] == ["name"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/predict", "Earth"),
        ("/predict", ["Earth"]),
        ("/predict", {"planets": ["Earth", EARTH]}),
        ("/predict", {"planets": "Earth"}),
        ("/rank", ["Earth", EARTH]),
        ("/rank", {"planets": ["Earth"]}),
    ],
)
def test_a_name_may_stand_for_a_planet_in_a_body(client, document, validate, path, body):
    schema = document["paths"][path]["post"]["requestBody"]["content"][JSON]["schema"]

    validate(body, schema)
    assert client.post(path, json=body).status_code == 200


def test_listed_values_are_numbers_or_texts(document):
    columns = document["components"]["schemas"]["ListedPlanet"]["properties"]

    def types(name):
        return {kind["type"] for kind in columns[name]["anyOf"]}

    assert types("pl_rade") == types("ra") == types("pl_controv_flag") == {"number", "null"}
    assert types("hostname") == types("tic_id") == {"string", "null"}


@pytest.fixture
def validate_narrowed(client, document, validate):
    """Check an answer about a known planet against its schema; return the keys of its planet."""

    def check(path: str, query: dict[str, str]) -> set[str]:
        answer = client.get(path.replace("{name}", "Earth"), query_string=query).json
        content = document["paths"][path]["get"]["responses"]["200"]["content"]
        validate(answer, content[JSON]["schema"])
        planet = answer["planets"][0] if "planets" in answer else answer
        return planet.keys() - {"status"}

    return check


@pytest.mark.parametrize("path", ["/planets", "/planets/{name}", "/planets/{name}/predict"])
def test_known_planets_are_described_in_every_format_and_with_fewer_fields(
    document, validate_narrowed, path
):
    content = document["paths"][path]["get"]["responses"]["200"]["content"]

    assert {*content} == {"application/json", "text/csv", "application/x-ndjson"}
    # The type of a listed planet has no required fields, so it describes a narrowed list as well.
    assert ("Narrowed" in str(content["application/json"]["schema"])) == (path != "/planets")
    assert validate_narrowed(path, {"fields": "score"}) == {"score"}
