"""The schemas of the API description: what generators of typed clients make of them is exact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import UNSET, Meta, UnsetType

from exohabit.outputs.response_types import LABELS
from exohabit.science.domain_warnings import WARNING_CODES
from exohabit.service.openapi.schemas import answer_schemas, any_of, request_schemas
from tests.conftest import ROOT

JSON = "application/json"
REQUESTS = ("Planet", "PlanetList", "Frame")
ANY_JSON = {"OpenAPIDocument"}
"""Objects of arbitrary content."""


class Inner(msgspec.Struct, frozen=True, omit_defaults=True):
    note: str | None = None


class Outer(msgspec.Struct):
    color: Annotated[str, Meta(title="Color", extra_json_schema={"enum": ["red", "blue"]})]
    maybe: int | UnsetType = UNSET
    nullable: Annotated[float | None, Meta(description="a number")] = None
    inner: Inner = Inner()
    status: Literal["success"] = "success"


@pytest.fixture(scope="module")
def document(client) -> dict[str, Any]:
    return client.get("/openapi.json").json


@pytest.fixture(scope="module")
def schemas(document) -> dict[str, Any]:
    return document["components"]["schemas"]


def within(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every object within a part of the document."""
    if isinstance(part, dict):
        yield part
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from within(each)


def contents(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each path, media type and schema of an answer."""
    for path, ways in document["paths"].items():
        for operation in ways.values():
            for media_type, content in operation["responses"]["200"].get("content", {}).items():
                yield path, media_type, content["schema"]


# What a type becomes


def test_a_key_of_an_answer_is_required_unless_it_may_be_absent():
    schemas = answer_schemas([Outer])

    assert schemas["Outer"]["required"] == ["color", "nullable", "inner", "status"]
    assert schemas["Inner"] == {
        **schemas["Inner"],
        "properties": {"note": {"type": "string"}},
        "required": [],
    }


def test_a_key_of_a_request_is_optional_if_it_has_a_default_and_states_none():
    schema = request_schemas([Outer])["Outer"]

    assert schema["required"] == ["color"]
    assert all("default" not in value for value in schema["properties"].values())


def test_a_titled_choice_is_a_schema_of_its_own_and_a_single_one_a_constant():
    schemas = answer_schemas([Outer])
    properties = schemas["Outer"]["properties"]

    assert properties["color"] == {"$ref": "#/components/schemas/Color"}
    assert schemas["Color"] == {"type": "string", "title": "Color", "enum": ["red", "blue"]}
    assert properties["status"] == {"type": "string", "const": "success"}


def test_one_of_several_types_refers_to_each():
    assert any_of([Outer]) == {"$ref": "#/components/schemas/Outer"}
    assert any_of([Outer, Inner]) == {
        "anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Outer", "Inner")]
    }


# The schemas of the service


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_states_no_default(schemas, name):
    assert not [each for each in within(schemas[name]) if "default" in each]


def test_only_what_a_planet_needs_is_required(schemas):
    planet = schemas["Planet"]

    assert planet["required"] == ["pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype"]
    assert {"name", "pl_insol", "pl_radeerr1", "pl_radelim"} <= planet["properties"].keys()


def test_status_is_a_required_constant_that_tells_success_from_error(document, schemas):
    answered = {
        name.rpartition("/")[2]
        for _, media_type, schema in contents(document)
        if media_type == JSON
        for name in re.findall(r"#/components/schemas/\w+", str(schema))
    }

    assert {"Prediction", "Predictions", "Ranking", "Narrowed", "ModelInfo", "Stats"} <= answered
    for name in answered - {"OpenAPIDocument"}:
        assert schemas[name]["properties"]["status"] == {"type": "string", "const": "success"}
        assert "status" in schemas[name]["required"]
    assert schemas["ErrorAnswer"]["properties"]["status"]["const"] == "error"
    assert schemas["ErrorAnswer"]["required"] == ["status", "code", "message", "request_id"]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Label", list(LABELS)),
        ("BinaryPrediction", [0, 1]),
        ("Zone", ["inside", "too hot", "too cold"]),
        ("WarningCode", list(WARNING_CODES)),
    ],
)
def test_what_can_only_be_one_of_several_is_a_named_enum(schemas, name, values):
    used = [each for each in within(schemas) if each.get("$ref", "").endswith(f"/{name}")]

    assert sorted(schemas[name]["enum"]) == sorted(values)
    assert used


def test_every_prediction_and_label_refers_to_its_enum(schemas):
    for name in ("Prediction", "ListedPrediction", "KnownPlanet", "WhatIf", "EchoedPrediction"):
        for key, kind in (("label", "Label"), ("prediction", "BinaryPrediction")):
            assert f"#/components/schemas/{kind}'" in str(schemas[name]["properties"][key])
    for name in ("Ranked", "ListedPlanet"):
        assert "#/components/schemas/BinaryPrediction'" in str(
            schemas[name]["properties"]["prediction"]
        )


def test_every_object_is_typed(document):
    objects = [each for each in within(document) if each.get("type") == "object"]
    untyped = [
        each
        for each in objects
        if not each.get("properties") and not each.get("additionalProperties")
    ]

    assert len(objects) > 40
    assert untyped == []


def test_objects_of_any_content_are_only_in_the_api_description_and_in_unknown_columns(schemas):
    anything = {
        name
        for name, schema in schemas.items()
        if any(each.get("additionalProperties") is True for each in within(schema))
    }

    assert anything == {"OpenAPIDocument", "Frame"}


def test_json_is_described_apart_from_texts(document):
    found = list(contents(document))

    assert {media_type for _, media_type, _ in found} == {
        *(JSON, "text/csv", "application/x-ndjson", "text/plain", "text/markdown")
    }
    for _, media_type, schema in found:
        assert (schema == {"type": "string"}) == (media_type != JSON)


def test_addresses_are_relative_to_that_of_the_description(document):
    assert document["servers"] == [{"url": "."}]


def test_the_metrics_of_the_model_are_described_completely(client, bundle):
    assert client.get("/model").json["metrics"] == bundle.manifest.metrics


def test_a_known_planet_has_exactly_the_described_columns(client, schemas):
    planet = client.get("/planets/Earth").json["planet"]

    assert list(planet) == schemas["CatalogValues"]["required"]


# Codes of warnings, which many modules give


def test_the_docs_have_every_code_of_a_warning():
    api, explanations = (
        (ROOT / "docs" / name).read_text(encoding="utf-8").partition("## Warnings")[2]
        for name in ("api.md", "explanations.md")
    )
    rows = re.findall(r"^\| (`[^|]+) \|", api + explanations.partition("\n## ")[0], re.M)
    codes = {code for row in rows for code in re.findall(r"`(\w+)`", row)}

    assert set(WARNING_CODES) <= codes


def test_every_code_of_a_warning_in_the_source_is_described():
    source = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("exohabit/**/*.py"))
    given = re.findall(r'(?:PlanetWarning|_Contradiction)\(\s*"(\w+)"', source)
    given += re.findall(r'_warn\(\w+, "(\w+)"', source)
    given += re.findall(r'Check\(\s*"\w+",\s*"(\w+)"', source)

    assert len(set(given)) > 15
    assert set(given) <= set(WARNING_CODES)
