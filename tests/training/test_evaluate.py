"""The evaluation: the shipped model reaches its targets and beats simple rules."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from exohabit.scoring.golden_planets import golden_table
from exohabit.scoring.manifest import MANIFEST
from tests.archive_data import CATALOG, KOI, LABELS, OEC, needs_archive, needs_tables
from training import (
    ablation,
    comparison,
    evaluate,
    imputation,
    learned_rivals,
    metrics,
    smoothness,
    soft_truth,
    test_sets,
)
from training.archive import Archive, read_labelled
from training.baselines import baselines
from training.comparison_tables import results
from training.findings import FINDINGS, MODEL, Findings
from training.imputation import MEDIAN
from training.masks import MASKS
from training.measurement import score
from training.rivals import POSTERIOR, RULES
from training.settings import Settings
from training.test_sets import BEFORE, REVISED

EARTH = golden_table([{"pl_rade": 1.0, "pl_eqt": 255.0, "st_spectype": "G2 V"}])


@pytest.fixture(scope="module")
def labelled() -> tuple[Archive, np.ndarray]:
    return read_labelled(CATALOG, LABELS)


OPTIONS = ["--catalog", str(CATALOG), "--labels", str(LABELS), "--oec", str(OEC), "--koi", str(KOI)]


@pytest.fixture
def quick(monkeypatch) -> None:
    """Make few bootstrap samples and edge planets, and leave slow rivals out."""
    monkeypatch.setattr(metrics, "bootstrap", partial(metrics.bootstrap, draws=10))
    monkeypatch.setattr(comparison, "DRAWS", 10)
    monkeypatch.setattr(imputation, "IMPUTERS", {MEDIAN: imputation.IMPUTERS[MEDIAN]})
    monkeypatch.setattr(learned_rivals, "FITS", {})
    monkeypatch.setattr(soft_truth, "DRAWS", 20)
    monkeypatch.setattr(test_sets, "MASK_SEEDS", (100,))
    monkeypatch.setattr(evaluate, "EDGE_PLANETS", 100_000)
    monkeypatch.setattr(smoothness, "FEWEST", 10)
    monkeypatch.setattr(evaluate, "Settings", partial(Settings, held_out=20_000))


def precision(bundle, labelled, *, optional: bool) -> float:
    archive, labels = labelled
    scores = score(bundle, archive.known(optional=optional))
    return metrics.average_precision(labels, scores)


@needs_archive
@pytest.mark.parametrize(("optional", "target"), [(False, 0.87), (True, 0.93)])
def test_the_shipped_model_reaches_its_target_on_the_labelled_half(
    bundle, labelled, optional, target
):
    assert precision(bundle, labelled, optional=optional) >= target


@needs_archive
def test_the_optional_columns_help(bundle, labelled):
    five, every = (precision(bundle, labelled, optional=optional) for optional in (False, True))

    assert every > five


@needs_archive
def test_with_five_columns_the_model_beats_every_simple_rule(bundle, labelled):
    archive, labels = labelled
    rules = baselines(archive.known(optional=False))

    best = max(metrics.average_precision(labels, ranked) for ranked in rules.values())
    assert precision(bundle, labelled, optional=False) > best


@needs_archive
@pytest.mark.parametrize(
    ("rule", "optional", "expected"),
    [
        ("box: right size and T_eq 180-320 K", False, 0.42),
        ("the box, ties by Earth similarity", False, 0.58),
        ("Earth similarity from radius and T_eq", False, 0.57),
    ],
)
def test_a_simple_rule_reaches_what_was_measured_before(labelled, rule, optional, expected):
    archive, labels = labelled
    ranked = baselines(archive.known(optional=optional))[rule]

    assert metrics.average_precision(labels, ranked) == pytest.approx(expected, abs=0.005)


def test_the_shipped_model_is_calibrated_on_planets_it_never_saw(bundle):
    measured = bundle.manifest.metrics

    assert measured["planets"] == Settings().held_out
    assert measured["calibration_error"] < 0.02
    assert len(measured["calibration"]) == 10


@pytest.mark.slow
@needs_tables
def test_the_report_and_the_card_have_every_test_set_and_rival(bundle, quick, tmp_path, capsys):
    evaluate.main([*OPTIONS, "--report", str(tmp_path)])

    printed = capsys.readouterr().out
    card = (tmp_path / "models" / "card.md").read_text(encoding="utf-8")
    findings = Findings.read(tmp_path / FINDINGS)
    assert printed.endswith(f"wrote {tmp_path / 'models' / 'card.md'}\n")
    assert f"Model {bundle.version}, what it does better" in printed
    assert "Models with other seeds were not measured in this run." in printed
    assert list(findings.tables) == [path.name for path in (CATALOG, LABELS, OEC, KOI)]
    assert list(findings.sets) == [*MASKS, *REVISED, BEFORE]
    for name, result in findings.sets.items():
        assert set(result.compared) == {MODEL, POSTERIOR, *RULES, MEDIAN}
        assert results(result) in printed
        assert results(result) in card
        assert f"| {name} |" in printed
    assert len(list((tmp_path / "models" / "card").glob("*.svg"))) == 6


def test_models_of_other_seeds_differ(monkeypatch):
    monkeypatch.setattr(evaluate, "Settings", partial(Settings, planets=5_000, threads=1))
    monkeypatch.setattr(evaluate, "measure_figures", lambda score, _: {"sum": score(EARTH).sum()})

    found = evaluate.measure_seeds(None, 2, {"depth": 3, "trees": 5})

    [first, second] = found["sum"]
    assert first != second


def test_the_prior_is_the_weighted_share_of_habitable_planets():
    few, more = (evaluate.prior(Settings(held_out=planets)) for planets in (20_000, 40_000))

    # Without weights, over a tenth of the planets are habitable.
    assert 0.01 < few < 0.08
    assert few == pytest.approx(more, abs=0.005)


@pytest.mark.parametrize(
    ("labels", "reason"),
    [(None, "cannot be read (No such file or directory)"), ("a,b\n1,2\n", "lacks the columns")],
)
@pytest.mark.parametrize("module", [evaluate, ablation], ids=["evaluate", "ablation"])
def test_a_table_that_cannot_be_used_ends_the_program_with_one_line(
    tmp_path, module, labels, reason
):
    catalog, labels_file = tmp_path / "catalog.csv", tmp_path / "labels.csv"
    if labels:
        catalog.write_text("pl_name\nEarth\n")
        labels_file.write_text(labels)
    tables = [f"--catalog={catalog}", f"--labels={labels_file}", "--oec=a.csv", "--koi=b.csv"]

    with pytest.raises(SystemExit) as ended:
        module.main(tables)

    message = str(ended.value)
    assert message.startswith(f"{catalog} {reason}")
    assert "CATALOG=" in message
    assert "\n" not in message


def test_a_model_that_cannot_be_used_ends_the_program_with_one_line(monkeypatch, bundle_copy):
    monkeypatch.setattr(evaluate, "ROOT", bundle_copy)
    for reader in ("read_labelled", "read_test_sets"):
        monkeypatch.setattr(evaluate, reader, lambda *_: (None, None))
    (bundle_copy / MANIFEST).unlink()

    with pytest.raises(SystemExit, match=r"The model cannot be used: .*cannot be read") as ended:
        evaluate.main(OPTIONS)

    assert "\n" not in ended.value.code
