"""Measures a model on the labelled planets of the archive's table; the results are findings.

The model was not fitted on any of these planets. The service would not score planets with too
little data. Here they are ranked as well, as the simple rules rank them, and counted.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.columns import COLUMNS, REQUIRED, Column
from exohabit.science.features import Table, feature_matrix, lacks_light, lacks_size
from exohabit.science.spectral_columns import SPECTRAL
from exohabit.scoring.bundle import Bundle, golden_table
from training import metrics
from training.archive import VIEWS, Archive
from training.baselines import baselines, definition
from training.findings import EDGES, MODEL, Blanked, Findings, Mistake, Ranked, View

SOLAR_SYSTEM = {
    "Mercury": (0.383, 0.055, 88.0, 440.0, "G2 V"),
    "Venus": (0.949, 0.815, 224.7, 227.0, "G2 V"),
    "Venus, its temperature not told": (0.949, 0.815, 224.7, None, "G2 V"),
    "Earth": (1.0, 1.0, 365.25, 255.0, "G2 V"),
    "Earth, only radius and temperature told": (1.0, None, None, 255.0, None),
    "the Moon, were it a planet": (0.273, 0.0123, 365.25, 255.0, "G2 V"),
    "Mars": (0.532, 0.107, 686.98, 210.0, "G2 V"),
    "Jupiter": (11.2, 317.8, 4332.6, 110.0, "G2 V"),
}
"""Radius and mass [Earth's], period [days], equilibrium temperature [K], spectral type."""


def measure(
    bundle: Bundle, archive: Archive, labels: BoolArray, files: dict[str, str], prior: float
) -> Findings:
    """Measure a model on labelled planets.

    Args:
        bundle: the model.
        archive: the planets.
        labels: whether each is in the Habitable Worlds Catalog, shape (planets,).
        files: SHA-256 of the tables by file name.
        prior: share of simulated planets that meet the definition.
    """
    known = {view: archive.known(optional=optional) for view, optional in VIEWS.items()}
    scores = {view: score(bundle, table) for view, table in known.items()}
    hosts = archive.rows["hostname"].to_numpy()
    names = archive.rows["pl_name"].tolist()
    return Findings(
        model_version=bundle.version,
        tables=files,
        planets=labels.size,
        habitable=int(labels.sum()),
        prior=prior,
        solar_system=_score_solar_system(bundle),
        views={view: measure_view(bundle, labels, hosts, known[view]) for view in VIEWS},
        mistakes=_mistakes(names, labels, scores, bundle.threshold),
        seeds={},
    )


def score(bundle: Bundle, known: Table) -> FloatArray:
    """Return the scores of planets in double precision, shape (planets,)."""
    return bundle.score(feature_matrix(known)).astype(np.float64)


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
    low, high = _interval(own_draws)
    return Ranked(
        average_precision=metrics.average_precision(labels, ranked),
        low=low,
        high=high,
        lead=_interval(draws - own_draws),
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
    low, high = _interval(draws - metrics.bootstrap(labels, without, hosts))
    return Blanked(
        average_precision=metrics.average_precision(labels, without),
        low=low,
        high=high,
        given=_count(_is_given(known, column), labels),
    )


def _interval(draws: FloatArray) -> tuple[float, float]:
    """Return 5 and 95 % of a bootstrap."""
    low, high = np.quantile(draws, (0.05, 0.95))
    return float(low), float(high)


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


def _score_solar_system(bundle: Bundle) -> dict[str, float]:
    keys = [column.name for column in REQUIRED]
    planets = [dict(zip(keys, values, strict=True)) for values in SOLAR_SYSTEM.values()]
    scores = score(bundle, golden_table(planets)).tolist()
    return dict(zip(SOLAR_SYSTEM, scores, strict=True))


def hash_files(*paths: Path) -> dict[str, str]:
    """Return the SHA-256 of files by their name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
