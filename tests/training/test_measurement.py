"""Measurement: a new measurement gives the committed findings, figure by figure."""

from __future__ import annotations

from functools import partial

import msgspec
import numpy as np
import pytest

from exohabit.science.columns import COLUMNS, REQUIRED
from exohabit.science.features import lacks_light, lacks_size
from exohabit.science.spectral_columns import SPECTRAL
from tests.archive_data import CATALOG, KOI, LABELS, OEC, needs_tables
from tests.conftest import ROOT
from tests.training.samples import ALL, FIVE, areas
from training import comparison, measurement, metrics
from training.archive import read_labelled
from training.figures import Exam
from training.findings import FINDINGS, MODEL, Findings
from training.rivals import score_by_formulas
from training.smoothness import simulate_edges
from training.test_sets import Tables, planet_set, read_test_sets

DRAWN = ("low", "high", "lead", "seeds")
"""Parts of findings that need a bootstrap or a fit, which take too long here."""


TABLES = Tables(CATALOG, LABELS, OEC, KOI)


def measure(bundle, sets, edges) -> Findings:
    """Return new findings, without the rivals that take long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics, "bootstrap", partial(metrics.bootstrap, draws=3))
        patch.setattr(comparison, "DRAWS", 3)
        prior = Findings.read(ROOT / FINDINGS).prior
        exam = Exam(sets, *read_labelled(CATALOG, LABELS), edges, prior)
        rivals = {name: score_by_formulas(planets) for name, planets in sets.items()}
        return measurement.measure(bundle, exam, rivals, measurement.hash_files(*TABLES.paths()))


@pytest.fixture(scope="module")
def measured(bundle) -> Findings:
    """Findings of the labelled planets, with few planets in each test set and near each edge."""
    archive, labels = read_labelled(CATALOG, LABELS)
    planets = planet_set(archive, archive.known(optional=True), labels.astype(np.float64))
    too_little = lacks_size(planets.known) | lacks_light(planets.known)
    few = planets.where(~too_little & (labels | (np.arange(labels.size) % 20 == 0)))
    sets = dict.fromkeys(Findings.read(ROOT / FINDINGS).sets, few)
    return measure(bundle, sets, simulate_edges(500_000))


def figures(part: object, path: str = "") -> dict[str, object]:
    """Return every figure of findings by its path, without those in `DRAWN`."""
    if isinstance(part, dict):
        parts = ((key, value) for key, value in part.items() if key not in DRAWN)
    elif isinstance(part, list | tuple):
        parts = enumerate(part)
    else:
        return {path: part}
    return {
        name: figure
        for key, value in parts
        for name, figure in figures(value, f"{path}/{key}").items()
    }


@pytest.mark.slow
@needs_tables
def test_a_new_measurement_gives_the_committed_findings(bundle):
    _, sets = read_test_sets(TABLES)
    measured = measure(bundle, sets, simulate_edges())
    committed = figures(msgspec.to_builtins(Findings.read(ROOT / FINDINGS)))
    again = figures(msgspec.to_builtins(measured))

    assert len(again) > 500
    assert again == pytest.approx({name: committed[name] for name in again}, abs=1e-6)
    assert {name.split("/")[1] for name in committed} == {name.split("/")[1] for name in again}


@needs_tables
def test_the_area_under_a_curve_is_the_average_precision(measured):
    for view in measured.views.values():
        for ranked in view.rankings.values():
            assert areas(ranked.curve) == pytest.approx(ranked.average_precision)


@needs_tables
def test_every_column_is_removed_once(measured):
    five, every = measured.views[FIVE], measured.views[ALL]

    assert list(five.blanked) == [column.name for column in REQUIRED]
    assert list(every.blanked) == [column.name for column in COLUMNS]


@needs_tables
def test_the_loss_of_a_column_is_measured_without_it(bundle, measured):
    archive, labels = read_labelled(CATALOG, LABELS)
    known = dict(archive.known(optional=False))
    blank = np.full(labels.size, np.nan)
    without_star = measurement.score(bundle, known | dict.fromkeys(SPECTRAL, blank))
    without_orbit = measurement.score(bundle, known | {"pl_orbper": blank})

    blanked = measured.views[FIVE].blanked
    for name, scores in (("st_spectype", without_star), ("pl_orbper", without_orbit)):
        expected = metrics.average_precision(labels, scores)
        assert blanked[name].average_precision == pytest.approx(expected)
        assert expected < measured.views[FIVE].rankings[MODEL].average_precision


@needs_tables
def test_every_planet_with_a_wrong_prediction_is_named(bundle, measured):
    archive, labels = read_labelled(CATALOG, LABELS)
    wrong = set()
    for optional in (False, True):
        scores = measurement.score(bundle, archive.known(optional=optional))
        wrong |= set(archive.rows["pl_name"][(scores >= bundle.threshold) != labels])

    assert {each.pl_name for each in measured.mistakes} == wrong
    assert len(measured.mistakes) == len(wrong)
    for each in measured.mistakes:
        sides = [score >= bundle.threshold for score in each.scores.values()]
        assert not all(side == each.habitable for side in sides)


@needs_tables
def test_planets_are_counted_by_score_and_by_missing_data(measured):
    archive, labels = read_labelled(CATALOG, LABELS)
    for view, optional in ((FIVE, False), (ALL, True)):
        known, counts = archive.known(optional=optional), measured.views[view].counts
        too_little = lacks_size(known) | lacks_light(known)

        assert sum(counts["habitable"]) == measured.habitable == labels.sum()
        assert sum(counts["habitable"]) + sum(counts["other"]) == measured.planets
        assert measured.views[view].too_little == (
            too_little.sum(),
            (too_little & labels).sum(),
        )
