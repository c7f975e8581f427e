"""The comparison of a model with its rivals."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.samples import planet_set
from training.comparison import compare, measure_high
from training.findings import MODEL
from training.metrics import Bootstrap
from training.rivals import Rival

COUNT = 600


@pytest.fixture(scope="module")
def scores() -> np.ndarray:
    return np.random.default_rng(1).beta(0.3, 0.9, COUNT)


@pytest.fixture(scope="module")
def planets(scores):
    labels = (np.random.default_rng(2).random(COUNT) < scores).astype(float)
    hosts = [f"star {i // 3}" for i in range(COUNT)]
    return planet_set([{"pl_rade": 1.0}] * COUNT, labels.tolist(), hosts)


def test_the_model_has_no_lead_over_itself(planets, scores):
    found = compare(scores, planets, {"again": Rival(scores, scores)})

    again = found.compared["again"]
    assert found.planets == COUNT
    assert found.hosts == COUNT // 3
    assert found.habitable == planets.truth.sum()
    assert list(found.compared) == [MODEL, "again"]
    assert (again.lead_log_loss.low, again.lead_log_loss.high) == (0.0, 0.0)
    assert (again.lead_precision.low, again.lead_precision.high) == (0.0, 0.0)


def test_true_probabilities_surely_beat_noisy_ones(planets, scores):
    noisy = np.random.default_rng(3).permutation(scores)

    found = compare(scores, planets, {"noisy": Rival(noisy, noisy)})

    model, rival = found.compared.values()
    assert 0.0 < rival.lead_log_loss.low < rival.lead_log_loss.value < rival.lead_log_loss.high
    assert 0.0 < rival.lead_precision.low < rival.lead_precision.value
    assert rival.lead_log_loss.value == pytest.approx(rival.log_loss - model.log_loss)
    assert rival.lead_precision.value == pytest.approx(
        model.average_precision - rival.average_precision
    )
    assert rival.brier > model.brier
    assert rival.calibration_error > model.calibration_error


def test_precision_is_that_of_the_ranking_and_loss_that_of_the_probability(planets, scores):
    found = compare(scores, planets, {"mixed": Rival(-scores, scores)}).compared["mixed"]

    assert found.lead_log_loss.value == 0.0
    assert found.lead_precision.low > 0.0


def test_high_scores_are_compared_with_their_share():
    truth, scores = np.array([1.0, 0.0, 0.5, 1.0]), np.array([0.9, 0.8, 1.0, 0.79])
    samples = Bootstrap.draw(np.array(list("abcd")), draws=100)

    found = measure_high(truth, scores, samples)

    assert found.planets == 3
    assert found.score == pytest.approx(0.9)
    assert found.true == pytest.approx(0.5)
    assert found.low < 0.4 < found.high


def test_without_high_scores_there_is_nothing_to_compare():
    samples = Bootstrap.draw(np.array(["a", "b"]), draws=5)

    assert measure_high(np.ones(2), np.full(2, 0.5), samples).planets == 0
