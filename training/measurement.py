"""Measures a model on real planets, on the labelled ones in detail; the results are findings.

The model was not fitted on any of these planets. The service does not score planets with too little
data. Among the labelled ones they are counted and ranked last, as the simple rules rank them.
"""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path

import numpy as np

from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.columns import COLUMNS, Column
from exohabit.science.features import Table, feature_matrix, lacks_light, lacks_size
from exohabit.science.spectral_columns import SPECTRAL
from exohabit.scoring.bundle import Bundle
from training import metrics
from training.archive import VIEWS
from training.baselines import baselines, definition
from training.comparison import compare_sets
from training.figures import Exam, measure_figures, unscored_last
from training.findings import EDGES, MODEL, Blanked, Findings, Mistake, Ranked, Smoothness, View
from training.rivals import Rival
from training.sanity import check_sanity
from training.smoothness import edge_error, scan


def measure(
    bundle: Bundle, exam: Exam, rivals: dict[str, dict[str, Rival]], files: dict[str, str]
) -> Findings:
    """Measure a model on real planets, and its smoothness.

    Args:
        bundle: the model.
        exam: the planets.
        rivals: scores of the test sets by test set and rival.
        files: SHA-256 of the tables by file name.
    """
    scorer = partial(score, bundle)
    labels, hosts = exam.labels, exam.labelled.rows["hostname"].to_numpy()
    known = {view: exam.labelled.known(optional=optional) for view, optional in VIEWS.items()}
    scores = {view: scorer(table) for view, table in known.items()}
    names = exam.labelled.rows["pl_name"].tolist()
    return Findings(
        model_version=bundle.version,
        tables=files,
        planets=labels.size,
        habitable=int(labels.sum()),
        prior=exam.prior,
        views={view: measure_view(bundle, labels, hosts, known[view]) for view in VIEWS},
        mistakes=_mistakes(names, labels, scores, bundle.threshold),
        sets=compare_sets(scorer, exam.sets, rivals),
        sanity=check_sanity(scorer),
        smoothness=Smoothness(scan(scorer), edge_error(exam.edges, scorer), exam.edges.noise()),
        figures=measure_figures(scorer, exam),
        seeds={},
    )


def score(bundle: Bundle, known: Table) -> FloatArray:
    """Return scores in double precision, 0 for too little data, shape (planets,)."""
    return unscored_last(lambda table: bundle.score(feature_matrix(table)).astype(np.float64))(
        known
    )


def measure_view(bundle: Bundle, labels: BoolArray, hosts: FloatArray, known: Table) -> View:
    """Measure the model and the simple rules with one set of columns."""
    scores = score(bundle, known)
    draws = metrics.bootstrap(labels, scores, hosts)
    columns = [column for column in COLUMNS if _is_given(known, column).any()]
    too_little = lacks_size(known) | lacks_light(known)
    equal_weights = np.ones(labels.size)
    return View(
        rankings={
            rule: _rank(labels, ranked, hosts, draws)
            for rule, ranked in {MODEL: scores, **baselines(known)}.items()
        },
        brier=metrics.brier(labels, scores),
        calibration=metrics.calibration(definition(known), scores, equal_weights, bins=5),
        counts={
            kind: np.histogram(scores[is_kind], EDGES)[0].tolist()
            for kind, is_kind in (("habitable", labels), ("other", ~labels))
        },
        blanked={
            column.name: _blank(bundle, labels, hosts, draws, known, column) for column in columns
        },
        too_little=_count(too_little, labels),
    )


def _rank(labels: BoolArray, ranked: FloatArray, hosts: FloatArray, draws: FloatArray) -> Ranked:
    """Measure a ranking; `draws` are the model's average precisions in the same bootstrap."""
    own_draws = metrics.bootstrap(labels, ranked, hosts)
    low, high = metrics.interval(own_draws)
    return Ranked(
        average_precision=metrics.average_precision(labels, ranked),
        low=low,
        high=high,
        lead=metrics.interval(draws - own_draws),
        recall={str(top): metrics.recall_at(labels, ranked, top) for top in (50, 100)},
        curve=metrics.precision_recall(labels, ranked),
    )


def _blank(
    bundle: Bundle,
    labels: BoolArray,
    hosts: FloatArray,
    draws: FloatArray,
    known: Table,
    column: Column,
) -> Blanked:
    names = SPECTRAL if column.range is None else (column.name,)
    without = score(bundle, {**known, **dict.fromkeys(names, np.full(labels.size, np.nan))})
    low, high = metrics.interval(draws - metrics.bootstrap(labels, without, hosts))
    return Blanked(
        average_precision=metrics.average_precision(labels, without),
        low=low,
        high=high,
        given=_count(_is_given(known, column), labels),
    )


def _is_given(known: Table, column: Column) -> BoolArray:
    """Return which planets have a value; a known spectral type always has a class."""
    given: BoolArray = ~np.isnan(known["spectype_fgkm" if column.range is None else column.name])
    return given


def _count(selected: BoolArray, labels: BoolArray) -> tuple[int, int]:
    return int(selected.sum()), int((selected & labels).sum())


def _mistakes(
    names: list[str], labels: BoolArray, scores: dict[str, FloatArray], threshold: float
) -> list[Mistake]:
    wrong = np.any([(each >= threshold) != labels for each in scores.values()], axis=0)
    mistakes = [
        Mistake(names[i], bool(labels[i]), {view: float(each[i]) for view, each in scores.items()})
        for i in np.flatnonzero(wrong)
    ]
    return sorted(mistakes, key=lambda each: (not each.habitable, each.pl_name))


def hash_files(*paths: Path) -> dict[str, str]:
    """Return the SHA-256 of files by their name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
