"""Measurement: a new measurement gives the committed findings, figure by figure."""

from __future__ import annotations

from functools import partial

import msgspec
import numpy as np
import pytest

from exohabit.science.columns import COLUMNS, REQUIRED
from exohabit.science.features import lacks_light, lacks_size
from exohabit.science.spectral_columns import SPECTRAL
from tests.archive_data import CATALOG, LABELS, needs_archive
from tests.conftest import ROOT
from tests.training.samples import ALL, FIVE, areas
from training import measurement, metrics
from training.archive import read_labelled
from training.findings import FINDINGS, MODEL, Findings

DRAWN = ("low", "high", "lead", "seeds")
"""Parts of findings that need a bootstrap or a fit, which take too long here."""


@pytest.fixture(scope="module")
def measured(bundle) -> Findings:
    committed = Findings.read(ROOT / FINDINGS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics, "bootstrap", partial(metrics.bootstrap, draws=3))
        files = measurement.hash_files(CATALOG, LABELS)
        planets = read_labelled(CATALOG, LABELS)
        return measurement.measure(bundle, *planets, files, committed.prior)


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


@needs_archive
def test_a_new_measurement_gives_the_committed_findings(measured):
    committed = figures(msgspec.to_builtins(Findings.read(ROOT / FINDINGS)))

    assert len(committed) > 500
    assert figures(msgspec.to_builtins(measured)) == pytest.approx(committed, abs=1e-6)


@needs_archive
def test_the_area_under_a_curve_is_the_average_precision(measured):
    for view in measured.views.values():
        for ranked in view.rankings.values():
            assert areas(ranked.curve) == pytest.approx(ranked.average_precision)


@needs_archive
def test_every_column_is_removed_once(measured):
    five, every = measured.views[FIVE], measured.views[ALL]

    assert list(five.blanked) == [column.name for column in REQUIRED]
    assert list(every.blanked) == [column.name for column in COLUMNS]


@needs_archive
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


@needs_archive
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


@needs_archive
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


def test_the_solar_system_has_plausible_scores(bundle):
    scores = Findings.read(ROOT / FINDINGS).solar_system

    assert list(scores) == list(measurement.SOLAR_SYSTEM)
    assert scores["Earth"] > 0.9
    assert scores["Jupiter"] < 0.01
    assert scores["Venus"] < 0.6
