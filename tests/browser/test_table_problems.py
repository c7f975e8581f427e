"""The page "Rank a table", in a browser: problems in a table, and going on without its rows."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.browser.pages import look
from tests.browser.table_page import BROKEN, HEADER, PLANET, choose, paste, shown

pytestmark = pytest.mark.slow

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect


def test_two_broken_rows_are_shown_with_their_lines_and_the_others_ranked(
    table, server, complaints
):
    choose(table, BROKEN)
    table.locator("#problems").wait_for()
    said = table.locator("#problems").inner_text()
    look(table, "table-problems")
    headers = {"Content_Type": "text/csv"}
    refused = server.post("/rank", BROKEN.encode(), **headers).json["problems"]

    assert [problem["line"] for problem in refused] == [3, 5]
    assert all(problem["message"] in said for problem in refused)
    assert "Line 3" in said
    assert "No radius,-1,0.9,365,255,G,4" in said

    table.get_by_role("button", name="Go on without these rows").click()
    rows = shown(table)
    ranking = server.post("/rank?on_invalid=skip", BROKEN.encode(), **headers).json

    planets = ranking["ranked_planets"]
    assert [row[:3] for row in rows[:2]] == [
        [str(i + 1), planet["name"], f"{planet['score']:.4f}"] for i, planet in enumerate(planets)
    ]
    assert sorted(row[1] for row in rows[2:]) == ["Empty", "No radius", "No star"]
    assert complaints == []


def test_rows_that_were_left_out_stay_so_after_a_reload(table):
    choose(table, BROKEN)
    table.get_by_role("button", name="Go on without these rows").click()
    shown(table)
    table.reload()

    assert len(shown(table)) == 5


HOPELESS = {
    "no-size.csv": ("name,foo\nA,1\n", "has no size"),
    "every-row.csv": (HEADER + "A,-1,1,365,255,G,1\nB,-2,1,365,255,G,2\n", "-2"),
    "every-row.json": (json.dumps([{**PLANET, "pl_rade": -1}]), "-1"),
    "every-row.ndjson": (json.dumps({**PLANET, "pl_rade": -1}) + "\n", "-1"),
    "empty.csv": ("", "empty or has no rows below its header"),
    "header.csv": (HEADER, "empty or has no rows below its header"),
    "hello.txt": ("hello world", "empty or has no rows below its header"),
    "empty.json": ("", "empty or has no rows below its header"),
    "cut.json": ('[{"name":"a"', "stops before it is complete (line 1, column 13)"),
    "jupiter.csv": ("name,Radius\nA,1\n", '"Radius" has no unit: if it is in Earth radii'),
}


@pytest.mark.parametrize("name", HOPELESS)
def test_leaving_out_rows_is_not_offered_where_none_would_remain(table, complaints, name):
    text, said = HOPELESS[name]
    choose(table, text, name)

    expect(table.locator("#problems")).to_contain_text(said)
    expect(table.locator("#problems")).not_to_contain_text("curl")
    expect(table.locator("#skip")).to_be_hidden()
    expect(table.locator(".what-to-do")).not_to_contain_text("leave out")
    assert complaints == []


def test_leaving_out_rows_is_offered_once_for_a_compressed_table(table):
    choose(table, gzip.compress(HOPELESS["every-row.csv"][0].encode()), "a.csv.gz")
    table.locator("#skip").click()

    expect(table.locator("#skip")).to_be_hidden()
    expect(table.locator("#problems")).to_be_visible()


def test_at_360_px_messages_fit_scores_are_in_sight_and_more_columns_are_announced(table):
    table.set_viewport_size({"width": 360, "height": 900})
    choose(table, BROKEN)
    table.locator("#problems").wait_for()
    look(table, "table-problems-360")
    scroller = table.locator("#problems .scroll")
    assert scroller.evaluate("each => each.scrollWidth <= each.clientWidth")

    table.get_by_role("button", name="Go on without these rows").click()
    shown(table)
    look(table, "table-result-360")
    box = table.locator("#rows tbody tr td.number").nth(1).bounding_box()
    assert box["x"] + box["width"] <= 360
    expect(table.locator(".scroll-hint")).to_be_visible()
    table.set_viewport_size({"width": 1900, "height": 900})
    expect(table.locator(".scroll-hint")).to_be_hidden()


def test_names_alone_are_answered_by_what_to_paste(table):
    paste(table, "Earth\nMars\n")

    expect(table.locator("#problems")).to_contain_text('by name, paste: ["Earth", "Mars"]')
    table.get_by_label("Table", exact=True).fill('["Earth", "Mars"]')
    table.get_by_role("button", name="Rank this table").click()
    assert [row[1] for row in shown(table)] == ["Earth", "Mars"]
