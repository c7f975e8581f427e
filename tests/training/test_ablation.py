"""The ablation: both sides differ by the change only, and the report has its effect."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from exohabit.science.features import FEATURES, IMPLIED, feature_matrix
from exohabit.scoring.bundle import golden_table
from training import ablation
from training.ablation import Result, Trial, compare, measure, write
from training.changes import CHANGES, MONOTONE, SPLIT, Change, Side, split, without_implied
from training.fit import examples, grow
from training.labels import label
from training.population import simulate
from training.settings import Settings

TINY = Settings(planets=3_000, held_out=2_000, threads=1)
SIZE = {"depth": 3, "trees": 5}
EARTH = {
    "pl_rade": 1.0,
    "pl_bmasse": 1.2,
    "pl_eqt": 350.0,
    "pl_insol": 0.5,
    "pl_orbper": 365.25,
    "st_spectype": "G2 V",
}


@pytest.fixture(autouse=True)
def few_draws(monkeypatch) -> None:
    """Make ten bootstrap samples only, because these tests do not use the interval."""
    monkeypatch.setattr(ablation, "DRAWS", 10)


@pytest.fixture(scope="module")
def real() -> Trial:
    """Simulated planets in place of the archive's."""
    planets = simulate(1_000, TINY, np.random.default_rng(99))
    known = dict.fromkeys(ablation.VIEWS, planets.known)
    hosts = np.repeat(np.arange(500.0), 2)
    held_out = simulate(2_000, TINY, np.random.default_rng(0))
    return Trial(known, known, label(planets.truth), hosts, held_out)


def result(precision: list[float], draws: list[list[float]], error: float) -> Result:
    views = ablation.VIEWS
    return Result(
        dict.fromkeys(views, np.array(precision)), dict.fromkeys(views, np.array(draws)), error, 0.2
    )


def do_nothing() -> None:
    """Do nothing after a model."""


def test_changes_have_different_names_and_a_reason():
    assert len({change.name for change in CHANGES}) == len(CHANGES)
    assert all(change.why.endswith(".") for change in CHANGES)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_the_other_side_differs_from_the_shipped_one(change):
    assert change.other != Side()


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_every_change_can_be_fitted_and_measured(change, real):
    tiny = replace(change.other.settings, planets=3_000, threads=1)

    found = measure(replace(change.other, settings=tiny), SIZE, real, range(1, 3), do_nothing)

    for view in ablation.VIEWS:
        assert found.precision[view].shape == (2,)
        assert found.draws[view].shape == (2, ablation.DRAWS)
        assert (found.precision[view] > real.labels.mean()).all()
    assert 0.0 < found.calibration_error < 1.0


def test_models_of_one_side_differ_by_seed_and_are_reproducible(real):
    first, again = (measure(Side(TINY), SIZE, real, range(1, 3), do_nothing) for _ in range(2))

    assert np.array_equal(first.precision["five"], again.precision["five"])
    assert np.array_equal(first.draws["all"], again.draws["all"])
    assert first.precision["five"][0] != first.precision["five"][1]


def test_a_column_that_a_side_does_not_use_does_not_change_its_scores(real):
    blind = Side(TINY, unknown=("pl_eqt",))
    blanked = {**real.known["five"], "pl_eqt": np.full(1_000, np.nan)}
    without = replace(real, known=dict.fromkeys(ablation.VIEWS, blanked))

    found, again = (
        measure(blind, SIZE, trial, range(1, 2), do_nothing) for trial in (real, without)
    )
    seeing = measure(Side(TINY), SIZE, real, range(1, 2), do_nothing)

    assert np.array_equal(found.precision["five"], again.precision["five"])
    assert not np.array_equal(found.precision["five"], seeing.precision["five"])


def test_the_shipped_models_are_those_with_an_adopted_change():
    shipped = result([0.9, 0.8], [[0.9, 0.7], [0.8, 0.8]], 0.01)
    other = result([0.7, 0.7], [[0.8, 0.6], [0.7, 0.7]], 0.03)

    adopted, tried = (
        compare(Change("x", adopted, "because.", Side()), shipped, other)
        for adopted in (True, False)
    )

    assert adopted["five"] == adopted["all"]
    assert adopted["five"] == {
        "mean": 0.85,
        "without": 0.7,
        "gain": 0.15,
        "low": pytest.approx(0.1),
        "high": pytest.approx(0.1),
    }
    assert (adopted["calibration_error"], adopted["calibration_error_without"]) == (0.01, 0.03)
    assert tried["five"]["gain"] == -0.15
    assert (tried["calibration_error"], tried["calibration_error_without"]) == (0.03, 0.01)


def test_the_interval_of_a_gain_is_paired():
    # Each draw favours the change by 0.1, though the draws themselves lie far apart.
    draws = np.linspace(0.2, 0.8, 50)
    shipped, other = result([0.6], [draws + 0.1], 0.01), result([0.5], [draws], 0.01)

    five = compare(Change("x", True, "because.", Side()), shipped, other)["five"]

    assert five["low"] == five["high"] == pytest.approx(0.1)


def test_a_report_keeps_the_entries_of_other_changes(tmp_path):
    path, (first, second) = tmp_path / "ablation.json", CHANGES[:2]
    entries = [{"name": second.name, "n": 1}, {"name": first.name, "n": 2}]

    for entry in (*entries, {"name": second.name, "n": 3}):
        write(path, 5, entry)

    assert json.loads(path.read_text()) == {
        "seeds": 5,
        "changes": [{"name": first.name, "n": 2}, {"name": second.name, "n": 3}],
    }


def test_a_run_writes_the_changes_in_only(real, tmp_path, monkeypatch):
    name = "albedos up to 0.9"
    monkeypatch.setattr(ablation, "REPORT", tmp_path / "ablation.json")
    monkeypatch.setattr(ablation, "prepare_trial", lambda *_: real)
    monkeypatch.setattr(ablation, "measure", lambda *_: result([0.9], [[0.9]], 0.01))

    ablation.main(["--catalog", "a.csv", "--labels", "b.csv", "--seeds", "1", "--only", name])

    report = json.loads((tmp_path / "ablation.json").read_text())
    assert report["seeds"] == 1
    assert [each["name"] for each in report["changes"]] == [name]


def test_a_split_feature_is_limited_from_above_and_from_below():
    matrix = split(feature_matrix(golden_table([EARTH])))

    names = [*FEATURES, *(f"{name} beyond" for name in SPLIT)]
    row = dict(zip(names, matrix[0].tolist(), strict=True))
    assert row["pl_insol"] == 0.5
    assert row["pl_insol beyond"] == SPLIT["pl_insol"]
    assert row["pl_eqt"] == SPLIT["pl_eqt"]
    assert row["pl_eqt beyond"] == 350.0
    assert row["pl_orbper"] == 365.25
    assert matrix.shape[1] == len(MONOTONE)


def test_a_constrained_score_never_rises_above_the_best_size(real):
    planets = simulate(10_000, TINY, np.random.default_rng(1))
    made = examples(planets, label(planets.truth))
    made = replace(made, features=split(made.features))
    model = grow(made, replace(TINY, monotone=MONOTONE), 4, 20, do_nothing).get_booster()
    radii = np.geomspace(SPLIT["pl_rade"], 20.0, 100)
    known = golden_table([EARTH | {"pl_rade": radius, "pl_bmasse": None} for radius in radii])

    scores = model.inplace_predict(split(feature_matrix(known)))

    assert (np.diff(scores) <= 1e-7).all()
    assert scores[0] > scores[-1]


def test_implied_features_can_be_removed():
    matrix = feature_matrix(golden_table([EARTH]))

    kept = [name for name in FEATURES if name not in IMPLIED]
    expected = matrix[:, [FEATURES.index(name) for name in kept]]
    assert np.array_equal(without_implied(matrix), expected, equal_nan=True)


def test_the_shipped_report_matches_the_changes():
    report = json.loads(ablation.REPORT.read_text(encoding="utf-8"))
    changes = {change.name: change for change in CHANGES}

    assert report["seeds"] == 5
    for entry in report["changes"]:
        change = changes[entry["name"]]
        assert (entry["adopted"], entry["why"]) == (change.adopted, change.why)
        for view in ablation.VIEWS:
            assert entry[view]["low"] <= entry[view]["high"]
    measured = {entry["name"] for entry in report["changes"]}
    assert {change.name for change in CHANGES if change.adopted} <= measured
