"""Figures: the same for every model, measured on the planets of the exam."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from exohabit.scoring.golden_planets import golden_table
from tests.conftest import ROOT
from tests.training.samples import archive_rows, planet_set
from training import figures, metrics, smoothness
from training.archive import VIEWS, Archive
from training.figures import (
    EDGE,
    GAP,
    LOG_LOSS,
    PRECISION,
    WITHOUT_COMPUTED,
    Exam,
    measure_figures,
    unscored_last,
)
from training.previous_evaluation import PREVIOUS, read_previous
from training.sanity import CASES, RISE
from training.smoothness import EdgePlanets
from training.test_sets import KOI, OEC

EARTH = {"pl_rade": 1.0, "pl_eqt": 255.0, "st_spectype": "G2 V"}
HOT = EARTH | {"pl_eqt": 900.0}


@pytest.fixture
def exam(monkeypatch) -> Exam:
    monkeypatch.setattr(smoothness, "FEWEST", 1)
    revised = planet_set([EARTH, HOT], [0.75, 0.0], ["a", "b"])
    rows = archive_rows(
        EARTH | {"pl_name": "x b"}, HOT | {"pl_name": "y b"}, {"pl_name": "z b", "pl_rade": 1.0}
    )
    edges = EdgePlanets(
        golden_table([EARTH]), np.array([True]), np.ones(1), np.zeros(1, dtype=np.intp)
    )
    return Exam(
        {OEC: revised, KOI: revised}, Archive(rows), np.array([True, False, False]), edges, 0.03
    )


def by_temperature(known) -> np.ndarray:
    """Score 0.9 for Earth's temperature, and 1 for an unknown one."""
    return np.where(np.isnan(known["pl_eqt"]), 1.0, np.where(known["pl_eqt"] < 300.0, 0.9, 0.1))


def test_figures_are_those_of_the_planets(exam):
    found = measure_figures(by_temperature, exam)

    truth, scores = np.array([0.75, 0.0]), np.array([0.9, 0.1])
    assert found[f"{LOG_LOSS}, {OEC}"] == pytest.approx(1e3 * metrics.log_loss(truth, scores))
    assert found[f"{PRECISION}, {KOI}"] == metrics.average_precision(truth, scores)
    assert found[f"{GAP}, {KOI}"] == pytest.approx(0.15)
    assert found[EDGE] == pytest.approx(0.1)
    assert found[figures.LARGEST_STEP] >= found[figures.MEDIAN_STEP]


def test_labelled_planets_with_too_little_data_come_last(exam):
    found = measure_figures(by_temperature, exam)

    for view in VIEWS:
        assert found[figures.labelled_precision(view)] == 1.0
    known = exam.labelled.known(optional=True)
    assert unscored_last(by_temperature)(known).tolist() == [0.9, 0.1, 0.0]


def test_without_high_scores_there_is_no_gap(exam):
    found = measure_figures(lambda known: np.full(known["pl_rade"].size, 0.5), exam)

    assert found[f"{GAP}, {OEC}"] == 0.0


def test_the_model_before_has_the_same_figures_and_sanity_cases(exam):
    previous = read_previous(ROOT / PREVIOUS)
    figures = measure_figures(by_temperature, exam)

    # The service did not yet hide sizes that were computed.
    same = {name for name in figures if WITHOUT_COMPUTED not in name}
    assert same <= previous.figures.keys()
    assert [case.name for case in previous.sanity] == [*CASES, RISE]
    assert all(pd.notna(value) for value in previous.figures.values())


def test_the_model_before_may_be_unknown(tmp_path):
    assert read_previous(tmp_path / "none.json") is None
