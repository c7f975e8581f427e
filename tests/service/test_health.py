"""Health and readiness: what probes are told, and when."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from msgspec.structs import replace as replace_field

from app import create_app
from exohabit.scoring.manifest import BundleError
from exohabit.service import health
from exohabit.service.settings import DRAINING, SHARED
from tests.bad_requests import EARTH
from tests.conftest import StubBundle
from tests.ways import new_settings

pytestmark = pytest.mark.usefixtures("every_way")


class Differing(StubBundle):
    """A model whose golden planets score differently."""

    def check_golden(self) -> None:
        raise BundleError("its golden planets score differently by 0.25")


def test_health_has_the_model_and_the_columns(client, bundle):
    answer = client.get("/health").json

    assert answer["status"] == "success"
    assert answer["health"] == "alive"
    assert answer["model_version"] == bundle.version
    assert answer["columns"][:5] == ["pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype"]


def test_ready_has_the_model(client, bundle):
    answer = client.get("/ready")

    assert answer.status_code == 200
    assert answer.json == {"status": "success", "ready": True, "model_version": bundle.version}


def test_not_ready_if_golden_planets_score_differently(stub):
    client = create_app(new_settings(), Differing(stub.manifest)).test_client()

    answer = client.get("/ready")

    assert (answer.status_code, answer.json["code"]) == (503, "not_ready")
    assert "its golden planets score differently by 0.25" in answer.json["message"]
    assert answer.headers["Retry-After"] == "1"
    assert client.get("/health").status_code == 200


def test_ready_scores_every_golden_planet(bundle):
    *golden, last = bundle.manifest.golden
    other = replace_field(last, score=last.score + 0.01)
    manifest = replace_field(bundle.manifest, golden=(*golden, other))
    broken = replace(bundle, manifest=manifest)

    answer = create_app(new_settings(), broken).test_client().get("/ready")

    assert answer.status_code == 503
    assert "golden planets score differently by 0.01" in answer.json["message"]


def test_not_ready_while_the_server_stops_but_other_requests_are_answered(
    stub, tmp_path, monkeypatch
):
    client = create_app(new_settings(), stub).test_client()
    monkeypatch.setattr(health, "os", SimpleNamespace(environ={SHARED: str(tmp_path)}))
    assert client.get("/ready").status_code == 200

    (tmp_path / DRAINING).touch()

    answer = client.get("/ready")
    assert (answer.status_code, answer.json["code"]) == (503, "not_ready")
    assert "is stopping" in answer.json["message"]
    for path in ("/health", "/model", "/docs"):
        assert client.get(path).status_code == 200
    assert client.post("/predict", json=EARTH).status_code == 200


def test_not_ready_without_space_for_temporary_files(stub, monkeypatch):
    client = create_app(new_settings(), stub).test_client()
    assert client.get("/ready").status_code == 200

    monkeypatch.setattr(health, "free_bytes", lambda: 2**20 - 1)

    answer = client.get("/ready")
    assert (answer.status_code, answer.json["code"]) == (503, "not_ready")
    assert "disk for temporary files is full" in answer.json["message"]
    assert client.post("/predict", json=EARTH).status_code == 200


def test_not_ready_if_the_folder_for_temporary_files_is_gone(stub, monkeypatch):
    def fail() -> int:
        raise FileNotFoundError("gone")

    client = create_app(new_settings(), stub).test_client()
    monkeypatch.setattr(health, "free_bytes", fail)

    answer = client.get("/ready")
    assert (answer.status_code, answer.json["code"]) == (503, "not_ready")
    assert "folder for temporary files cannot be used" in answer.json["message"]
