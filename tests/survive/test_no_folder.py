"""Something removes the folder that the workers share: small requests and metrics are answered."""

from __future__ import annotations

import shutil

from tests.bad_requests import EARTH
from tests.live.clients import Client
from tests.live.services import LARGE, running


def test_without_the_shared_folder_only_large_requests_are_refused(tmp_path):
    with running(tmp_path, workers=1) as service, Client(service.port) as client:
        shutil.rmtree(service.shared())
        statuses = {path: client.get(path).status for path in ("/metrics", "/stats", "/ready")}
        large = client.post("/predict", LARGE)
        small = client.post("/predict", EARTH)
        exit_code = service.stop()

    assert statuses == {"/metrics": 200, "/stats": 200, "/ready": 503}
    assert (large.status, large.json["code"]) == (503, "busy")
    assert small.status == 200
    assert exit_code == 0
