"""Measurement: a model on the labelled planets of an archive's table, as findings.

Nothing of these planets was fitted on. The trap: what is known of a planet may be too little for
the service to judge it; such planets are ranked here all the same, as the rules rank them, and
counted.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.columns import COLUMNS, Column
from exohabit.science.features import Table, feature_matrix, lacks_light, lacks_size
from exohabit.science.spectral_columns import SPECTRAL
from exohabit.scoring.bundle import Bundle, golden_table
from training import metrics
from training.archive import VIEWS, Archive
from training.baselines import baselines, definition
from training.findings import EDGES, MODEL, Blanked, Findings, Mistake, Ranked, View

_KEYS = ("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype")
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


def measure(bundle: Bundle, catalog: Path, labels_file: Path, prior: float) -> Findings:
    """Measure a model on the planets of an archive's table that a file labels."""
    archive, labels = Archive.read(catalog).labelled(labels_file)
    known = {view: archive.known(optional=optional) for view, optional in VIEWS.items()}
    scores = {view: score(bundle, table) for view, table in known.items()}
    hosts = archive.rows["hostname"].to_numpy()
    names = archive.rows["pl_name"].tolist()
    return Findings(
        model_version=bundle.version,
        tables={path.name: _sha256(path) for path in (catalog, labels_file)},
        planets=labels.size,
        habitable=int(labels.sum()),
        prior=prior,
        solar_system=_score_solar_system(bundle),
        views={view: measure_view(bundle, labels, hosts, known[view]) for view in VIEWS},
        mistakes=_mistakes(names, labels, scores, bundle.threshold),
        seeds={},
    )


def score(bundle: Bundle, known: Table) -> FloatArray:
    """Score planets, shape (planets,), in double precision."""
    return bundle.score(feature_matrix(known)).astype(np.float64)


def measure_view(bundle: Bundle, labels: BoolArray, hosts: FloatArray, known: Table) -> View:
    """Measure one way to tell the labelled planets: the model beside the rules."""
    scores = score(bundle, known)
    draws = metrics.bootstrap(labels, scores, hosts)
    columns = [column for column in COLUMNS if _is_given(known, column).any()]
    too_little = lacks_size(known) | lacks_light(known)
    even = np.ones(labels.size)
    return View(
        rankings={
            rule: _rank(labels, ranked, hosts, draws)
            for rule, ranked in {MODEL: scores, **baselines(known)}.items()
        },
        brier=metrics.brier(labels, scores),
        calibration=metrics.calibration(definition(known), scores, even, bins=5),
        counts={
            kind: np.histogram(scores[chosen], EDGES)[0].tolist()
            for kind, chosen in (("habitable", labels), ("other", ~labels))
        },
        blanked={
            column.name: _blank(bundle, labels, hosts, draws, known, column) for column in columns
        },
        too_little=_count(too_little, labels),
    )


def _rank(labels: BoolArray, ranked: FloatArray, hosts: FloatArray, draws: FloatArray) -> Ranked:
    """Measure a ranking, beside the model's average precision in every draw of the bootstrap."""
    drawn = metrics.bootstrap(labels, ranked, hosts)
    low, high = _reach(drawn)
    return Ranked(
        average_precision=metrics.average_precision(labels, ranked),
        low=low,
        high=high,
        lead=_reach(draws - drawn),
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
    low, high = _reach(draws - metrics.bootstrap(labels, without, hosts))
    return Blanked(
        average_precision=metrics.average_precision(labels, without),
        low=low,
        high=high,
        given=_count(_is_given(known, column), labels),
    )


def _reach(draws: FloatArray) -> tuple[float, float]:
    """Return 5 and 95 % of a bootstrap."""
    low, high = np.quantile(draws, (0.05, 0.95))
    return float(low), float(high)


def _is_given(known: Table, column: Column) -> BoolArray:
    """Say which planets have a column; of a spectral type, its class is always known."""
    given: BoolArray = ~np.isnan(known["spectype_fgkm" if column.range is None else column.name])
    return given


def _count(chosen: BoolArray, labels: BoolArray) -> tuple[int, int]:
    return int(chosen.sum()), int((chosen & labels).sum())


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
    planets = [dict(zip(_KEYS, values, strict=True)) for values in SOLAR_SYSTEM.values()]
    scores = score(bundle, golden_table(planets)).tolist()
    return dict(zip(SOLAR_SYSTEM, scores, strict=True))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
