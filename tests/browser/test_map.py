"""The page "Map", in a browser: the diagram, the histogram and their table."""

from __future__ import annotations

import math
import re
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest

from tests.browser.map_page import LETTERS, count_drawings, labels_of, open_map, save
from tests.browser.pages import look, until

pytestmark = pytest.mark.slow

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect


def place_of(page: Any, insolation: float, teff: float) -> tuple[float, float]:
    """Return where the first view of the diagram shows a planet, in pixels of the window."""
    box = page.locator("#diagram").bounding_box()
    left, right, top, bottom = 62, 18, 18, 92
    x = (math.log10(12) - math.log10(insolation)) / math.log10(100)
    y = (7300 - teff) / 5000
    return (
        box["x"] + left + x * (box["width"] - left - right),
        box["y"] + top + y * (box["height"] - top - bottom),
    )


def shown_count(page: Any) -> int:
    return int(page.locator("#shown-count").inner_text().split()[0].replace(",", ""))


def test_the_mouse_shows_a_planet_and_opens_it(page, server, complaints):
    open_map(page, f"{server.url}/map")
    page.locator("#diagram").scroll_into_view_if_needed()
    before = page.locator("#diagram").screenshot()
    x, y = place_of(page, 1.0, 5772)

    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    until(lambda: page.locator("#diagram").screenshot() != before)
    page.mouse.click(x, y)
    page.wait_for_url(f"{server.url}/?planet=Earth")
    assert complaints == []


def test_the_keyboard_goes_from_planet_to_planet_the_best_first(page, server, complaints):
    open_map(page, f"{server.url}/map")
    best = server.get("/planets?limit=2&fields=name,score").json["planets"]
    page.locator("#diagram").focus()

    for planet in best:
        page.keyboard.press("ArrowRight")
        words = f"{planet['name']}, score {planet['score']:.4f}"
        expect(page.locator("#spoken")).to_contain_text(words)
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#spoken")).to_contain_text(best[0]["name"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.url}/?{urlencode({'planet': best[0]['name']})}")
    assert complaints == []


def test_zooming_by_buttons_keys_and_wheel_and_moving_change_the_table(page, server, complaints):
    open_map(page, f"{server.url}/map")
    counts = [shown_count(page)]

    def changed() -> int:
        count: int = until(lambda: shown_count(page) != counts[-1] and shown_count(page))
        counts.append(count)
        return count

    page.get_by_role("button", name="All planets").click()
    assert changed() > 4 * counts[0]
    page.get_by_role("button", name="Zoom in").click()
    assert changed() < counts[-2]
    page.locator("#diagram").focus()
    page.keyboard.press("0")
    assert changed() == counts[0]
    page.keyboard.press("+")
    assert changed() < counts[0]
    page.locator("#diagram").scroll_into_view_if_needed()
    x, y = place_of(page, 1.0, 5000)
    page.mouse.move(x, y)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -400)
    page.keyboard.up("Control")
    assert changed() != counts[-2]
    page.mouse.down()
    page.mouse.move(x + 200, y + 60, steps=4)
    page.mouse.up()
    changed()
    assert complaints == []


def test_both_plots_are_saved_as_svg(page, server, complaints):
    open_map(page, f"{server.url}/map?planet=TRAPPIST-1")
    diagram, histogram = (save(page, each) for each in ("#save-svg", "#save-histogram"))

    for text in (diagram, histogram):
        assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314
    texts = re.findall(r">([^<>]+)</text>", diagram)
    assert {"Temperature of the star (K)", *LETTERS} <= set(texts)
    assert diagram.count("<path") > 50
    assert complaints == []


def test_the_histogram_counts_every_score(page, server):
    open_map(page, f"{server.url}/map")
    scored = server.get("/planets?min_score=0&limit=1").json["count"]
    likely = server.get("/planets?min_score=0.5&limit=1").json["count"]
    page.get_by_text("The numbers").click()

    bars = page.locator("#histogram-list li").all_inner_texts()
    assert sum(int(bar.split()[0].replace(",", "")) for bar in bars) == scored
    expect(page.locator("#histogram-words")).to_contain_text(
        f"{likely} planets have a score of 0.5"
    )


def test_the_table_has_what_the_diagram_shows(page, server):
    open_map(page, f"{server.url}/map")
    row = page.locator("#rows tbody tr").first.locator("th, td").all_inner_texts()

    name = row[1].strip()
    planet = server.get(f"/planets/{quote(name)}?context=true").json
    assert row[2].strip() == f"{planet['score']:.4f}"
    assert f"{planet['context']['insolation']['value']:.4g}" in row
    assert "conservative zone" in row


def test_without_the_plotting_library_the_table_remains(page, server):
    page.route("**/static/echarts/**", lambda route: route.fulfill(status=404))
    page.goto(f"{server.url}/map?planet=TRAPPIST-1")

    expect(page.locator("#no-library")).to_be_visible()
    expect(page.locator("#diagram")).to_be_hidden()
    expect(page.locator("#marked li")).to_have_count(7)
    expect(page.locator("#rows tbody tr")).to_have_count(10)


@pytest.mark.parametrize("status", [429, 503, 0])
def test_a_failure_is_said_and_can_be_tried_again(page, server, status):
    def fail(route: Any) -> None:
        if status:
            route.fulfill(status=status, json={"message": "Too busy."})
        else:
            route.abort("connectionreset")

    page.route("**/map/planets", fail, times=1 if status else 3)
    page.goto(f"{server.url}/map")

    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#rows tbody tr")).to_have_count(10)
    expect(page.locator("#failure")).to_be_hidden()


def test_the_plotting_library_is_loaded_on_this_page_alone(page, server):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.url}/table?source=catalog")
    page.locator("#rows tbody tr").first.wait_for()
    assert not [url for url in asked if "echarts" in url]

    open_map(page, f"{server.url}/map")
    assert len([url for url in asked if "echarts" in url]) == 2


def test_a_change_of_theme_draws_again(page, server):
    page.emulate_media(color_scheme="light")
    open_map(page, f"{server.url}/map")
    page.emulate_media(color_scheme="dark")

    until(lambda: count_drawings(page) == 2)


def test_another_width_draws_the_plots_in_that_width(page, server):
    open_map(page, f"{server.url}/map")
    page.set_viewport_size({"width": 700, "height": 900})

    for place in ("#diagram", "#histogram"):
        width = page.locator(place).evaluate("place => place.clientWidth")
        canvas = page.locator(f"{place} canvas").first
        until(lambda canvas=canvas, width=width: canvas.bounding_box()["width"] == width)


def test_a_computed_radius_is_that_of_the_ranking_and_said_to_be_computed(page, server):
    open_map(page, f"{server.url}/map?planet=Proxima Cen b")
    row = page.locator("#rows tbody tr", has_text="Proxima Cen b")

    expect(page.locator("#rows thead")).to_contain_text("Light, computed")
    expect(row).to_contain_text("1.02 computed")


def test_the_whole_map_reaches_the_outermost_planets(page, server):
    open_map(page, f"{server.url}/map")
    page.get_by_role("button", name="All planets").click()
    page.wait_for_timeout(400)
    look(page, "map-all")
    labels = labels_of(save(page, "#save-svg"))

    assert {"Earth", "Uranus", "Neptune"} <= set(labels)
