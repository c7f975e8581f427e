"""Measures the pages in a browser: `make bench-pages` prints sizes and times as a table."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.pages import until
from tests.running import serve

RUNS = 11
"""The first one is not counted: the service has just started."""
INTERACTIVE = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
"""Milliseconds from the start until every script of the page has run."""
DRAWN = """() => performance.getEntriesByName('diagram')
  .map(({ startTime, duration }) => [duration, startTime + duration])[0]"""
"""Milliseconds of drawing, and from the start of the page, once the diagram is there."""
SORT = """async (key) => {
  const began = performance.now();
  document.querySelector(`[data-key=${key}]`).click();
  document.body.getBoundingClientRect();
  const sorted = performance.now() - began;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return [sorted, performance.now() - began];
}"""
"""Milliseconds until the rows are in order and laid out, and until the browser has painted them."""

Figures = dict[str, float]


def first_view(page: Any, address: str) -> Figures:
    """Measure the start page with a planet: how much is sent, and when it can be used."""
    sizes: list[float] = []
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda each: sizes.append(each["encodedDataLength"]))
    page.goto(f"{address}/?planet=Earth", wait_until="networkidle")
    return {
        "first view, bytes with headers": sum(sizes),
        "first view, files": len(sizes),
        "first view, interactive, ms": page.evaluate(INTERACTIVE),
    }


def plot(page: Any, address: str) -> Figures:
    """Measure the diagram of the catalogue; its processor time hardly varies with the load."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(f"{address}/map")
    drawing, since_start = until(lambda: page.evaluate(DRAWN))
    metrics = session.send("Performance.getMetrics")["metrics"]
    (seconds,) = (each["value"] for each in metrics if each["name"] == "TaskDuration")
    return {
        "plot of the catalogue, processor time of the page, ms": 1000 * seconds,
        "plot of the catalogue, drawing, ms": drawing,
        "plot of the catalogue, from the request of the page on, ms": since_start,
    }


def sorting(page: Any, address: str) -> Figures:
    """Measure the slowest column of the catalogue's table."""
    page.goto(f"{address}/table?source=catalog")
    page.locator("#rows tbody tr").first.wait_for()
    keys = ("name", "pl_rade", "sy_dist", "st_spectype", "score")
    sorted_in, painted_in = zip(*(page.evaluate(SORT, key) for key in keys), strict=True)
    return {
        "sorting 6,000 rows, slowest column, ms": max(sorted_in),
        "sorting 6,000 rows, painted, ms": max(painted_in),
    }


def main() -> None:
    """Measure a service that is started for it, each time with an empty cache."""
    runs: list[Figures] = []
    with serve() as server, sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for _ in range(RUNS):
            runs.append({})
            measures: tuple[Callable[[Any, str], Figures], ...] = (first_view, plot, sorting)
            for measure in measures:
                with closing(browser.new_context()) as context:
                    runs[-1] |= measure(context.new_page(), server.url)
        browser.close()
    print(f"load {os.getloadavg()[0]:.1f}; median and worst of {RUNS - 1} runs\n")
    print("| | median | worst |\n|---|---:|---:|")
    for name in runs[0]:
        values = [run[name] for run in runs[1:]]
        print(f"| {name} | {median(values):,.0f} | {max(values):,.0f} |")


if __name__ == "__main__":
    main()
