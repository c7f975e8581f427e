"""The page "Rank a table", in a browser: order, pages, and what a row shows."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.browser.pages import is_in_view, until
from tests.browser.table_page import CSV, TOP_20, choose, shown

pytestmark = pytest.mark.slow

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect


def test_the_keyboard_alone_ranks_orders_and_pages(table, complaints):
    table.locator("#catalog").focus()
    table.keyboard.press("Enter")
    best = shown(table)[0][1]

    heading = table.locator("[data-key=name]")
    heading.focus()
    table.keyboard.press("Enter")
    expect(table.locator("th[aria-sort=ascending]")).to_contain_text("Planet")
    expect(heading).to_be_focused()
    first = shown(table)[0][1]
    table.keyboard.press("Space")
    expect(table.locator("th[aria-sort=descending]")).to_contain_text("Planet")
    assert shown(table)[0][1] not in (first, best)

    following = table.get_by_role("button", name="Next")
    following.focus()
    table.keyboard.press("Enter")
    expect(table.locator(".position")).to_contain_text("Rows 51 to 100 of 6,0")
    expect(following).to_be_focused()
    assert "sort=-name" in table.url
    assert "page=2" in table.url

    table.reload()
    expect(table.locator(".position")).to_contain_text("Rows 51 to 100 of 6,0")
    assert complaints == []


def test_a_tiny_score_is_not_shown_as_0(page, server):
    page.goto(f"{server.url}/table?source=catalog&sort=score")

    scores = {row[2] for row in shown(page)}
    assert "0.0000" not in scores
    assert "<0.0001" in scores


@pytest.mark.parametrize("width", [360, 1440])
def test_a_ranking_comes_into_view(table, width):
    table.set_viewport_size({"width": width, "height": 740})
    table.locator("#catalog").click()
    shown(table)

    assert is_in_view(table.locator("#status"))
    assert is_in_view(table.locator("#rows thead"))


def test_computed_sizes_are_marked_as_for_a_single_planet(page, server):
    page.goto(f"{server.url}/table?source=catalog&max_distance=15&top=20")
    marked = {row[1]: " ".join(row).count("computed") for row in shown(page)}

    for name, count in marked.items():
        assert count == len(server.get(f"/planets/{quote(name)}").json["computed"])
    assert {*marked.values()} == {0, 1}


def test_computed_sizes_of_a_table_are_marked(table):
    header = "name,pl_rade,pl_radeerr1,pl_bmasse,pl_eqt,st_spectype,computed\n"
    choose(table, header + "From mass,1.02,,1.05,255,M4,7\nMeasured,1.02,0.1,1.05,255,M4,7\n")
    cells = [(row[1], [cell for cell in row if "computed" in cell]) for row in shown(table)]

    assert sorted(cells) == [("From mass\n1 note", ["1.02 computed"]), ("Measured", [])]


def test_limits_of_a_table_are_marked(table):
    header = "name,pl_rade,pl_bmasse,pl_bmasselim,pl_eqt,st_spectype\n"
    choose(table, header + "At most 9,1.02,9,1,255,M4\nMeasured,1.02,1,0,255,M4\n")
    cells = [(row[1], [cell for cell in row if "limit" in cell]) for row in shown(table)]

    assert sorted(cells) == [("At most 9\n1 note", ["9 limit"]), ("Measured", [])]


def test_a_name_leads_to_the_page_of_its_planet(page, server):
    page.goto(f"{server.url}/table{TOP_20}")
    shown(page)
    names = page.locator("#rows tbody th a")

    first = names.first.text_content().replace(" ", "+")
    assert names.first.get_attribute("href") == f"{server.url}/?planet={first}"


def test_a_planet_of_ones_own_is_linked_with_its_values(table, server):
    choose(table, CSV)
    shown(table)

    address = table.locator("#rows tbody th a").get_attribute("href")
    assert address.startswith(f"{server.url}/?pl_rade=1.1&pl_bmasse=0.9&pl_orbper=365")
    assert address.endswith("&name=mine")
    path = address.removeprefix(server.url)
    until(lambda: server.get(path, Accept="text/html").status == 200)
