"""Findings: written to a file and read again."""

from __future__ import annotations

import msgspec
import pytest

from tests.training.samples import sample_findings
from training.findings import Findings


def test_findings_are_read_as_written(tmp_path):
    findings = sample_findings("a version")

    findings.write(tmp_path / "findings.json")

    assert Findings.read(tmp_path / "findings.json") == findings


def test_another_file_is_an_error(tmp_path):
    (tmp_path / "findings.json").write_text('{"model_version": "a version"}', encoding="utf-8")

    with pytest.raises(msgspec.ValidationError, match="tables"):
        Findings.read(tmp_path / "findings.json")
