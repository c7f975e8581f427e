"""Every view of the pages at three widths, light and dark: it fits, and axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from exohabit.service.api_keys import new_key
from tests.bad_requests import EARTH
from tests.browser.map_page import wait_for_map
from tests.browser.pages import THEMES, WIDTHS, axe, fits, look
from tests.browser.table_page import BROKEN, TOP_20, choose, shown
from tests.live.services import running

pytestmark = pytest.mark.slow

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect
LONGEST_PICTURE = 16_000
"""Pixels; chromium cuts a picture that is higher."""


def rank_broken(page: Any) -> None:
    choose(page, BROKEN)
    page.locator("#problems").wait_for()


def rank_without_broken_rows(page: Any) -> None:
    rank_broken(page)
    page.get_by_role("button", name="Go on without these rows").click()
    shown(page)


def fail_to_rank(page: Any) -> None:
    page.route("**/rank*", lambda route: route.fulfill(status=503, json={"message": "Busy."}))
    choose(page, BROKEN)
    page.locator("#failure [role=alert]").wait_for()
    page.unroute("**/rank*")


def wait_for_docs(page: Any) -> None:
    page.locator(".opblock").first.wait_for()


def predict_in_docs(page: Any) -> None:
    wait_for_docs(page)
    operation = page.locator(".opblock[id$='-predict']")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Execute").click()
    operation.locator(".live-responses-table pre").first.wait_for()


def unfold(page: Any) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")


VIEWS: dict[str, tuple[str, Callable[[Any], object]]] = {
    "start": ("/", unfold),
    "planet": ("/?planet=Kepler-186+f", unfold),
    "what-if": ("/?planet=Earth&pl_rade=2", unfold),
    "own": ("/?pl_rade=1.1&pl_eqt=288&st_spectype=G", unfold),
    "too-little": ("/?pl_rade=1.1", unfold),
    "wrong": ("/?pl_rade=x&pl_eqt=-1", unfold),
    "choices": ("/?planet=TRAPPIST-1", unfold),
    "table": ("/table", unfold),
    "table-top-20": (f"/table{TOP_20}", shown),
    "table-problems": ("/table", rank_broken),
    "table-own": ("/table", rank_without_broken_rows),
    "table-failure": ("/table", fail_to_rank),
    "map": ("/map", wait_for_map),
    "map-marked": ("/map?planet=TRAPPIST-1", wait_for_map),
    "map-own": (f"/map?{urlencode(EARTH)}", wait_for_map),
    "card": ("/model/card", unfold),
    "docs": ("/docs", wait_for_docs),
    "docs-answer": ("/docs", predict_in_docs),
    "not-found": ("/nothing", unfold),
    "for-programs": ("/rank", unfold),
    "unknown-planet": ("/planets/trapist-1e", unfold),
}
"""The address of a view, and what brings it up there."""


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_fits_and_is_accessible(page, server, complaints, view):
    address, bring_up = VIEWS[view]
    page.goto(f"{server.url}{address}")
    bring_up(page)

    assert wrong_looks(page, view) == {}
    assert complaints == []


@pytest.mark.parametrize(("view", "settings"), [("key", True), ("limit", False)])
def test_a_page_of_a_refusal_fits_and_is_accessible(page, tmp_path, view, settings):
    keys = tmp_path / "keys.json"
    new_key(keys, "team")
    chosen = {"keys_file": keys} if view == "key" else {"rate_limit": "1/hour"}
    with running(tmp_path / "service", **chosen) as service:
        for _ in range(2):
            page.goto(f"http://127.0.0.1:{service.port}/planets/Earth")

        assert wrong_looks(page, view) == {}


NEXT_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def wrong_looks(page: Any, view: str) -> dict[str, list[str]]:
    """Return what is wrong with a view, by theme and width; keep pictures of it."""
    page.emulate_media(reduced_motion="reduce")
    wrong = {}
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(NEXT_FRAMES)  # scripts follow theme and width after an event
            found = axe(page) if fits(page) else ["it does not fit"]
            if found:
                wrong[f"{theme}, {width} px"] = found
            if page.evaluate("document.body.scrollHeight") < LONGEST_PICTURE:
                look(page, f"page-{view}-{width}-{theme}")
    return wrong


@pytest.mark.parametrize(("width", "is_open"), [(360, False), (1440, True)])
def test_the_sections_of_the_card_are_listed_where_there_is_room(
    page, server, complaints, width, is_open
):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{server.url}/model/card", wait_until="networkidle")

    assert page.locator("#contents li").first.is_visible() == is_open
    assert complaints == []
