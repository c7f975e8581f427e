"""The failures: each planet that the shipped model gets wrong was looked at, and says why."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from exohabit.science.features import feature_matrix
from tests.archive_data import CATALOG, LABELS, needs_archive
from training.archive import Archive
from training.evaluate import VIEWS
from training.settings import ROOT

KINDS = {"model", "data", "label"}


@pytest.fixture(scope="module")
def reasons() -> pd.DataFrame:
    return pd.read_csv(ROOT / "training" / "failures.csv")


@pytest.fixture(scope="module")
def labelled() -> tuple[Archive, np.ndarray]:
    return Archive.read(CATALOG).labelled(LABELS)


def test_a_failure_has_a_kind_and_a_reason_in_a_sentence(reasons):
    assert reasons.columns.tolist() == ["pl_name", "kind", "reason"]
    assert reasons["pl_name"].is_unique
    assert set(reasons["kind"]) <= KINDS
    assert reasons["reason"].str.fullmatch(r"[A-Z].{20,}\.").all()


@needs_archive
@pytest.mark.parametrize("optional", VIEWS.values(), ids=list(VIEWS))
def test_every_planet_that_the_model_gets_wrong_has_a_reason(bundle, labelled, reasons, optional):
    archive, habitable = labelled
    scores = bundle.score(feature_matrix(archive.known(optional=optional)))

    wrong = archive.rows["pl_name"][(scores >= bundle.threshold) != habitable]

    assert 0 < len(wrong) < 100
    assert set(wrong) - set(reasons["pl_name"]) == set()


@needs_archive
def test_a_planet_with_a_reason_is_one_of_the_labelled(labelled, reasons):
    assert set(reasons["pl_name"]) <= set(labelled[0].rows["pl_name"])


@needs_archive
def test_what_is_put_down_to_the_labels_age_was_found_after_them(labelled, reasons):
    found = labelled[0].rows.set_index("pl_name")["disc_year"]
    old_label = reasons.loc[reasons["kind"] == "label", "pl_name"]

    # The labels are those of the catalog of January 2024.
    assert (found[old_label] >= 2024).all()
