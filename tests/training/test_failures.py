"""The notes in failures.csv: each wrong prediction of the shipped model has one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.archive_data import CATALOG, LABELS, needs_archive
from training.archive import VIEWS, Archive, read_labelled
from training.measurement import score
from training.settings import ROOT

KINDS = {"model", "data", "label"}


@pytest.fixture(scope="module")
def reasons() -> pd.DataFrame:
    return pd.read_csv(ROOT / "training" / "failures.csv")


@pytest.fixture(scope="module")
def labelled() -> tuple[Archive, np.ndarray]:
    return read_labelled(CATALOG, LABELS)


def test_a_note_has_a_kind_and_a_sentence(reasons):
    assert reasons.columns.tolist() == ["pl_name", "kind", "reason"]
    assert reasons["pl_name"].is_unique
    assert set(reasons["kind"]) <= KINDS
    assert reasons["reason"].str.fullmatch(r"[A-Z].{20,}\.").all()


@needs_archive
@pytest.mark.parametrize("optional", VIEWS.values(), ids=list(VIEWS))
def test_every_wrong_prediction_has_a_note(bundle, labelled, reasons, optional):
    archive, habitable = labelled
    scores = score(bundle, archive.known(optional=optional))

    wrong = archive.rows["pl_name"][(scores >= bundle.threshold) != habitable]

    assert 0 < len(wrong) < 100
    assert set(wrong) - set(reasons["pl_name"]) == set()


@needs_archive
def test_every_note_is_about_a_labelled_planet(labelled, reasons):
    assert set(reasons["pl_name"]) <= set(labelled[0].rows["pl_name"])


@needs_archive
def test_planets_with_an_old_label_were_found_after_the_labels(labelled, reasons):
    found = labelled[0].rows.set_index("pl_name")["disc_year"]
    old_label = reasons.loc[reasons["kind"] == "label", "pl_name"]

    # The labels are those of the catalog of January 2024.
    assert (found[old_label] >= 2024).all()
