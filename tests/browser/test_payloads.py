"""Inputs that would run as HTML, in forms and tables: they appear as text."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser.pages import until
from tests.browser.payloads import MADE, MORE_MADE, PAYLOADS
from tests.browser.table_page import PLANET, choose, download

pytestmark = pytest.mark.slow

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_entered_appears_as_text(page, server, complaints, payload):
    page.goto(f"{server.url}/")
    page.locator("#st_spectype").fill(payload)
    page.locator("#pl_rade").fill(payload)
    until(lambda: page.locator("#verdict [data-field]").count() == 2)
    page.locator("#planet-name").fill(payload)
    page.get_by_role("button", name="Look up").click()
    expect(page.locator("#verdict-title")).to_have_text(re.compile("planet"))
    shown = json.dumps(payload)[1:20]
    assert shown in page.locator("#verdict .problems").inner_text()
    page.goto(f"{server.url}/?planet={quote(payload)}&st_spectype={quote(payload)}")

    assert page.locator("#planet-name").input_value() == payload
    assert page.locator(f"main {MADE}").count() == 0
    assert complaints == []


def as_rows(names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{**PLANET, "name": name, "note": name} for name in names]


def as_csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


WRITE = {"a.csv": as_csv, "a.json": json.dumps}


@pytest.mark.parametrize("name", WRITE)
def test_names_of_a_table_appear_as_text(table, complaints, name):
    choose(table, WRITE[name](as_rows(PAYLOADS)), name)

    names = table.locator("#rows tbody th a")
    names.first.wait_for()
    assert names.all_text_contents() == list(PAYLOADS)
    names.nth(1).hover()
    assert download(table, "Download CSV").count("alert(1)") == 2 * str(PAYLOADS).count("alert(1)")
    assert table.locator(f"#rows {MORE_MADE}").count() == 0
    assert complaints == []


@pytest.mark.parametrize("name", WRITE)
def test_wrong_values_of_a_table_and_messages_about_them_appear_as_text(table, complaints, name):
    rows = [{**PLANET, "st_spectype": payload, "pl_rade": payload} for payload in PAYLOADS]
    choose(table, WRITE[name](rows), name)
    table.locator("#problems").wait_for()

    said = table.locator("#problems tbody tr").all_inner_texts()
    assert len(said) == 2 * len(PAYLOADS)
    assert all(json.dumps(payload)[1:20] in "\n".join(said) for payload in PAYLOADS)
    assert table.locator(f"#problems tbody {MORE_MADE}").count() == 0
    assert complaints == []
