"""Pages at three widths, light and dark: nothing overflows, and axe finds nothing."""

from __future__ import annotations

from contextlib import closing

import pytest

from tests.browser.pages import THEMES, WIDTHS, axe, fits, look, watch

pytestmark = pytest.mark.slow

pytest.importorskip("playwright.sync_api")
VIEWS = {
    "start": "/",
    "planet": "/?planet=Kepler-186+f",
    "what-if": "/?planet=Earth&pl_rade=2",
    "own": "/?pl_rade=1.1&pl_eqt=288&st_spectype=G",
    "too-little": "/?pl_rade=1.1",
    "wrong": "/?pl_rade=x&pl_eqt=-1",
    "choices": "/?planet=TRAPPIST-1",
    "not-found": "/nothing",
    "for-programs": "/rank",
    "card": "/model/card",
}


@pytest.mark.parametrize(("width", "is_open"), [(360, False), (1440, True)])
def test_the_sections_of_the_card_are_listed_where_there_is_room(page, server, width, is_open):
    page.set_viewport_size({"width": width, "height": 900})
    complaints = watch(page, server)
    page.goto(f"{server.url}/model/card", wait_until="networkidle")

    assert page.locator("#contents li").first.is_visible() == is_open
    assert complaints == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_fits_and_is_accessible(browser, server, view, width, theme):
    size = {"width": width, "height": 900}
    with closing(browser.new_context(viewport=size, color_scheme=theme)) as context:
        page = context.new_page()
        complaints = watch(page, server)
        page.goto(f"{server.url}{VIEWS[view]}", wait_until="networkidle")
        if view != "card":  # it is longer than a picture may be
            look(page, f"page-{view}-{width}-{theme}")
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")

        assert fits(page)
        assert axe(page) == []
        assert complaints == []
