"""The page "Rank a table", in a browser: rows saved as files."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.browser.table_page import CSV, TOP_20, choose, download, shown

pytestmark = pytest.mark.slow

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect


def test_a_link_shows_the_top_20_within_15_parsecs_and_saves_them(page, server, complaints):
    page.goto(f"{server.url}/table{TOP_20}")
    rows = shown(page)
    answer = server.get("/planets?max_distance=15&limit=20&fields=name,score,sy_dist").json
    wanted = answer["planets"]

    assert [row[1:4] for row in rows] == [
        [planet["name"], f"{planet['score']:.4f}", f"{planet['sy_dist']:.4g}"] for planet in wanted
    ]
    titles = page.locator("#rows tbody tr td:nth-child(4)").evaluate_all(
        "cells => cells.map(cell => Number(cell.title || cell.innerText))"
    )
    assert titles == [planet["sy_dist"] for planet in wanted]
    saved = list(csv.DictReader(io.StringIO(download(page, "Download CSV"), newline="")))
    assert [(row["name"], float(row["score"])) for row in saved] == [
        (planet["name"], planet["score"]) for planet in wanted
    ]
    as_json = json.loads(download(page, "Download JSON"))
    assert [(row["name"], row["score"], row["sy_dist"]) for row in as_json] == [
        (planet["name"], planet["score"], planet["sy_dist"]) for planet in wanted
    ]
    assert page.locator("#max_distance").input_value() == "15"
    assert complaints == []


def test_a_ranking_is_saved_with_the_name_once_and_rows_from_1(table):
    choose(table, CSV.replace("name", "pl_name", 1))
    shown(table)
    (saved,) = csv.DictReader(io.StringIO(download(table, "Download CSV"), newline=""))

    assert saved["row"] == "1"
    assert saved["name"] == "mine"
    assert not {"pl_name", "index"} & set(saved)
    expect(table.locator("#status")).to_contain_text("1 planet ranked")
