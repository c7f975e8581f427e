"""The page "Map", in a browser: planets and stars that a reader marks."""

from __future__ import annotations

import re
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest

from tests.bad_requests import EARTH
from tests.browser.map_page import LETTERS, open_map, save
from tests.browser.pages import is_in_view, look

pytestmark = pytest.mark.slow

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect


def test_a_link_marks_the_planets_of_trappist_1_with_the_numbers_of_the_api(
    page, server, complaints
):
    open_map(page, f"{server.url}/map?planet=trappist1")
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


def test_marking_a_star_puts_it_into_the_address(page, server, complaints):
    open_map(page, f"{server.url}/map")
    page.get_by_label("Mark a planet or star").fill("Kepler-186 f")
    page.get_by_role("button", name="Mark", exact=True).click()
    expect(page.locator("#marked li")).to_have_count(1)

    assert page.url == f"{server.url}/map?planet=Kepler-186+f"
    assert is_in_view(page.locator("#diagram"))
    page.reload()
    expect(page.locator("#marked")).to_contain_text("Kepler-186 f")
    page.get_by_label("Mark a planet or star").fill("no such star")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("No known planet is called")
    expect(page.locator("#marked")).to_be_hidden()
    assert complaints == []


def test_a_planet_of_ones_own_is_marked_with_its_score(page, server, complaints):
    query = urlencode({**EARTH, "name": "mine"})
    open_map(page, f"{server.url}/map?{query}")

    score = server.get(f"/predict?{query}").json["score"]
    expect(page.locator("#marked")).to_contain_text(f"score {score:.4f}")
    href = page.locator("#marked a").get_attribute("href")
    assert href == f"{server.url}/?{query}"
    assert complaints == []


def test_a_planet_that_cannot_be_placed_says_why(page, server):
    open_map(page, f"{server.url}/map?pl_rade=1.1")

    expect(page.locator("#marked")).to_contain_text("its light or star is not known, not scored")


def test_a_changed_planet_is_marked_as_it_was_changed(page, server, complaints):
    open_map(page, f"{server.url}/map?planet=Earth&pl_rade=2")

    score = server.get("/planets/Earth/predict?pl_rade=2").json["score"]
    expect(page.locator("#marked li")).to_contain_text("Earth, changed")
    expect(page.locator("#marked li")).to_contain_text(f"score {score:.4f}")
    href = page.locator("#marked a").get_attribute("href")
    assert href == f"{server.url}/?planet=Earth&pl_rade=2"
    assert complaints == []


def test_a_name_that_is_not_found_offers_others_to_mark(page, server, complaints):
    open_map(page, f"{server.url}/map?planet=trappist")

    expect(page.locator("#status")).to_have_text('No known planet is called "trappist".')
    page.locator("#choices").get_by_role("button", name="TRAPPIST-1", exact=True).click()
    expect(page.locator("#marked li")).to_have_count(7)
    expect(page.locator("#choices button")).to_have_count(0)
    assert page.url.endswith("planet=TRAPPIST-1")
    assert complaints == []


def test_a_planet_without_a_size_says_why_it_has_no_score(page, server):
    open_map(page, f"{server.url}/map?planet=UZ For c")

    expect(page.locator("#marked")).to_contain_text("neither radius nor mass is known")


def test_labels_of_one_stars_planets_are_above_and_below_in_turns(page, server):
    page.set_viewport_size({"width": 360, "height": 900})
    open_map(page, f"{server.url}/map?planet=TRAPPIST-1")
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


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("pl_rade=abc", "Radius is “abc”; expected a number from 0.01 to 3,200 Earth radii, or"),
        ("planet=Earth&pl_rade=abc", "Radius is “abc”; expected"),
        ("planet=xyzzy&pl_rade=2", 'No known planet is called "xyzzy"'),
        ("planet=xyzzy", 'No known planet is called "xyzzy".'),
    ],
)
def test_a_wrong_address_is_said_without_a_button_that_cannot_help(page, server, query, words):
    open_map(page, f"{server.url}/map?{query}")

    expect(page.locator("#status")).to_contain_text(words)
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
