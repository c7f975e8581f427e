"""The page "Try a planet", in a browser: by mouse, by keyboard, from a link and without scripts."""

from __future__ import annotations

import gzip
from contextlib import closing
from typing import Any

import pytest

from exohabit.web.words import exact_text, score_text
from tests.bad_requests import EARTH
from tests.browser.pages import watch

pytestmark = pytest.mark.slow

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect


@pytest.fixture
def start(page, server, complaints) -> Any:
    page.goto(f"{server.url}/")
    return page


def score_of(server: Any, path: str) -> float:
    return server.get(path).json["score"]


def expect_score(page: Any, score: float) -> None:
    """Wait until the page shows a score, which has the digits of the API's."""
    expect(page.locator("#verdict .big")).to_have_attribute("data-score", exact_text(score))
    expect(page.locator("#verdict .big")).to_have_text(score_text(score))


def test_a_planet_is_found_by_keyboard(start, server, complaints):
    search = start.get_by_role("combobox", name="Name of a known planet")
    search.press_sequentially("kepler-186")
    start.get_by_role("option", name="Kepler-186 f").wait_for()
    assert search.get_attribute("aria-expanded") == "true"
    while start.locator("[role=option][aria-selected=true]").all_inner_texts() != ["Kepler-186 f"]:
        search.press("ArrowDown")
    active = search.get_attribute("aria-activedescendant")
    assert start.locator(f"#{active}").inner_text() == "Kepler-186 f"
    search.press("Enter")

    expect_score(start, score_of(server, "/planets/Kepler-186 f".replace(" ", "%20")))
    assert start.url == f"{server.url}/?planet=Kepler-186+f"
    assert search.input_value() == "Kepler-186 f"
    assert search.get_attribute("aria-expanded") == "false"
    assert start.locator("#live").inner_text().endswith("potentially habitable")
    assert complaints == []


def test_escape_closes_the_suggestions_and_keeps_the_text(start, complaints):
    search = start.get_by_role("combobox")
    search.press_sequentially("trapp")
    start.get_by_role("option").first.wait_for()
    search.press("Escape")

    assert start.locator("#suggestions").is_hidden()
    assert search.input_value() == "trapp"
    assert complaints == []


def test_a_planet_is_chosen_by_mouse_and_the_way_back_restores_it(start, server, complaints):
    start.get_by_role("link", name="Mars", exact=True).click()
    expect_score(start, score_of(server, "/planets/Mars"))
    assert "potentially habitable" in start.locator("#verdict").inner_text()
    start.get_by_role("link", name="51 Peg b", exact=True).click()
    expect_score(start, score_of(server, "/planets/51%20Peg%20b"))
    start.go_back()

    expect_score(start, score_of(server, "/planets/Mars"))
    assert start.locator("#pl_rade").input_value() == "0.53202"
    assert start.get_by_role("link", name="Mars", exact=True).get_attribute("aria-current")
    assert complaints == []


def test_what_if_earth_had_twice_its_radius(start, server, complaints):
    start.get_by_role("link", name="Earth", exact=True).click()
    start.get_by_role("link", name="twice its radius").click()

    expect_score(start, score_of(server, "/planets/Earth/predict?pl_rade=2&pl_bmasse="))
    said = start.locator("#verdict").inner_text()
    assert f"Earth as it is: {score_text(score_of(server, '/planets/Earth'))}" in said
    start.get_by_role("link", name="Undo").click()
    expect_score(start, score_of(server, "/planets/Earth"))
    assert complaints == []


def test_a_value_that_is_typed_changes_the_score_and_the_address(start, server, complaints):
    start.get_by_role("link", name="Earth", exact=True).click()
    expect_score(start, score_of(server, "/planets/Earth"))
    radius = start.get_by_label("Radius", exact=True)
    radius.fill("2")

    expect_score(start, score_of(server, "/planets/Earth/predict?pl_rade=2"))
    assert start.url == f"{server.url}/?planet=Earth&pl_rade=2"
    assert radius.evaluate("field => field === document.activeElement")
    assert "Old and new values mixed" in start.locator("#verdict").inner_text()
    start.get_by_role("link", name="Leave the mass out").click()
    expect_score(start, score_of(server, "/planets/Earth/predict?pl_rade=2&pl_bmasse="))
    assert start.get_by_label("Mass", exact=True).input_value() == ""
    start.get_by_label("Radius", exact=True).fill("1")
    expect(start.locator(".field.changed")).to_have_count(1)
    assert complaints == []


def test_nothing_can_be_typed_into_a_form_that_is_about_to_be_replaced(start, server, complaints):
    held: list[Any] = []
    start.route("**/answer?*", lambda route: held.append(route))  # noqa: PLW0108 (no builtin)
    with start.expect_request("**/answer?*"):
        start.get_by_role("link", name="Earth", exact=True).click()
    radius = start.get_by_label("Radius", exact=True)
    radius.focus()
    start.keyboard.type("2")
    assert radius.input_value() == ""

    held[0].continue_()
    expect_score(start, score_of(server, "/planets/Earth"))
    start.unroute("**/answer?*")
    radius.fill("2")
    expect_score(start, score_of(server, "/planets/Earth/predict?pl_rade=2"))
    assert complaints == []


def test_a_planet_of_ones_own_is_scored_while_one_types(start, server, complaints):
    for name, value in EARTH.items():
        start.locator(f"#{name}").press_sequentially(str(value))

    expect_score(start, server.post("/predict", EARTH).json["score"])
    assert "pl_rade=1.1" in start.url
    assert complaints == []


def test_a_decimal_comma_is_accepted_and_stays(start, server, complaints):
    start.get_by_role("link", name="Earth", exact=True).click()
    expect_score(start, score_of(server, "/planets/Earth"))
    start.locator("#pl_rade").fill("1,5")

    expect_score(start, score_of(server, "/planets/Earth/predict?pl_rade=1.5"))
    assert start.locator("#pl_rade").input_value() == "1,5"
    assert complaints == []


def test_an_unknown_name_does_not_empty_the_form(start, server, complaints):
    start.get_by_role("link", name="Mars", exact=True).click()
    expect_score(start, score_of(server, "/planets/Mars"))
    start.locator("#planet-name").fill("Pluto")
    start.get_by_role("button", name="Look up").click()

    expect(start.locator("#verdict")).to_contain_text('No known planet is called "Pluto".')
    assert start.locator("#pl_rade").input_value() == "0.53202"
    assert start.locator("#planet-name").input_value() == "Pluto"
    start.locator("#pl_rade").fill("2")
    expect_score(start, score_of(server, "/planets/Mars/predict?pl_rade=2"))
    assert start.locator("#planet-name").input_value() == "Mars"
    assert complaints == []


def test_wrong_values_are_marked_and_stay(start, complaints):
    start.locator("#pl_rade").fill("1,500")
    start.locator("#pl_eqt").fill("-3")

    expect(start.locator("[aria-invalid=true]")).to_have_count(2)
    start.get_by_role("link", name="Equilibrium temperature is “-3”").click()
    assert start.locator("#pl_eqt").evaluate("field => field === document.activeElement")
    start.locator("#pl_rade").fill("1.5")
    start.locator("#pl_eqt").fill("300")
    expect(start.locator("#verdict .big")).to_be_visible()
    expect(start.locator("[aria-invalid=true]")).to_have_count(0)
    assert complaints == []


@pytest.mark.parametrize(
    ("query", "api"),
    [
        ("?planet=TRAPPIST-1+e", "/planets/TRAPPIST-1e"),
        ("?planet=Venus&pl_orbsmax=1&pl_orbper=&pl_insol=&pl_eqt=", "/planets/Venus/predict?"
         "pl_orbsmax=1&pl_orbper=&pl_insol=&pl_eqt="),
        ("?pl_rade=1.3&pl_insol=0.8", "/predict?pl_rade=1.3&pl_insol=0.8&pl_bmasse=&pl_orbper="
         "&pl_eqt=&st_spectype="),
    ],
)  # fmt: skip
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_link_restores_the_state(browser, server, query, api, scripts):
    with closing(browser.new_context(java_script_enabled=scripts)) as context:
        page = context.new_page()
        page.goto(f"{server.url}/{query}")

        expect_score(page, score_of(server, api))


def test_without_scripts_the_form_is_answered_by_the_server(browser, server):
    with closing(browser.new_context(java_script_enabled=False)) as context:
        page = context.new_page()
        page.goto(f"{server.url}/")
        for name, value in EARTH.items():
            page.locator(f"#{name}").fill(str(value))
        page.get_by_role("button", name="Compute the score").click()
        expect_score(page, server.post("/predict", EARTH).json["score"])

        page.locator("#planet-name").fill("Earth")
        page.get_by_role("button", name="Look up").click()
        expect_score(page, score_of(server, "/planets/Earth"))
        page.locator("#pl_rade").fill("2")
        page.get_by_role("button", name="Compute the score").click()
        expect_score(page, score_of(server, "/planets/Earth/predict?pl_rade=2"))


def test_a_request_can_be_copied(browser, server):
    permissions = ["clipboard-read", "clipboard-write"]
    with closing(browser.new_context(permissions=permissions)) as context:
        page = context.new_page()
        complaints = watch(page, server)
        page.goto(f"{server.url}/?planet=Earth&pl_rade=2")
        page.get_by_text("JavaScript", exact=True).click()
        page.locator("details[open] button[data-copy]").click()
        page.get_by_role("button", name="Copied").wait_for()

        copied = page.evaluate("navigator.clipboard.readText()")
        assert f'fetch("{server.url}/planets/Earth/predict?pl_rade=2&' in copied
        assert complaints == []


def test_the_first_view_takes_at_most_40_kb(page, server):
    sizes: dict[str, int] = {}

    def note(response: Any) -> None:
        sizes[response.url.removeprefix(server.url)] = len(gzip.compress(response.body()))

    page.on("response", note)
    page.goto(f"{server.url}/?planet=Earth", wait_until="networkidle")

    assert "/static/try.js" in sizes
    assert sum(sizes.values()) <= 40_000, sizes
