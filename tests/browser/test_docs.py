"""The page at /docs, in a browser."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.bad_requests import EARTH
from tests.browser.pages import SEEN

pytestmark = pytest.mark.slow

sync_api = pytest.importorskip("playwright.sync_api")


@pytest.fixture
def docs(page, server, complaints) -> Any:
    page.goto(f"{server.url}/docs")
    page.locator(".opblock").first.wait_for()
    return page


def unfold(docs: Any, operation_id: str) -> Any:
    operation = docs.locator(f".opblock[id$='-{operation_id}']")
    operation.locator(".opblock-summary-control").click()
    operation.locator(".responses-wrapper").wait_for()
    return operation


def execute(operation: Any) -> Any:
    """Press Execute; return the body of the live answer."""
    operation.get_by_role("button", name="Execute").click()
    return json.loads(operation.locator(".live-responses-table pre").first.inner_text())


def test_the_docs_have_a_policy_that_lets_nothing_in_from_elsewhere_or_inline(server):
    policy = server.get("/docs").headers["Content-Security-Policy"]

    sources = dict(each.split(maxsplit=1) for each in policy.split("; "))
    assert sources["default-src"] == "'none'"
    assert sources["script-src"] == sources["style-src"] == sources["connect-src"] == "'self'"
    assert "unsafe" not in policy


def test_the_docs_list_every_operation_planets_first(docs, server, complaints):
    paths = server.get("/openapi.json").json["paths"]
    docs.screenshot(path=SEEN / "docs.png", full_page=True)

    listed = docs.locator(".opblock-summary").evaluate_all(
        "all => all.map(e => e.querySelector('.opblock-summary-method').innerText.toLowerCase()"
        " + ' ' + e.querySelector('.opblock-summary-path').dataset.path)"
    )
    assert listed[0] in ("get /predict", "get /planets/{name}")
    assert sorted(listed) == sorted(f"{method} {path}" for path in paths for method in paths[path])
    assert complaints == []


UNFOLDED = {
    "Planet": "planet radius, Earth radii; null if not known",
    "PlanetList": "planets",
    "Prediction": "label",
    "Ranking": "ranked_planets",
    "KnownPlanet": "hostname",
    "ErrorAnswer": "request_id",
}
"""What a schema shows once it is unfolded."""


def test_schemas_unfold_to_meanings_and_ranges_without_a_complaint(docs, complaints):
    docs.locator(".models-control").click()
    for name, text in UNFOLDED.items():
        schema = docs.locator(".models article", has=docs.get_by_text(name, exact=True)).first
        schema.locator(".json-schema-2020-12-expand-deep-button").first.click()
        schema.get_by_text(text).first.wait_for()

    assert "[0.01, 3200]" in docs.locator(".models").inner_text()
    assert complaints == []


def test_every_operation_unfolds_without_a_complaint(docs, complaints):
    arrows = docs.locator(".opblock-control-arrow")
    for arrow in arrows.all():
        arrow.click()
        docs.locator(".responses-wrapper").wait_for()
        arrow.click()  # many unfolded ones are slow
        docs.locator(".responses-wrapper").wait_for(state="detached")

    assert arrows.count() > 10
    assert complaints == []


def test_the_docs_fit_a_phone(docs):
    docs.set_viewport_size({"width": 390, "height": 844})
    unfold(docs, "predict")

    assert docs.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(
    ("operation_id", "path", "content_type"),
    [("predict", "/predict", "application/json"), ("rank", "/rank", "text/csv")],
)
def test_the_docs_execute_the_example_of_a_body(
    docs, server, complaints, operation_id, path, content_type
):
    operation = unfold(docs, operation_id)
    operation.get_by_label("Request content type").select_option(content_type)
    body = operation.locator("textarea.body-param__text")
    sync_api.expect(body).to_have_value(re.compile("^name," if "csv" in content_type else "^{"))

    answer = execute(operation)
    operation.screenshot(path=SEEN / f"docs-{operation_id}.png")

    assert answer["status"] == "success"
    sent = body.input_value().encode()
    assert answer == server.post(path, sent, Content_Type=content_type).json
    assert complaints == []


def test_the_docs_execute_what_is_filled_into_fields(docs, server, complaints):
    operation = unfold(docs, "predict_from_address")
    for name, value in EARTH.items():
        operation.locator(f"tr[data-param-name={name}] input[type=text]").fill(str(value))

    answer = execute(operation)

    assert answer == server.get(f"/predict?{urlencode(EARTH)}").json
    assert answer["score"] == server.post("/predict", EARTH).json["score"]
    assert complaints == []


def test_errors_and_limits_are_folded_away_and_the_button_is_in_view(docs, complaints):
    docs.set_viewport_size({"width": 1280, "height": 800})
    operation = unfold(docs, "what_if")
    fields = operation.locator("tr[data-param-name] input[type=text]:visible")
    button = operation.get_by_role("button", name="Execute")

    assert fields.count() < 20
    assert not operation.locator("tr[data-param-name=pl_radeerr1]").is_visible()
    operation.locator(".opblock-summary").scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box["y"] + box["height"] <= 800
    more = operation.get_by_role("button", name="errors and limits")
    if more.count():
        more.click()
        assert operation.locator("tr[data-param-name=pl_radeerr1]").is_visible()
    assert complaints == []


def test_keys_are_offered_only_where_there_are_keys(docs):
    assert docs.get_by_role("button", name="Authorize").count() == 0


def test_the_docs_follow_the_scheme(docs):
    docs.emulate_media(color_scheme="dark")
    sync_api.expect(docs.locator("html.dark-mode")).to_have_count(1)
    docs.emulate_media(color_scheme="light")
    sync_api.expect(docs.locator("html.dark-mode")).to_have_count(0)
