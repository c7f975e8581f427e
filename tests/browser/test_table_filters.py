"""The page "Rank a table", in a browser: filters, and the address that holds them."""

from __future__ import annotations

import pytest

from tests.browser.pages import axe
from tests.browser.table_page import shown

pytestmark = pytest.mark.slow

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect


def test_filters_narrow_the_table_while_one_types_and_can_be_cleared(page, server):
    page.goto(f"{server.url}/table?source=catalog")
    shown(page)

    page.get_by_label("Name or type contains").fill("trappist")
    assert {row[1] for row in shown(page)} == {f"TRAPPIST-1 {letter}" for letter in "bcdefgh"}
    page.get_by_label("Score at least").fill("0.5")
    assert len(shown(page)) == 4
    page.get_by_label("Name or type contains").fill("no such planet")
    expect(page.locator(".position")).to_have_text("No rows")
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator("#result-count")).to_contain_text("planets")
    assert len(shown(page)) == 50


WRONG = [
    ("Within", "abc", "Write a number"),
    ("Within", "15 pc", "Write a number"),
    ("Within", "-5", "Write a number"),
    ("Within", "1e999", "Write a number"),
    ("Within", "1,000", "without a comma: 1000"),
    ("Score at least", "80", "from 0 to 1"),
    ("Score at least", "-0.1", "from 0 to 1"),
    ("Only the first", "x", "whole number"),
    ("Only the first", "0", "whole number"),
    ("Only the first", "2.5", "whole number"),
]


def test_a_wrong_filter_is_marked_and_nothing_is_saved_without_it(page, server, complaints):
    page.goto(f"{server.url}/table?source=catalog")
    shown(page)
    save = page.get_by_role("button", name="Download CSV")
    for label, text, said in WRONG:
        field = page.get_by_label(label)
        field.fill(text)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(page.locator(f"#{field.get_attribute('id')}-wrong")).to_contain_text(said)
        expect(page.locator("#result-count")).to_contain_text("is not applied")
        expect(save).to_be_disabled()
        field.fill("")
        expect(field).not_to_have_attribute("aria-invalid", "true")
        expect(save).to_be_enabled()
    page.get_by_label("Within").fill("abc")
    expect(save).to_be_disabled()

    assert axe(page) == []
    assert complaints == []


def test_a_link_with_a_wrong_filter_shows_it(page, server):
    page.goto(f"{server.url}/table?source=catalog&max_distance=abc")
    shown(page)

    expect(page.get_by_label("Within")).to_have_value("abc")
    expect(page.get_by_label("Within")).to_have_attribute("aria-invalid", "true")
    assert "max_distance=abc" in page.url


@pytest.mark.parametrize(
    ("label", "text", "address"),
    [("Score at least", "80 %", "min_score=0.8"), ("Within", "15,5", "max_distance=15.5")],
)
def test_per_cent_and_a_decimal_comma_are_understood(page, server, label, text, address):
    page.goto(f"{server.url}/table?source=catalog")
    shown(page)
    page.get_by_label(label).fill(text)

    expect(page.locator("#result-count")).to_contain_text(" of ")
    assert page.url.endswith(f"&{address}")
    key, least = address.split("=")
    count = server.get(f"/planets?{key}={least}&limit=1").json["count"]
    expect(page.locator("#result-count")).to_contain_text(f"{count:,} of ")


def test_filters_of_an_address_whose_table_is_gone_say_so(page, server):
    page.goto(f"{server.url}/table?q=P777")

    expect(page.locator("#status")).to_contain_text("no table")


def test_an_unknown_source_in_the_address_is_named(page, server):
    page.goto(f"{server.url}/table?source=foo")

    words = "source=foo is not known; source=catalog ranks the known planets."
    expect(page.locator("#status")).to_have_text(words)
