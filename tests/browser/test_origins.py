"""Pages of other origins in a browser: which answers they may read, and the example page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import pytest

from bench.servers import Server, free_port, start
from tests.bad_requests import EARTH, LIMIT, without
from tests.browser.pages import SEEN
from tests.conftest import ROOT
from tests.running import needs_make_run

pytestmark = pytest.mark.slow

sync_api = pytest.importorskip("playwright.sync_api")

FETCH = """async ([url, init]) => {
  if (typeof init?.body === "number") init.body = " ".repeat(init.body);
  try {
    const response = await fetch(url, init);
    const headers = Object.fromEntries(response.headers);
    return { status: response.status, headers, text: await response.text() };
  } catch (error) { return { error: error.name }; }
}"""
TABLE = "pl_rade,pl_bmasse,pl_orbper,pl_eqt,st_spectype\n1.1,0.9,365,288,G\n"


def post(body: Any, content_type: str = "application/json") -> dict[str, Any]:
    """Return what fetch takes; a number stands for so many bytes, which the page makes itself."""
    body = json.dumps(body) if isinstance(body, dict) else body
    headers = {"Content-Type": content_type, "X-Request-ID": "mine-1"}
    return {"method": "POST", "body": body, "headers": headers}


FETCHES: list[tuple[str, dict[str, Any] | None, int, str]] = [
    ("/", None, 200, '"service":"ExoHabit"'),
    ("/", None, 200, '"service":"ExoHabit"'),
    ("/openapi.json", None, 200, '"openapi":"3.1.0"'),
    ("/predict", post(EARTH), 200, '"score":0.90'),
    ("/predict", post(TABLE, "text/csv"), 200, '"score":0.90'),
    (f"/predict?{urlencode(EARTH)}", None, 200, '"score":0.90'),
    ("/rank", post({"planets": [EARTH] * 100}), 200, '"index":99'),
    ("/predict", post(without("pl_rade", pl_eqt=-1)), 400, '"pointer":"/pl_rade"'),
    ("/predict", post("{"), 400, '"invalid_json"'),
    ("/nothing", None, 404, "GET / lists all endpoints"),
    ("/rank", None, 405, "Example: curl"),
    ("/predict", post(LIMIT + 1), 413, '"body_too_large"'),
    ("/predict", post(EARTH, "text/plain"), 415, '"unsupported_media_type"'),
]
"""Path, what is fetched, and the status and a part of the body that the page then reads."""
LISTED = "https://example.org,http://localhost:{site}"


@pytest.fixture(scope="module")
def site() -> Iterator[int]:
    """The port, on 127.0.0.1 and so on localhost, of a site that holds the examples."""

    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    handler = partial(quiet, directory=str(ROOT / "examples"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = Thread(target=running.serve_forever)
        thread.start()
        yield running.server_port
        running.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def allowing(site, server) -> Iterator[Callable[[str], Server]]:
    """Return a service that allows some origins, started on first use; "": none is set."""
    needs_make_run()
    with ExitStack() as running:

        @cache
        def service(origins: str) -> Server:
            if not origins:
                return server
            port = free_port()
            command = ["make", "run", f"PORT={port}", "WORKERS=1"]
            origins = origins.format(site=site)
            return running.enter_context(start(command, port, EXOHABIT_ORIGINS=origins))

        yield service


@pytest.mark.parametrize("origins", [LISTED, "*"])
def test_a_page_of_an_allowed_origin_reads_answers_and_errors(page, site, allowing, origins):
    page.goto(f"http://localhost:{site}/")
    came: list[Any] = []
    page.on("response", lambda response: came.append(response))  # noqa: PLW0108 (no builtin)

    for path, init, status, part in FETCHES:
        read = page.evaluate(FETCH, [allowing(origins).url + path, init])

        assert (path, read["status"]) == (path, status)
        assert part in read["text"]
        assert read["headers"]["x-request-id"] == "mine-1" or init is None
        assert "x-model-version" in read["headers"]
        assert ("etag" in read["headers"]) == (status == 200 and init is None)
        assert status == 200 or read["headers"]["x-request-id"] in read["text"]
    assert came[0].all_headers()["content-encoding"] == "gzip"
    assert "if-none-match" in came[1].request.all_headers()


@pytest.mark.parametrize("origins", ["https://example.org", "http://127.0.0.1:{site}", ""])
def test_a_page_of_an_origin_that_is_not_allowed_reads_nothing(page, site, allowing, origins):
    page.goto(f"http://localhost:{site}/")

    for path, init, _, _ in FETCHES:
        assert page.evaluate(FETCH, [allowing(origins).url + path, init]) == {"error": "TypeError"}


def fill_in(page: Any, address: str, service: Server, planet: dict[str, Any]) -> str:
    """Fill in the example's form and press its button; return what it then says."""
    page.goto(f"{address}/fetch_browser.html?{urlencode({'service': service.url})}")
    for name, value in planet.items():
        page.locator(f"#{name}").fill("" if value is None else str(value))
    page.locator("#ask").click()
    sync_api.expect(page.locator("#ask")).to_be_enabled()
    page.screenshot(path=SEEN / "example.png")
    return page.locator("#answer").inner_text()


@pytest.mark.parametrize(
    "planet",
    [
        EARTH,
        {**EARTH, "pl_bmasse": None},
        {**EARTH, "pl_rade": -1},
        {**EARTH, "pl_rade": "<b>", "pl_eqt": 0, "st_spectype": "blue"},
        dict.fromkeys(EARTH),
    ],
)
def test_the_example_of_a_page_says_what_the_service_says(page, site, allowing, planet):
    service = allowing(LISTED)
    answer = service.post("/predict", planet).json

    said = fill_in(page, f"http://localhost:{site}", service, planet)

    if answer["status"] == "success":
        assert f"Score {answer['score']:.4f}: {answer['label']}" in said
    else:
        problems = answer.get("problems", [answer])
        assert all(problem["message"] in said for problem in problems)


@pytest.mark.parametrize(
    ("address", "origins", "said"),
    [
        ("http://localhost:{site}", "", "does not allow pages of http://localhost:"),
        ("http://127.0.0.1:{site}", LISTED, "does not allow pages of http://127.0.0.1:"),
        ((ROOT / "examples").as_uri(), LISTED, "does not allow pages"),
        ((ROOT / "examples").as_uri(), "*", "Score 0.90"),
    ],
)
def test_the_example_of_a_page_tells_where_it_is_not_allowed(
    page, site, allowing, address, origins, said
):
    assert said in fill_in(page, address.format(site=site), allowing(origins), EARTH)
