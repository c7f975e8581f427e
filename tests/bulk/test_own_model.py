"""A model that its user has adopted scores files too."""

from __future__ import annotations

from pathlib import Path

import pytest

import inference
from exohabit.inputs.query import NO_QUERY
from exohabit.inputs.readers import CSV
from exohabit.outputs.inference_types import InferenceRequest
from exohabit.scoring.bundle import Bundle
from tests.bulk.made_up import as_csv
from tests.bulk.running import read, scored
from tests.custom_model.models import adopt, classifier, one_hot, save
from tests.custom_model.models import planets as training_planets


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    path, columns = save(folder, classifier(), [*one_hot(training_planets()).columns])
    done = adopt(path, "--columns", columns, into=folder / "adopted")
    assert done.exit_code == 0, done.output
    return folder / "adopted"


def test_an_adopted_model_scores_files_as_it_scores_requests(tmp_path, root, planets, monkeypatch):
    body = as_csv(planets)
    (tmp_path / "in.csv").write_bytes(body)
    monkeypatch.setenv("EXOHABIT_MODEL_ROOT", str(root))

    scored(tmp_path / "in.csv", tmp_path / "out.csv")

    request = InferenceRequest(body, CSV, NO_QUERY, CSV)
    (tmp_path / "rank.csv").write_bytes(inference.rank(Bundle.load(root), request).content)
    theirs = sorted(read(tmp_path / "rank.csv"), key=lambda row: row["index"])
    assert read(tmp_path / "out.csv") == theirs
    assert len({row["score"] for row in theirs}) > 100
