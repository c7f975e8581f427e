"""The page "Rank a table", in a browser: files and texts that it takes."""

from __future__ import annotations

import pytest

from tests.browser.pages import axe, look
from tests.browser.table_page import CSV, FILES, PLANET, choose, download, shown

pytestmark = pytest.mark.slow

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect


@pytest.mark.parametrize("name", FILES)
def test_every_format_is_ranked(table, server, complaints, name):
    choose(table, FILES[name], name)

    ((_, planet, score, distance, *_),) = shown(table)
    expected = server.post("/rank", {"planets": [PLANET]}).json["ranked_planets"][0]["score"]
    assert (planet, score, distance) == ("mine", f"{expected:.4f}", "7.5")
    assert complaints == []


@pytest.mark.parametrize("text", [CSV, FILES["list.json"], FILES["mine.ndjson"] * 2])
def test_a_pasted_text_is_ranked_and_stays(table, text):
    table.get_by_text("Paste a table instead").click()
    table.get_by_label("Table", exact=True).fill(text)
    table.get_by_role("button", name="Rank this table").click()

    assert shown(table)[0][1] == "mine"
    assert table.get_by_label("Table", exact=True).input_value() == text


def test_a_file_can_be_dropped(table, complaints):
    transfer = table.evaluate_handle(
        "text => { const t = new DataTransfer(); "
        "t.items.add(new File([text], 'a.csv')); return t }",
        CSV,
    )
    table.dispatch_event("body", "dragover", {"dataTransfer": transfer})
    table.dispatch_event("body", "drop", {"dataTransfer": transfer})

    assert shown(table)[0][1] == "mine"
    assert complaints == []


def test_a_file_over_the_limit_is_not_sent(table):
    table.evaluate("document.getElementById('input').dataset.maxBytes = 10")
    choose(table, CSV)

    expect(table.locator("#failure")).to_contain_text("Compress it")


@pytest.mark.parametrize(
    ("start", "said"),
    [(b"\x89PNG\r\n\x1a\n", "a picture"), (b"PK\x03\x04", "a spreadsheet"), (b"%PDF-1", "a PDF")],
)
def test_a_file_of_another_kind_is_not_sent(table, start, said):
    sent: list[str] = []
    table.on("request", lambda request: sent.append(request.url))
    choose(table, start + bytes(40), "planets.csv")

    expect(table.locator("#failure")).to_contain_text(f"This is {said}")
    expect(table.get_by_role("button", name="Try again")).to_have_count(0)
    assert not [url for url in sent if "/rank" in url]


def test_the_example_is_ranked_and_its_columns_are_explained(table, complaints):
    table.get_by_text("Which columns, and an example").click()
    look(table, "table-example")
    columns = table.locator(".columns-help tbody code").all_inner_texts()
    found = axe(table)
    saved = download(table, "Save it as a file")
    table.get_by_role("button", name="Rank this example").click()

    assert {"name", "pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype"} < set(columns)
    assert saved == table.locator("#example").text_content()
    assert shown(table)[0][1] == "Like Earth"
    assert found == []
    assert complaints == []


def test_without_javascript_the_page_says_what_to_do(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/table")

    assert f"'{server.url}/rank'" in page.inner_text("body")
    assert not page.locator("#file").is_visible()
    context.close()
