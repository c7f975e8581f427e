"""Pages when something is wrong: no network, limits, a service that restarts."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest

from bench.servers import Server
from tests.browser.pages import axe, until, watch
from tests.live.services import running

pytestmark = pytest.mark.slow

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect
BUSY = '{"status":"error","code":"not_ready","message":"The service is stopping.","request_id":"1"}'


@pytest.fixture
def start(tmp_path) -> Iterator[Callable[..., Any]]:
    """Return what starts a service of one's own."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(running(tmp_path / "service", **settings))


def opened(page: Any, service: Any, path: str = "/") -> list[str]:
    complaints = watch(page, Server(service.port))
    page.goto(f"http://127.0.0.1:{service.port}{path}")
    return complaints


def type_radius(page: Any, radius: str) -> None:
    page.get_by_label("Radius", exact=True).fill(radius)


def expect_kept(page: Any, radius: str) -> None:
    """Check that what was entered is still there, in the form and in the address."""
    assert page.get_by_label("Radius", exact=True).input_value() == radius
    assert f"pl_rade={radius}" in page.url


def test_offline_is_said_and_the_score_comes_with_the_network(page, start):
    service = start()
    opened(page, service, "/?planet=Earth")
    page.context.set_offline(True)
    type_radius(page, "2")

    expect(page.get_by_role("alert")).to_contain_text("You are offline.")
    expect_kept(page, "2")
    expect(page.locator("#verdict")).to_contain_text("This is still the answer from before.")
    until(lambda: color(page, ".big") == color(page, ".note, .help"))
    page.context.set_offline(False)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator("#verdict")).to_contain_text("Earth as it is")
    expect(page.locator("#verdict")).not_to_contain_text("from before")
    assert color(page, ".big") != color(page, ".note, .help")


def color(page: Any, selector: str) -> Any:
    return page.locator(f"#planet :is({selector})").first.evaluate("e => getComputedStyle(e).color")


def test_offline_another_planet_is_not_mistaken_for_the_one_that_is_shown(page, start):
    service = start()
    opened(page, service, "/?planet=Mars")
    page.context.set_offline(True)
    page.get_by_role("link", name="Venus", exact=True).click()

    expect(page.locator("#verdict")).to_contain_text("This is still the answer from before.")
    assert axe(page) == []
    assert page.get_by_role("combobox").input_value() == "Venus"
    page.context.set_offline(False)
    expect(page.locator("#verdict-title")).to_have_text("Venus")
    expect(page.locator("#verdict")).not_to_contain_text("from before")


def test_a_limit_is_said_with_the_time_to_wait(page, start):
    service = start(rate_limit="3/hour")
    complaints = opened(page, service, "/?planet=Earth")
    for radius in ("2", "3", "4"):
        with page.expect_response(lambda response: "/answer" in response.url):
            type_radius(page, radius)

    expect(page.get_by_role("alert")).to_contain_text("Too many requests.")
    button = page.get_by_role("alert").get_by_role("button")
    expect(button).to_be_disabled()
    expect(button).to_contain_text("Try again in")
    expect_kept(page, "4")
    assert complaints == []


def test_a_service_that_is_not_ready_is_asked_again(page, server):
    complaints = watch(page, server)
    page.goto(f"{server.url}/?planet=Earth")
    refuse = partial(
        lambda route: route.fulfill(
            status=503,
            body=BUSY,
            headers={"Retry-After": "1", "Content-Type": "application/json"},
        )
    )
    page.route("**/answer?*", refuse)
    type_radius(page, "2")

    expect(page.get_by_role("alert")).to_contain_text("The service is stopping.")
    expect_kept(page, "2")
    page.unroute("**/answer?*", refuse)
    page.get_by_role("button", name="Try again", exact=True).click()
    expect(page.locator("#verdict")).to_contain_text("Earth as it is")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert complaints == []


def test_a_killed_worker_costs_a_moment_and_a_stopped_service_is_said(page, start):
    service = start()
    opened(page, service, "/?planet=Earth")
    (worker,) = service.workers()
    os.kill(worker, signal.SIGKILL)
    type_radius(page, "2")
    until(lambda: page.locator("#verdict .compared, [role=alert]").count())
    if page.get_by_role("alert").count():  # it took longer than the page tries by itself
        expect(page.get_by_role("alert")).to_contain_text("The service does not answer")
        service.wait_until_ready()
        page.get_by_role("button", name="Try again", exact=True).click()
    expect(page.locator("#verdict")).to_contain_text("Earth as it is")

    service.stop()
    type_radius(page, "3")
    expect(page.get_by_role("alert")).to_contain_text("The service does not answer")
    expect_kept(page, "3")


@pytest.mark.parametrize(
    ("path", "title", "link"),
    [
        ("/nothing", "There is no such page", "Try a planet"),
        ("/rank", "This address is for programs", "All requests of the API"),
        ("/rank", "This address is for programs", "Rank a table"),
        ("/planets/trapist-1e", "No known planet has this name", "TRAPPIST-1 e"),
    ],
)
def test_an_error_page_leads_on(page, server, path, title, link):
    complaints = watch(page, server)
    page.goto(f"{server.url}{path}")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.locator("main").get_by_role("link", name=link).click()

    page.wait_for_load_state()
    assert page.locator("h1, #docs").first.is_visible()
    assert page.url != f"{server.url}{path}"
    assert complaints == []
