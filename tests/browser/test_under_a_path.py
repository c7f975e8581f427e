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
