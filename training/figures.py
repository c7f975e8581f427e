"""Figures: the numbers by which two models are compared, the same for every model.

They are measured for the model in `models/`, for models that differ by their seed only, and once
for the model before (`models/previous_evaluation.json`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.features import Table, lacks_light, lacks_size
from training import metrics
from training.archive import VIEWS, Archive
from training.comparison import HIGH
from training.smoothness import EdgePlanets, Scorer, edge_error, scan
from training.test_sets import REVISED, PlanetSet

LOG_LOSS = "log-loss · 10³"
PRECISION = "average precision"
GAP = f"mean score minus share true, scores from {HIGH:g}"
EDGE = "edge calibration error"
MEDIAN_STEP = "median of the largest steps of the scans"
WITHOUT_COMPUTED = "computed sizes hidden"
"""As the service hides them, if a request says which ones they are."""
LARGEST_STEP = "largest step of all scans"


@dataclass(frozen=True, slots=True)
class Exam:
    """All planets that the figures of a model are measured on."""

    sets: dict[str, PlanetSet]
    labelled: Archive
    """The archive's planets that have a label."""
    labels: BoolArray
    edges: EdgePlanets
    prior: float
    """Share of simulated planets that meet the definition."""


def measure_figures(score: Scorer, exam: Exam) -> dict[str, float]:
    """Return the figures of a model by name."""
    scores = {name: score(planets.known) for name, planets in exam.sets.items()}
    truths = {name: planets.truth for name, planets in exam.sets.items()}
    figures = {}
    for name, each in scores.items():
        figures[f"{LOG_LOSS}, {name}"] = 1e3 * metrics.log_loss(truths[name], each)
    for name, each in scores.items():
        figures[f"{PRECISION}, {name}"] = metrics.average_precision(truths[name], each)
    for view, optional in VIEWS.items():
        for name, computed in ((view, True), (f"{view}, {WITHOUT_COMPUTED}", False)):
            known = exam.labelled.known(optional=optional, computed=computed)
            ranked = unscored_last(score)(known)
            figures[labelled_precision(name)] = metrics.average_precision(exam.labels, ranked)
    for name in REVISED:
        high = scores[name] >= HIGH
        gap = scores[name][high].mean() - truths[name][high].mean() if high.any() else 0.0
        figures[f"{GAP}, {name}"] = float(gap)
    steps = [each.step for each in scan(score)]
    figures[EDGE] = edge_error(exam.edges, score)
    figures[MEDIAN_STEP] = float(np.median(steps))
    figures[LARGEST_STEP] = max(steps)
    return figures


def unscored_last(score: Scorer) -> Scorer:
    """Return a scorer that gives 0 to planets with too little data, which the service leaves out.

    The model never saw such planets, so what its trees say of them means nothing.
    """

    def score_or_zero(known: Table) -> FloatArray:
        too_little = lacks_size(known) | lacks_light(known)
        return np.where(too_little, 0.0, score(known))

    return score_or_zero


def labelled_precision(view: str) -> str:
    """Return the name of the average precision of the labelled half, scored with a view."""
    return f"{PRECISION}, labelled half, {view}"
