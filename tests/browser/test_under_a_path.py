"""The service behind nginx under /exo/: the docs and generated clients call the right address."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pytest

from tests.bad_requests import EARTH
from tests.conftest import ROOT
from tests.generated_clients import python_client, run
from tests.live.clients import Client
from tests.live.proxy import Proxy, nginx_under_a_path
from tests.live.services import running

pytestmark = pytest.mark.slow

pytest.importorskip("playwright.sync_api")


@pytest.fixture(scope="module")
def proxy(tmp_path_factory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("service")
    with (
        running(folder, workers=1, proxies=1) as service,
        nginx_under_a_path(service.port) as nginx,
    ):
        yield nginx


def test_the_docs_send_requests_to_the_path(page, proxy):
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    address = f"http://127.0.0.1:{proxy.port}/exo"
    page.goto(f"{address}/docs")
    operation = page.locator(".opblock[id$='-predict']")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Execute").click()

    answer = json.loads(operation.locator(".live-responses-table pre").first.inner_text())

    assert answer["status"] == "success"
    assert sent[-1].partition("?")[0] == f"{address}/predict"
    assert f"{address}/openapi.json" in sent
    assert all(url.startswith(f"{address}/") for url in sent if url.startswith("http"))


def test_a_generated_client_and_the_examples_in_messages_use_the_path(proxy, tmp_path):
    address = f"http://127.0.0.1:{proxy.port}/exo"
    with Client(proxy.port) as client:
        folder = python_client(client.get("/exo/openapi.json").body, tmp_path)
        message = client.get("/exo/rank").json["message"]
        score = client.post("/exo/predict", json.dumps(EARTH).encode()).json["score"]

    example = ROOT / "examples" / "with_generated_client.py"
    done = run(sys.executable, example, address, cwd=folder, PYTHONPATH=str(folder))

    assert f"curl {address}/rank -H" in message
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"EarthLike: {score:.4f}, ")


def test_the_page_of_a_planet_works_under_the_path(page, proxy):
    address = f"http://127.0.0.1:{proxy.port}/exo"
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.goto(f"{address}/?planet=Mars")
    page.get_by_role("link", name="Earth", exact=True).click()
    page.get_by_role("heading", level=2, name="Earth", exact=True).wait_for()
    page.get_by_label("Radius", exact=True).fill("2")
    page.locator("#verdict .compared").wait_for()
    command = page.locator("pre[data-language=curl]").inner_text()

    assert page.url == f"{address}/?planet=Earth&pl_rade=2"
    assert f"'{address}/planets/Earth/predict?pl_rade=2&" in command
    page.get_by_role("link", name="Model card").click()
    page.get_by_role("heading", level=1, name="Model card").wait_for()
    page.goto(f"{address}/planets/nothing")
    page.get_by_role("link", name="Try a planet", exact=True).last.click()
    page.locator("#planet-name").wait_for()
    assert page.url == f"{address}/"
    assert all(url.startswith(f"{address}/") for url in sent)
