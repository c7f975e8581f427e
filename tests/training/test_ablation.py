"""The ablation: both sides differ by the change only, and the results have its effect."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from exohabit.science.features import FEATURES, feature_matrix
from training import ablation
from training.ablation import Result, Trial, compare, fit_side, measure, write
from training.ablation_results import RESULTS, Measures, read_results
from training.changes import CHANGES, POSTERIOR, Change, Side
from training.labels import label
from training.population import simulate
from training.settings import ROOT, Settings
from training.smoothness import simulate_edges
from training.test_sets import PlanetSet

SIZE = {"depth": 3, "trees": 5}
PLANETS = 3_000


def planet_set(count: int, seed: int) -> PlanetSet:
    """Simulated planets in place of the archive's."""
    planets = simulate(count, Settings(), np.random.default_rng(seed))
    hosts = np.arange(count) // 2
    truth = label(planets.truth).astype(np.float64)
    return PlanetSet(planets.known, truth, hosts, np.zeros(count, dtype=bool))


@pytest.fixture(scope="module")
def trial() -> Trial:
    return Trial({"some": planet_set(1_000, 99)}, simulate_edges(400_000), PLANETS)


def measures(loss: float) -> Measures:
    return Measures({"some": loss}, {"some": 0.5}, 0.1, 0.2, 0.03)


def do_nothing() -> None:
    """Do nothing after a model."""


def test_changes_have_different_names_and_a_reason():
    assert len({change.name for change in CHANGES}) == len(CHANGES)
    assert all(change.why.endswith(".") for change in CHANGES)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_the_other_side_differs_from_the_shipped_one(change):
    assert change.other != Side()


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_a_model_of_the_other_side_can_be_fitted_and_scores(change, trial):
    side = replace(change.other, size={})

    scores = fit_side(side, SIZE, PLANETS, 1)(trial.sets["some"].known)

    assert scores.shape == (1_000,)
    assert ((scores > 0.0) & (scores < 1.0)).all()
    assert scores.std() > 0.01


@pytest.mark.slow
def test_models_of_one_side_differ_by_seed_and_are_reproducible(trial):
    first, again, other = (
        measure(Side(), SIZE, trial, seeds, do_nothing) for seeds in ([1], [1], [2])
    )

    assert np.array_equal(first.losses["some"], again.losses["some"])
    assert first.measures == again.measures
    assert not np.array_equal(first.losses["some"], other.losses["some"])


def test_measures_are_means_over_the_seeds(trial):
    one, two, both = (
        measure(Side(), SIZE, trial, seeds, do_nothing).measures for seeds in ([1], [2], [1, 2])
    )

    for name in ("median_step", "largest_step", "edge_error"):
        assert getattr(both, name) == pytest.approx((getattr(one, name) + getattr(two, name)) / 2.0)
    assert both.log_loss["some"] == pytest.approx((one.log_loss["some"] + two.log_loss["some"]) / 2)


def test_a_feature_that_a_side_does_not_get_does_not_change_its_scores(trial):
    known = trial.sets["some"].known
    blind = fit_side(Side(without=("pl_eqt", "zone_eqt", *POSTERIOR)), SIZE, PLANETS, 1)
    blanked = {**known, "pl_eqt": np.full(1_000, np.nan)}

    assert np.array_equal(blind(known), blind(blanked))


def test_a_side_with_another_share_of_measured_masses_gets_another_posterior(trial):
    known = trial.sets["some"].known
    shipped, other = (
        fit_side(side, SIZE, PLANETS, 1)(known) for side in (Side(), Side(mass_measured=0.9))
    )

    assert not np.array_equal(shipped, other)
    assert ablation._of_side(feature_matrix(known), Side()) == pytest.approx(
        feature_matrix(known), rel=1e-4, nan_ok=True
    )


def test_trees_that_start_from_the_posterior_begin_with_its_probability(trial):
    known = trial.sets["some"].known
    without_trees = fit_side(Side(from_posterior=True), {"depth": 1, "trees": 1}, PLANETS, 1)

    chance = feature_matrix(known)[:, FEATURES.index("p_habitable")]
    assert np.corrcoef(without_trees(known), chance)[0, 1] > 0.99


def test_the_shipped_models_are_those_with_an_adopted_change(trial):
    better, worse = np.full(1_000, 0.1), np.full(1_000, 0.3)
    shipped, other = Result(measures(0.1), {"some": better}), Result(measures(0.3), {"some": worse})

    adopted, tried = (
        compare(Change("x", is_adopted, "because.", Side()), shipped, other, trial.sets)
        for is_adopted in (True, False)
    )

    assert (adopted.with_it, adopted.without_it) == (measures(0.1), measures(0.3))
    assert (tried.with_it, tried.without_it) == (measures(0.3), measures(0.1))
    assert adopted.saved["some"].mean == pytest.approx(0.2)
    assert tried.saved["some"].mean == pytest.approx(-0.2)


def test_the_interval_of_a_saving_is_paired(trial):
    # Every planet gains 0.1, though the losses themselves lie far apart.
    losses = np.random.default_rng(0).uniform(0.0, 3.0, 1_000)
    shipped, other = (Result(measures(0.1), {"some": each}) for each in (losses, losses + 0.1))

    saved = compare(Change("x", True, "because.", Side()), shipped, other, trial.sets).saved["some"]

    assert saved.low == pytest.approx(0.1)
    assert saved.high == pytest.approx(0.1)


def test_results_keep_the_entries_of_other_changes(tmp_path, trial):
    path, (first, second) = tmp_path / "ablation.json", CHANGES[:2]
    result = Result(measures(0.1), {"some": np.zeros(1_000)})

    for change in (second, first, second):
        write(path, 5, PLANETS, compare(change, result, result, trial.sets))
    assert [each.name for each in read_results(path).changes] == [first.name, second.name]

    write(path, 4, PLANETS, compare(second, result, result, trial.sets))
    assert [each.name for each in read_results(path).changes] == [second.name]


def test_a_run_writes_the_changes_in_only(trial, tmp_path, monkeypatch):
    name = "eccentric orbits"
    (tmp_path / "models").mkdir()
    result = Result(measures(0.1), {"some": np.zeros(1_000)})
    monkeypatch.setattr(ablation, "ROOT", tmp_path)
    monkeypatch.setattr(ablation, "read_manifest", lambda _: type("Manifest", (), {"size": SIZE}))
    monkeypatch.setattr(ablation, "read_test_sets", lambda _: (None, trial.sets))
    monkeypatch.setattr(ablation, "simulate_edges", lambda _: trial.edges)
    monkeypatch.setattr(ablation, "measure", lambda *_: result)
    tables = [f"--{each}={each}.csv" for each in ("catalog", "labels", "oec", "koi")]

    ablation.main([*tables, "--seeds", "1", "--only", name])

    results = read_results(tmp_path / RESULTS)
    assert results.seeds == 1
    assert [each.name for each in results.changes] == [name]


def test_the_shipped_results_match_the_changes():
    results = read_results(ROOT / RESULTS)
    changes = {change.name: change for change in CHANGES}

    assert [each.name for each in results.changes] == list(changes)
    for entry in results.changes:
        change = changes[entry.name]
        assert (entry.adopted, entry.why) == (change.adopted, change.why)
        assert all(each.low <= each.mean <= each.high for each in entry.saved.values())
