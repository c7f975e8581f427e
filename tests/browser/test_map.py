"""The page "Map", in a browser: the diagram, the histogram and their table."""

from __future__ import annotations

import math
import re
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest

from tests.bad_requests import EARTH
from tests.browser.pages import is_in_view, look, until

pytestmark = pytest.mark.slow

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

LETTERS = "bcdefgh"
DRAWN = "performance.getEntriesByName('diagram').map(each => each.duration)"


def show(page: Any, address: str) -> list[float]:
    """Open a map, and return how many milliseconds its drawing took once it is there."""
    page.goto(address)
    drawn = until(lambda: page.evaluate(DRAWN))
    expect(page.locator("#rows tbody tr").first).to_be_visible()
    return drawn


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


def save(page: Any, button: str) -> str:
    with page.expect_download() as started:
        page.locator(button).click()
    return started.value.path().read_text(encoding="utf-8")


def test_a_link_marks_the_planets_of_trappist_1_with_the_numbers_of_the_api(
    page, server, complaints, capsys
):
    milliseconds = show(page, f"{server.url}/map?planet=trappist1")
    marked = page.locator("#marked li").all_inner_texts()
    look(page, "map-trappist-1")

    assert len(marked) == 7
    for letter, text in zip(LETTERS, marked, strict=True):
        planet = server.get(f"/planets/TRAPPIST-1%20{letter}?context=true").json
        light = planet["context"]["insolation"]["value"]
        assert text.startswith(f"TRAPPIST-1 {letter} ")
        assert f"{light:.4g} × Earth’s light" in text
        assert text.endswith(f"score {planet['score']:.4f}")
    assert complaints == []
    with capsys.disabled():
        print(f"\ndrawing the catalogue: {milliseconds[0]:.0f} ms")


def test_marking_a_star_puts_it_into_the_address(page, server, complaints):
    show(page, f"{server.url}/map")
    page.get_by_label("Mark a planet or star").fill("Kepler-186 f")
    page.get_by_role("button", name="Mark", exact=True).click()
    expect(page.locator("#marked li")).to_have_count(1)

    assert page.url == f"{server.url}/map?planet=Kepler-186+f"
    assert is_in_view(page.locator("#diagram"))
    page.reload()
    expect(page.locator("#marked")).to_contain_text("Kepler-186 f")
    page.get_by_label("Mark a planet or star").fill("no such star")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("no known planet is called")
    expect(page.locator("#marked")).to_be_hidden()
    assert complaints == []


def test_a_planet_of_ones_own_is_marked_with_its_score(page, server, complaints):
    query = urlencode({**EARTH, "name": "mine"})
    show(page, f"{server.url}/map?{query}")

    score = server.get(f"/predict?{query}").json["score"]
    expect(page.locator("#marked")).to_contain_text(f"score {score:.4f}")
    href = page.locator("#marked a").get_attribute("href")
    assert href == f"{server.url}/?{query}"
    assert complaints == []


def test_a_planet_that_cannot_be_placed_says_why(page, server):
    show(page, f"{server.url}/map?pl_rade=1.1")

    expect(page.locator("#marked")).to_contain_text("its light or star is not known, not scored")


def test_the_mouse_shows_a_planet_and_opens_it(page, server, complaints):
    show(page, f"{server.url}/map")
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
    show(page, f"{server.url}/map")
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
    show(page, f"{server.url}/map")
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
    show(page, f"{server.url}/map?planet=TRAPPIST-1")
    diagram, histogram = (save(page, each) for each in ("#save-svg", "#save-histogram"))

    for text in (diagram, histogram):
        assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314
    texts = re.findall(r">([^<>]+)</text>", diagram)
    assert {"Temperature of the star (K)", *LETTERS} <= set(texts)
    assert diagram.count("<path") > 50
    assert complaints == []


def test_the_histogram_counts_every_score(page, server):
    show(page, f"{server.url}/map")
    scored = server.get("/planets?min_score=0&limit=1").json["count"]
    likely = server.get("/planets?min_score=0.5&limit=1").json["count"]
    page.get_by_text("The numbers").click()

    bars = page.locator("#histogram-list li").all_inner_texts()
    assert sum(int(bar.split()[0].replace(",", "")) for bar in bars) == scored
    expect(page.locator("#histogram-words")).to_contain_text(
        f"{likely} planets have a score of 0.5"
    )


def test_the_table_has_what_the_diagram_shows(page, server):
    show(page, f"{server.url}/map")
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

    show(page, f"{server.url}/map")
    assert len([url for url in asked if "echarts" in url]) == 2


def test_a_change_of_theme_draws_again(page, server):
    page.emulate_media(color_scheme="light")
    show(page, f"{server.url}/map")
    page.emulate_media(color_scheme="dark")

    until(lambda: len(page.evaluate(DRAWN)) == 2)


def test_a_changed_planet_is_marked_as_it_was_changed(page, server, complaints):
    show(page, f"{server.url}/map?planet=Earth&pl_rade=2")

    score = server.get("/planets/Earth/predict?pl_rade=2").json["score"]
    expect(page.locator("#marked li")).to_contain_text("Earth, changed")
    expect(page.locator("#marked li")).to_contain_text(f"score {score:.4f}")
    href = page.locator("#marked a").get_attribute("href")
    assert href == f"{server.url}/?planet=Earth&pl_rade=2"
    assert complaints == []


def test_a_name_that_is_not_found_offers_others_to_mark(page, server, complaints):
    show(page, f"{server.url}/map?planet=trappist")

    expect(page.locator("#status")).to_have_text('no known planet is called "trappist".')
    page.locator("#choices").get_by_role("button", name="TRAPPIST-1", exact=True).click()
    expect(page.locator("#marked li")).to_have_count(7)
    expect(page.locator("#choices button")).to_have_count(0)
    assert page.url.endswith("planet=TRAPPIST-1")
    assert complaints == []


def test_a_planet_without_a_size_says_why_it_has_no_score(page, server):
    show(page, f"{server.url}/map?planet=UZ For c")

    expect(page.locator("#marked")).to_contain_text("neither radius nor mass is known")


def test_a_computed_radius_is_that_of_the_ranking_and_said_to_be_computed(page, server):
    show(page, f"{server.url}/map?planet=Proxima Cen b")
    row = page.locator("#rows tbody tr", has_text="Proxima Cen b")

    expect(page.locator("#rows thead")).to_contain_text("Light, computed")
    expect(row).to_contain_text("1.02 computed")


def test_labels_of_one_stars_planets_are_above_and_below_in_turns(page, server):
    page.set_viewport_size({"width": 360, "height": 900})
    show(page, f"{server.url}/map?planet=TRAPPIST-1")
    look(page, "map-trappist-1-360")
    tree = ElementTree.fromstring(save(page, "#save-svg"))  # noqa: S314
    texts = tree.iter("{http://www.w3.org/2000/svg}text")
    heights = {
        each.text: re.search(r"([\d.]+)\)$", each.get("transform")).group(1)
        for each in texts
        if each.text in LETTERS
    }

    assert len({heights[letter] for letter in "bdfh"}) < len(heights)
    assert {heights[letter] for letter in "bdfh"}.isdisjoint(heights[each] for each in "ceg")


def test_the_whole_map_reaches_the_outermost_planets(page, server):
    show(page, f"{server.url}/map")
    page.get_by_role("button", name="All planets").click()
    page.wait_for_timeout(400)
    look(page, "map-all")
    tree = ElementTree.fromstring(save(page, "#save-svg"))  # noqa: S314
    labels = [each.text for each in tree.iter("{http://www.w3.org/2000/svg}text")]

    assert {"Earth", "Uranus", "Neptune"} <= set(labels)
