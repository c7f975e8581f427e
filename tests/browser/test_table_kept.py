"""The page "Rank a table", in a browser: the reader's table after Back and Reload."""

from __future__ import annotations

import pytest

from tests.browser.table_page import CSV, FILES, choose, shown

pytestmark = pytest.mark.slow

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect


@pytest.mark.parametrize("name", ["mine.csv", "mine.csv.gz", "list.json"])
def test_a_table_is_there_again_after_going_back_and_after_a_reload(table, server, name):
    choose(table, FILES[name], name)
    shown(table)
    table.get_by_label("Name or type contains").fill("min")
    table.locator("#rows tbody th a").click()
    table.wait_for_url(f"{server.url}/?pl_rade=*")
    assert table.url.endswith("name=mine")
    table.go_back()
    assert shown(table)[0][1] == "mine"
    table.reload()
    assert shown(table)[0][1] == "mine"

    table.goto(f"{server.url}/table")
    table.locator("#catalog").wait_for()
    expect(table.locator("#result")).to_be_hidden()


def test_a_table_that_cannot_be_kept_says_so_and_opens_planets_in_a_new_tab(table):
    table.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('no room') } }")
    choose(table, CSV)
    shown(table)

    assert table.locator("#rows tbody th a").get_attribute("target") == "_blank"
    expect(table.locator("#notes")).to_contain_text("choose it again")
