"""Descriptions of the service and of its model."""

from __future__ import annotations

import hashlib

from exohabit.outputs.service_info import describe_model
from exohabit.science.columns import COLUMNS
from tests.conftest import ROOT


def test_the_model_is_described_by_its_manifest(bundle):
    info = describe_model(bundle.manifest, "/card", body_bytes=7)

    model = (ROOT / "models" / "habitability_model.pkl").read_bytes()
    assert info.sha256 == hashlib.sha256(model).hexdigest()
    assert info.model_version == bundle.version
    assert info.trained == bundle.manifest.trained
    assert info.threshold == bundle.threshold
    assert "Kopparapu" in info.definition
    assert info.metrics.calibration_error < 0.02
    assert info.feature_meanings.keys() == set(info.features)
    assert (info.card, info.limits.body_bytes, info.limits.planets) == ("/card", 7, 100_000)


def test_every_column_is_described(bundle):
    described = {each.name: each for each in describe_model(bundle.manifest, "/card", 1).columns}

    assert list(described) == [column.name for column in COLUMNS]
    for column in COLUMNS:
        each = described[column.name]
        assert (each.meaning, each.unit) == (column.meaning, column.unit)
        assert each.required == column.required
        assert each.range == (list(column.range) if column.range else None)


def test_the_model_endpoint_returns_the_description(client, bundle):
    answer = client.get("/model").json

    assert answer["status"] == "success"
    assert answer["model_version"] == bundle.version
    assert answer["limits"]["body_bytes"] == 32 * 2**20
    assert answer["columns"][0] == {
        "name": "pl_rade",
        "meaning": "planet radius",
        "unit": "Earth radii",
        "required": True,
        "range": [0.01, 3200.0],
    }
