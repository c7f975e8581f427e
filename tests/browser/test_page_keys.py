"""Pages of a service that needs an API key: asked for once, kept for the session, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from bench.servers import Server
from exohabit.service.api_keys import new_key
from tests.browser.map_page import wait_for_map
from tests.browser.pages import axe, until, watch
from tests.browser.table_page import CSV, choose, paste, shown
from tests.live.services import running

pytestmark = pytest.mark.slow

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect


class Locked(NamedTuple):
    """A service that needs a key, and a key that it knows."""

    url: str
    key: str
    server: Server


@pytest.fixture(scope="module")
def locked(tmp_path_factory) -> Iterator[Locked]:
    folder = tmp_path_factory.mktemp("locked")
    key = new_key(folder / "keys.json", "team")
    with running(folder / "service", keys_file=folder / "keys.json") as service:
        server = Server(service.port)
        yield Locked(server.url, key, server)


@pytest.fixture
def complaints(page, locked) -> list[str]:
    return watch(page, locked.server)


def enter(page: Any, key: str) -> None:
    page.get_by_role("textbox", name="API key").fill(key)
    page.get_by_role("textbox", name="API key").press("Enter")


def expect_kept_for_the_session_only(page: Any, locked: Locked) -> None:
    """Check where the key is: in the session of this tab, and nowhere that outlives it."""
    stored = "[localStorage.length, document.cookie, location.href.includes('key')]"
    assert page.evaluate(stored) == [0, "", False]
    assert locked.key in page.evaluate("Object.values(sessionStorage)")


def test_a_key_is_asked_for_once_and_kept_for_the_session_only(page, locked, complaints):
    page.goto(f"{locked.url}/?planet=Mars")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This service needs an API key")
    page.get_by_role("textbox", name="API key").fill("wrong")
    page.get_by_role("button", name="Use this key").click()
    expect(dialog).to_contain_text("This key is unknown.")
    enter(page, locked.key)

    expect(page.locator("#verdict .big")).to_be_visible()
    assert page.locator("pre").first.inner_text().endswith("-H 'X-API-Key: YOUR-KEY'")
    page.reload()
    expect(page.locator("#verdict .big")).to_be_visible()
    expect_kept_for_the_session_only(page, locked)
    page.get_by_role("link", name="Model card").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Model card")
    until(lambda: page.locator("main img").count() == 0 or loaded(page))
    page.get_by_role("button", name="Forget my API key").click()
    page.reload()
    expect(dialog).to_be_visible()
    page.get_by_role("button", name="Not now").click()
    expect(page.get_by_role("alert")).to_contain_text("Without an API key")
    assert complaints == []


def loaded(page: Any) -> bool:
    return bool(page.evaluate("[...document.images].every(each => each.naturalWidth > 0)"))


@pytest.mark.parametrize("path", ["planets/Earth", "stats", "model/card"])
def test_any_address_that_needs_a_key_asks_for_it_even_if_it_was_refused_once(page, locked, path):
    page.goto(f"{locked.url}/{path}")
    page.get_by_role("button", name="Not now").click()
    expect(page.locator("main")).not_to_contain_text("JavaScript")
    page.get_by_role("button", name="Enter the key").click()
    enter(page, locked.key)

    expect(page.locator("#locked")).to_have_count(0)
    assert "potentially habitable" in page.locator("main").inner_text() or path == "stats"


def test_a_key_can_be_refused_and_nothing_is_lost(page, locked, complaints):
    page.goto(f"{locked.url}/")
    page.get_by_label("Radius", exact=True).fill("1.5")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")

    expect(page.get_by_role("alert")).to_contain_text("Without an API key")
    assert page.get_by_label("Radius", exact=True).input_value() == "1.5"
    assert "pl_rade=1.5" in page.url
    assert complaints == []


def test_a_table_waits_for_the_key_and_is_ranked_with_it(page, locked, complaints):
    page.goto(f"{locked.url}/table")
    choose(page, CSV)
    expect(page.get_by_role("dialog")).to_contain_text("This service needs an API key")
    found = axe(page)
    enter(page, "wrong")
    expect(page.get_by_role("dialog")).to_contain_text("This key is unknown.")
    enter(page, locked.key)

    assert shown(page)[0][1] == "mine"
    page.reload()  # with the key and the table of this session
    assert shown(page)[0][1] == "mine"
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect_kept_for_the_session_only(page, locked)
    page.goto(f"{locked.url}/table?source=catalog&top=20")
    assert len(shown(page)) == 20
    assert found == []
    assert complaints == []


def test_a_pasted_table_stays_when_the_key_is_refused(page, locked, complaints):
    page.goto(f"{locked.url}/table")
    paste(page, CSV)
    page.get_by_role("button", name="Not now").click()

    expect(page.locator("#failure")).to_contain_text("Without an API key")
    assert page.get_by_label("Table", exact=True).input_value() == CSV
    page.get_by_role("button", name="Try again", exact=True).click()
    enter(page, locked.key)
    assert shown(page)[0][1] == "mine"
    expect(page.locator("#failure")).to_be_hidden()
    assert complaints == []


def test_a_chosen_file_and_filters_of_an_address_stay_when_the_key_is_refused(page, locked):
    page.goto(f"{locked.url}/table?source=catalog&max_distance=15&top=20")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    expect(page.locator("#failure")).to_contain_text("Without an API key")
    assert page.url.endswith("/table?source=catalog&max_distance=15&top=20")
    choose(page, CSV)
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")

    expect(page.locator("#failure")).to_contain_text("Without an API key")
    assert page.locator("#file").evaluate("field => field.files[0].name") == "mine.csv"


def test_the_map_waits_for_the_key_and_keeps_what_is_marked(page, locked, complaints):
    page.goto(f"{locked.url}/map?planet=TRAPPIST-1")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    expect(page.locator("#failure")).to_contain_text("Without an API key")
    assert page.url.endswith("/map?planet=TRAPPIST-1")
    page.get_by_role("button", name="Try again", exact=True).click()
    enter(page, locked.key)

    expect(page.locator("#marked li")).to_have_count(7)
    wait_for_map(page)
    page.reload()
    expect(page.locator("#marked li")).to_have_count(7)
    page.get_by_label("Mark a planet or star").fill("kepler 186f")  # the service finds it
    page.get_by_role("button", name="Mark", exact=True).click()
    expect(page.locator("#marked")).to_contain_text("Kepler-186 f")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect_kept_for_the_session_only(page, locked)
    assert complaints == []


def test_the_api_page_takes_a_key_for_its_requests(page, locked, complaints):
    page.goto(f"{locked.url}/docs")
    page.get_by_role("button", name="Authorize").click()
    found = axe(page)
    page.locator(".auth-container input").first.fill(locked.key)
    page.locator(".auth-btn-wrapper .authorize").first.click()
    page.locator(".btn-done").first.click()
    operation = page.locator(".opblock[id$='-predict']")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Execute").click()

    answer = operation.locator(".live-responses-table pre").first
    expect(answer).to_contain_text('"status": "success"')
    assert found == []
    assert complaints == []


def test_another_session_is_asked_again(page, locked, complaints):
    page.goto(f"{locked.url}/map")
    enter(page, locked.key)
    expect(page.locator("#rows tbody tr").first).to_be_visible()
    other = page.context.new_page()  # another tab of the same browser
    other.goto(f"{locked.url}/map")

    expect(other.get_by_role("dialog")).to_contain_text("This service needs an API key")
    assert complaints == []
