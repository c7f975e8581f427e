"""The page "Rank a table" when a ranking fails: the reason is said, and the table stays."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from tests.browser.pages import until
from tests.browser.table_page import CSV, HEADER, choose, shown
from tests.live.services import Service, running

pytestmark = pytest.mark.slow

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect
LONG = HEADER + "".join(f"P{i},{1 + i % 9},,365,{200 + i % 400},G,\n" for i in range(20_000))
"""A table that takes a moment to rank."""


def fail_once(page: Any, status: int, body: dict[str, Any], **headers: str) -> None:
    """Let the next ranking fail in some way; status 0 stands for a broken connection."""

    def answer(route: Any) -> None:
        if status == 0:
            route.abort("connectionreset")
        else:
            route.fulfill(status=status, json=body, headers=headers)

    page.route("**/rank*", answer, times=3 if status in (0, 502) else 1)


FAILURES = [
    (429, {"code": "rate_limited", "message": "Too many requests"}, "Too many requests"),
    (
        503,
        {"code": "busy", "message": "Too many large requests at once."},
        "large requests at once",
    ),
    (503, {"code": "timeout", "message": "The request took too long."}, "took too long"),
    (502, {}, "does not answer"),
    (0, {}, "does not answer"),
]


@pytest.mark.parametrize(("status", "body", "said"), FAILURES)
def test_a_failure_is_said_plainly_and_the_table_can_be_sent_again(table, status, body, said):
    fail_once(table, status, body, **({"Retry-After": "1"} if status in (429, 503) else {}))
    choose(table, CSV)

    expect(table.locator("#failure")).to_contain_text(said)
    expect(table.locator("#failure")).to_contain_text("still here")
    table.get_by_role("button", name="Try again", exact=True).click()
    assert shown(table)[0][1] == "mine"
    expect(table.locator("#failure")).to_be_hidden()


def test_offline_is_said_and_the_table_is_kept(page, table):
    page.context.set_offline(True)
    choose(table, CSV)

    expect(table.locator("#failure")).to_contain_text("offline")
    page.context.set_offline(False)
    assert shown(table)[0][1] == "mine"


def test_a_ranking_can_be_stopped(table):
    table.route("**/rank*", lambda _: None)  # never answered
    choose(table, CSV)

    table.get_by_role("button", name="Stop").click()
    expect(table.locator("#status")).to_contain_text("Stopped")


def kill_workers(page: Any, service: Service, times: int) -> list[str]:
    """Kill the worker that ranks, as often as asked; return a list of what breaks then."""
    killed: list[set[int]] = []
    broken: list[str] = []

    def new_workers() -> set[int]:
        return {*service.workers()}.difference(*killed)

    def kill(request: Any) -> None:
        if "/rank?" in request.url and len(killed) < times:
            # When workers die one after the other, granian gives up.
            until(lambda: new_workers() or service.process.poll() is not None)
            killed.append(new_workers())
            for worker in killed[-1]:
                os.kill(worker, signal.SIGKILL)

    page.on("request", kill)
    page.on("requestfailed", lambda request: broken.append(request.url))
    return broken


def expect_long_ranking(page: Any) -> None:
    assert len(shown(page)) == 50
    expect(page.locator(".position")).to_have_text("Rows 1 to 50 of 20,000")


def test_a_worker_that_is_killed_while_it_ranks_costs_a_moment(page, tmp_path):
    with running(tmp_path) as service:
        broken = kill_workers(page, service, times=1)
        page.goto(f"http://127.0.0.1:{service.port}/table")
        choose(page, LONG)

        expect_long_ranking(page)  # the page has sent the table again
        assert broken


def test_a_service_that_dies_while_it_ranks_is_said_and_the_table_stays(page, tmp_path):
    with running(tmp_path) as service:
        broken = kill_workers(page, service, times=3)
        page.goto(f"http://127.0.0.1:{service.port}/table")
        choose(page, LONG)

        expect(page.locator("#failure")).to_contain_text("The service does not answer")
        expect(page.locator("#failure")).to_contain_text("still here")
        assert len(broken) == 3
        assert page.locator("#file").evaluate("field => field.files[0].name") == "mine.csv"
        service.stop()
        service.start()
        service.wait_until_ready()
        page.get_by_role("button", name="Try again", exact=True).click()
        expect_long_ranking(page)
        expect(page.locator("#failure")).to_be_hidden()
