"""Takes the screenshots of the README: `make screenshots` writes them into docs/."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.pages import until
from tests.conftest import ROOT
from tests.running import serve

PICTURES = {
    "try.png": ("/?planet=TRAPPIST-1+e", "html", "light"),
    "map.png": ("/map", "#zones", "dark"),
}
"""The address, the part of the page and the theme of each picture, by its name in docs/."""
SIZE = {"width": 1120, "height": 840}
MAX_BYTES = 150_000
COLOURS = 256


def main() -> None:
    """Take every picture of a service that is started for it."""
    with serve() as server, sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for name, (address, place, theme) in PICTURES.items():
            page = browser.new_page(viewport=SIZE, color_scheme=theme, reduced_motion="reduce")
            page.goto(f"{server.url}{address}")
            _wait_until_still(page)
            whole = place == "html"
            picture = page.screenshot() if whole else page.locator(place).screenshot()
            _save(picture, ROOT / "docs" / name)
        browser.close()


def _wait_until_still(page: Any) -> None:
    """Wait until two pictures, half a second apart, are the same."""

    def is_still() -> bool:
        before = page.screenshot()
        page.wait_for_timeout(500)
        return bool(page.screenshot() == before)

    page.wait_for_load_state("networkidle")
    until(is_still)


def _save(picture: bytes, path: Path) -> None:
    """Write a picture with few colours, which is a third of the size.

    Raises:
        ValueError: it is still too large.
    """
    image = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=0)
    image.save(path, optimize=True)
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"{path.name} has {path.stat().st_size:,} bytes")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
