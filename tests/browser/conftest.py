"""A browser that reaches this machine alone, and what it complains of."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from bench.servers import Server
from tests.browser.pages import SEEN, watch

NOWHERE_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost"
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", NOWHERE_ELSE]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium. Not of the session: its event loop would keep other tests from one of theirs."""
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or pytest.skip("needs chromium: tests/debian-packages.sh")
    SEEN.mkdir(exist_ok=True)
    with (
        sync_api.sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)) as launched,
    ):
        yield launched


@pytest.fixture
def page(browser) -> Iterator[Any]:
    with closing(browser.new_context(viewport={"width": 1280, "height": 1000})) as context:
        context.set_default_timeout(60_000)
        yield context.new_page()


@pytest.fixture
def complaints(page: Any, server: Server) -> list[str]:
    """What the browser complains of; see `watch`."""
    return watch(page, server)


@pytest.fixture
def table(page: Any, server: Server, complaints: list[str]) -> Any:
    """The page "Rank a table"."""
    page.goto(f"{server.url}/table")
    return page
