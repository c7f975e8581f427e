"""Ablation results: the file of `training.ablation` is read."""

from __future__ import annotations

import msgspec
import pytest

from tests.training.samples import sample_results
from training.ablation_results import read_results


def test_results_are_read_as_written(tmp_path):
    path = tmp_path / "ablation.json"
    path.write_bytes(msgspec.json.encode(sample_results()))

    assert read_results(path) == sample_results()


def test_the_file_may_be_missing(tmp_path):
    assert read_results(tmp_path / "ablation.json") is None


def test_a_change_without_its_effect_is_an_error(tmp_path):
    change = {"name": "a", "adopted": True, "why": "b"}
    path = tmp_path / "ablation.json"
    path.write_bytes(msgspec.json.encode({"seeds": 5, "planets": 1, "changes": [change]}))

    with pytest.raises(msgspec.ValidationError, match="with_it"):
        read_results(path)
