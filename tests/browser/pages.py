"""Pages in a browser: what it complains of, what axe finds, and how wide a page is."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

from bench.servers import Server
from tests.conftest import ROOT

SEEN = ROOT / "build"
"""Where what the browser showed is kept, for people to look at."""
WIDTHS = (360, 768, 1440)
THEMES = ("light", "dark")
_EXPECTED = "Failed to load resource: the server responded with a status of"
"""The browser's own line about an answer such as 400, which the page tells in words."""
_RUN_AXE = "async () => (await axe.run()).violations.map(v => `${v.id}: ${v.nodes[0].html}`)"


def watch(page: Any, server: Server) -> list[str]:
    """Return a list that fills with errors, violations of the policy and foreign requests."""
    found: list[str] = []

    def refuse(route: Any) -> None:
        found.append(f"asks {route.request.url}")
        route.abort()

    def note(message: Any) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_EXPECTED):
            found.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("dialog", lambda dialog: (found.append(dialog.message), dialog.dismiss()))
    local = (f"{server.url}/", "blob:", "data:")
    page.route(lambda url: not url.startswith(local), refuse)
    return found


def axe(page: Any) -> list[str]:
    """Return what axe-core finds wrong with a page as it is."""
    package = pytest.importorskip("axe_playwright_python")
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate((files(package) / "axe.min.js").read_text(encoding="utf-8"))
    violations: list[str] = page.evaluate(_RUN_AXE)
    return violations


def until(condition: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Wait until a condition holds, and return what it returned.

    Playwright's own `wait_for_function` violates the policy of the pages.
    """
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return value


def fits(page: Any) -> bool:
    """Whether a page needs no scrolling sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def is_in_view(part: Any) -> bool:
    """Whether the window shows the whole of a part of a page."""
    return bool(
        part.evaluate(
            "part => { const { top, bottom } = part.getBoundingClientRect();"
            " return top > -1 && bottom < innerHeight + 1 }"
        )
    )


def look(page: Any, name: str) -> None:
    """Keep what a page shows, for people to look at."""
    page.screenshot(path=SEEN / f"{name}.png", full_page=True)
