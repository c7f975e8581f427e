"""The page "Map" as tests use it: opened until it is drawn, and its drawings."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from tests.browser.pages import until

LETTERS = "bcdefgh"
"""The planets of TRAPPIST-1."""


def open_map(page: Any, address: str) -> None:
    """Open a map, and wait until it is drawn."""
    page.goto(address)
    wait_for_map(page)


def wait_for_map(page: Any) -> None:
    """Wait until both plots are drawn and the table is filled."""
    until(lambda: count_drawings(page))
    page.locator("#histogram-words", has_text="planets").wait_for()
    page.locator("#rows tbody tr").first.wait_for()


def count_drawings(page: Any) -> int:
    """Return how often the diagram has been drawn."""
    count: int = page.evaluate("performance.getEntriesByName('diagram').length")
    return count


def save(page: Any, button: str) -> str:
    """Press a button that saves a drawing, and return its text."""
    with page.expect_download() as started:
        page.locator(button).click()
    text: str = started.value.path().read_text(encoding="utf-8")
    return text


def labels_of(drawing: str) -> list[str]:
    """Return the texts of a drawing."""
    tree = ElementTree.fromstring(drawing)  # noqa: S314
    return [each.text or "" for each in tree.iter("{http://www.w3.org/2000/svg}text")]
