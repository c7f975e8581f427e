"""The fit: reproducible, pickled without its callback, and measured for every size."""

from __future__ import annotations

import pickle
import pickletools
from dataclasses import replace

import numpy as np
import pytest

from exohabit.science.features import FEATURES
from exohabit.scoring.bundle import Bundle
from training import fit, labels, metrics, population
from training.fit import Examples, examples, grow, size_curve
from training.labels import label
from training.population import Population, simulate
from training.settings import Settings

SETTINGS = Settings(planets=10_000, held_out=5_000, depths=(2, 3), trees=(5, 10), threads=1)


def draw(count: int, seed: int) -> tuple[Population, Examples]:
    drawn = simulate(count, SETTINGS, np.random.default_rng(seed))
    return drawn, examples(drawn, label(drawn.truth))


@pytest.fixture(scope="module")
def planets() -> Examples:
    return draw(SETTINGS.planets, 1)[1]


@pytest.fixture(scope="module")
def held_out() -> Examples:
    return draw(SETTINGS.held_out, 2)[1]


def do_nothing() -> None:
    """Do nothing after a tree."""


def test_examples_have_features_labels_and_weights_of_the_same_planets():
    drawn, made = draw(100, 3)

    assert made.features.shape == (100, len(FEATURES))
    assert np.array_equal(made.labels, label(drawn.truth))
    assert np.array_equal(made.weight, drawn.weight)


def test_the_same_seed_fits_the_same_model(planets, held_out):
    first, again = (grow(planets, SETTINGS, 3, 10, do_nothing) for _ in range(2))

    scores = [model.predict_proba(held_out.features)[:, 1] for model in (first, again)]
    assert np.array_equal(*scores)


def test_a_model_ranks_held_out_planets_far_above_chance(planets, held_out):
    model = grow(planets, SETTINGS, 3, 10, do_nothing)

    scores = model.predict_proba(held_out.features)[:, 1]
    assert metrics.average_precision(held_out.labels, scores) > 4 * held_out.labels.mean()


def test_weights_change_the_model(planets, held_out):
    even = Examples(planets.features, planets.labels, np.ones(planets.labels.size))
    # From the mean label, ten trees get far enough to see it.
    settings = replace(SETTINGS, base_score=None)

    weighted, unweighted = (
        grow(each, settings, 3, 10, do_nothing).predict_proba(held_out.features)[:, 1].mean()
        for each in (planets, even)
    )

    # Without weights, the many planets near the zone raise the scores.
    assert unweighted > 1.2 * weighted


@pytest.mark.parametrize(("base_score", "is_small"), [(0.5, True), (None, False)])
def test_the_first_tree_makes_small_steps_from_even_odds(planets, base_score, is_small):
    model = grow(planets, replace(SETTINGS, base_score=base_score), 3, 1, do_nothing)

    margins = model.get_booster().inplace_predict(planets.features, predict_type="margin")
    # Newton's step is the gradient over the curvature: from even odds, at most 0.5 / 0.25.
    largest = 2 * SETTINGS.learning_rate * 0.5 / 0.25
    assert (float(np.ptp(margins)) <= largest) == is_small


def test_a_model_has_the_given_number_of_trees_and_depth(planets):
    booster = grow(planets, SETTINGS, 2, 7, do_nothing).get_booster()

    trees = booster.get_dump()
    assert booster.num_boosted_rounds() == len(trees) == 7
    # Depth 2: at most 3 splits and 4 leaves.
    assert max(tree.count("\n") for tree in trees) == 7


def test_tick_is_called_after_every_tree(planets):
    ticks = []

    grow(planets, SETTINGS, 2, 7, lambda: ticks.append(1))

    assert len(ticks) == 7


def test_the_pickled_model_has_no_callback(planets):
    model = grow(planets, SETTINGS, 2, 5, do_nothing)

    content = pickle.dumps(model)
    strings = {text for _, text, _ in pickletools.genops(content) if isinstance(text, str)}
    assert "xgboost.sklearn" in strings
    assert not {text for text in strings if "training" in text or "Ticking" in text}
    assert model.get_params()["callbacks"] is None


@pytest.mark.parametrize("seed", [0, 2**31, 2**40 + 1])
def test_any_integer_can_be_a_seed(planets, seed):
    model = grow(planets, Settings(seed=seed, threads=1), 2, 1, do_nothing)

    assert model.get_params()["random_state"] == seed % 2**31


def test_the_size_curve_has_every_size_and_fits_each_depth_once(planets, held_out):
    ticks = []

    sizes = size_curve(planets, held_out, SETTINGS, lambda: ticks.append(1))

    assert [(size.depth, size.trees) for size in sizes] == [(2, 5), (2, 10), (3, 5), (3, 10)]
    assert len(ticks) == 2 * 10


def test_the_log_loss_of_a_size_is_that_of_a_model_of_this_size(planets, held_out):
    curve = {
        (size.depth, size.trees): size.log_loss
        for size in size_curve(planets, held_out, SETTINGS, do_nothing)
    }

    alone = grow(planets, SETTINGS, 2, 5, do_nothing).get_booster()
    scores = alone.inplace_predict(held_out.features)
    assert curve[2, 5] == pytest.approx(metrics.log_loss(held_out.labels, scores), abs=1e-6)
    assert curve[3, 10] < curve[2, 5]


def test_the_steps_write_a_bundle_that_can_be_loaded(tmp_path, monkeypatch, capsys):
    work = tmp_path / "build"
    files = {name: work / f"{name}.npz" for name in ("planets", "held_out")}
    labelled = {name: work / f"{name}_labels.npy" for name in files}
    monkeypatch.setattr(population, "WORK", work)
    monkeypatch.setattr(population, "FILES", files)
    monkeypatch.setattr(labels, "POPULATION", files)
    monkeypatch.setattr(labels, "FILES", labelled)
    monkeypatch.setattr(fit, "POPULATION", files)
    monkeypatch.setattr(fit, "LABELS", labelled)
    monkeypatch.setattr(fit, "ROOT", tmp_path)

    population.run(SETTINGS)
    labels.run()
    fit.run(SETTINGS)

    bundle = Bundle.load(tmp_path)
    chosen = bundle.manifest.size
    assert bundle.booster.num_boosted_rounds() == chosen["trees"]
    assert bundle.manifest.settings["planets"] == 10_000
    assert bundle.manifest.metrics["planets"] == 5_000
    assert f"wrote model {bundle.version}: depth {chosen['depth']}" in capsys.readouterr().out
