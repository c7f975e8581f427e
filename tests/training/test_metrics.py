"""Metrics, compared with hand-computed numbers and with scikit-learn."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics

from training import metrics

LABELS = np.array([True, False, True, False])
SCORES = np.array([0.9, 0.8, 0.7, 0.6])


@pytest.fixture(scope="module")
def calibrated() -> tuple[np.ndarray, np.ndarray]:
    """Labels, and scores that are their true probabilities: 20,000 of each."""
    rng = np.random.default_rng(5)
    scores = rng.beta(0.3, 0.9, 20_000)
    return rng.random(20_000) < scores, scores


@pytest.mark.parametrize(
    ("labels", "scores", "expected"),
    [
        ([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.6], (1 + 2 / 3) / 2),
        ([1, 1, 0, 0], [0.9, 0.8, 0.7, 0.6], 1.0),
        ([0, 0, 0, 1], [0.9, 0.8, 0.7, 0.6], 0.25),
        # Equal scores count together, whichever comes first.
        ([1, 0, 0, 0], [0.5, 0.5, 0.5, 0.5], 0.25),
        ([0, 0, 0, 1], [0.5, 0.5, 0.5, 0.5], 0.25),
    ],
)
def test_average_precision_is_the_hand_computed_one(labels, scores, expected):
    found = metrics.average_precision(np.array(labels, dtype=bool), np.array(scores))

    assert found == pytest.approx(expected)


def test_a_soft_truth_counts_as_a_part_of_a_positive_and_the_rest_as_a_negative(calibrated):
    truth, scores = calibrated[1][:2_000], calibrated[1][:2_000].round(2)[::-1]
    twice, weight = np.repeat([True, False], truth.size), np.concatenate([truth, 1.0 - truth])

    assert metrics.average_precision(truth, scores) == pytest.approx(
        sklearn_metrics.average_precision_score(twice, np.tile(scores, 2), sample_weight=weight)
    )
    assert metrics.log_loss(truth, scores) == pytest.approx(
        np.average(metrics.log_losses(twice, np.tile(scores, 2)), weights=weight)
    )
    assert metrics.brier(truth, scores) == pytest.approx(
        np.average((twice - np.tile(scores, 2)) ** 2, weights=weight)
    )


def test_average_precision_is_scikit_learns(calibrated):
    for scores in (calibrated[1], calibrated[1].round(1)):
        expected = sklearn_metrics.average_precision_score(calibrated[0], scores)
        assert metrics.average_precision(calibrated[0], scores) == pytest.approx(expected)


@pytest.mark.parametrize(("top", "share"), [(1, 0.5), (2, 0.5), (3, 1.0), (100, 1.0)])
def test_recall_is_the_share_of_positives_among_the_best(top, share):
    assert metrics.recall_at(LABELS, SCORES, top) == share


def test_recall_depends_on_scores_not_on_positions():
    assert metrics.recall_at(LABELS, SCORES[::-1], 1) == 0.0


def test_log_loss_is_the_hand_computed_one():
    found = metrics.log_loss(np.array([True, False]), np.array([0.8, 0.4]))

    assert found == pytest.approx(-(np.log(0.8) + np.log(0.6)) / 2)


def test_log_loss_is_scikit_learns(calibrated):
    assert metrics.log_loss(*calibrated) == pytest.approx(
        sklearn_metrics.log_loss(*calibrated), rel=1e-4
    )


def test_log_loss_of_a_certain_error_is_large_and_finite():
    found = metrics.log_loss(np.array([True]), np.array([0.0], dtype=np.float32))

    assert found == pytest.approx(-np.log(1e-7))


def test_brier_is_the_mean_squared_distance():
    found = metrics.brier(np.array([True, False]), np.array([0.8, 0.4]))

    assert found == pytest.approx((0.04 + 0.16) / 2)


def test_the_same_seed_draws_the_same_hosts(calibrated):
    labels, scores = (each[:500] for each in calibrated)
    hosts = np.arange(500) // 3

    first, again = (metrics.bootstrap(labels, scores, hosts, draws=20) for _ in range(2))
    # Another ranking with the same order has the same precision in every draw, so it is paired.
    paired = metrics.bootstrap(labels, scores**3, hosts, draws=20)
    other = metrics.bootstrap(labels, scores, hosts, draws=20, seed=1)

    assert np.array_equal(first, again)
    assert np.array_equal(first, paired)
    assert not np.array_equal(first, other)


def test_all_planets_of_a_host_are_drawn_together():
    hosts = np.array(["b", "a", "a", "b"])

    drawn = metrics.bootstrap(LABELS, SCORES, hosts, draws=200)

    # The samples are only b, only a, or both once.
    assert {round(float(value), 6) for value in drawn} == {1.0, 0.5, 0.833333}


def test_means_of_samples_are_those_of_the_drawn_planets():
    hosts, values = np.array(["b", "a", "a", "c"]), np.array([1.0, 2.0, 4.0, 8.0])
    samples = metrics.Bootstrap.draw(hosts, draws=50)
    counted = np.array([True, True, False, True])

    means, some = samples.means(values), samples.means(values, counted)

    for times, mean, part in zip(samples.times, means, some, strict=True):
        drawn = times[samples.group]
        assert times.sum() == 3
        assert mean == pytest.approx(np.average(values, weights=drawn))
        assert part == pytest.approx(np.average(values[counted], weights=drawn[counted]))


def test_a_sample_without_counted_planets_has_the_mean_0():
    samples = metrics.Bootstrap.draw(np.array(["a", "b"]), draws=5)

    assert samples.means(np.ones(2), np.zeros(2, dtype=bool)).tolist() == [0.0] * 5


def test_one_host_is_always_drawn():
    drawn = metrics.bootstrap(LABELS, SCORES, np.zeros(4), draws=5)

    assert drawn == pytest.approx([metrics.average_precision(LABELS, SCORES)] * 5)


def test_a_bootstrap_lies_around_the_precision_itself(calibrated):
    labels, scores = (each[:2_000] for each in calibrated)
    drawn = metrics.bootstrap(labels, scores, np.arange(2_000), draws=100)

    low, high = np.quantile(drawn, (0.02, 0.98))
    assert low < metrics.average_precision(labels, scores) < high
    assert high - low < 0.1


def test_calibration_is_the_hand_computed_one():
    scores = np.array([0.1, 0.2, 0.6, 0.8])
    labels = np.array([False, True, True, True])

    bins = metrics.calibration(labels, scores, np.array([3.0, 1.0, 1.0, 1.0]), bins=2)

    assert [each.planets for each in bins] == [2, 2]
    assert [each.score for each in bins] == pytest.approx([0.125, 0.7])
    assert [each.positive for each in bins] == pytest.approx([0.25, 1.0])
    assert metrics.calibration_error(bins) == pytest.approx((0.125 + 0.3) / 2)


def test_calibration_error_weighs_bins_by_their_planets():
    bins = [metrics.Bin(30, 0.5, 0.6), metrics.Bin(10, 0.9, 0.5)]

    assert metrics.calibration_error(bins) == pytest.approx((30 * 0.1 + 10 * 0.4) / 40)


def test_calibration_leaves_certain_scores_out():
    scores = np.array([0.0, 0.019, 0.02, 0.021, 0.5, 0.979, 0.98, 0.981, 1.0])

    [found] = metrics.calibration(scores > 0.4, scores, np.ones(9), bins=1)

    assert found.planets == 3
    assert found.score == pytest.approx(0.5)


def test_calibration_leaves_planets_without_weight_out():
    scores, weight = np.array([0.3, 0.4, 0.5]), np.array([1.0, 0.0, 1.0])

    [found] = metrics.calibration(scores > 0.35, scores, weight, bins=1)

    assert found.planets == 2
    assert found.positive == pytest.approx(0.5)


def test_calibration_of_certain_scores_alone_has_no_bins():
    assert metrics.calibration(LABELS, np.zeros(4), np.ones(4)) == []


def test_calibration_has_no_more_bins_than_planets():
    bins = metrics.calibration(LABELS, SCORES, np.ones(4), bins=10)

    assert [each.planets for each in bins] == [1, 1, 1, 1]


def test_bins_have_rising_scores_and_equal_counts(calibrated):
    bins = metrics.calibration(*calibrated, np.ones(20_000))

    counts = [each.planets for each in bins]
    assert len(bins) == 10
    assert max(counts) - min(counts) <= 1
    assert all(lower.score < higher.score for lower, higher in pairwise(bins))


def test_true_probabilities_are_calibrated_and_sharpened_ones_are_not(calibrated):
    labels, scores = calibrated
    even = np.ones(labels.size)

    honest = metrics.calibration_error(metrics.calibration(labels, scores, even))
    bold = metrics.calibration_error(metrics.calibration(labels, scores**2, even))

    # Ten bins of some 1,000: a share errs by at most 0.016, and by 0.013 in the mean.
    assert honest < 0.02
    assert bold > 0.05


def test_a_simulation_is_measured_by_all_metrics(calibrated):
    labels, scores = calibrated
    weight = np.where(labels, 1.0, 2.0)

    found = metrics.measure_simulated(labels, scores.astype(np.float32), weight)

    assert found["planets"] == 20_000
    assert found["log_loss"] == pytest.approx(metrics.log_loss(labels, scores), rel=1e-4)
    assert found["brier"] == pytest.approx(metrics.brier(labels, scores), rel=1e-4)
    assert len(found["calibration"]) == 10
    assert set(found["calibration"][0]) == {"planets", "score", "positive"}
    # Negatives count twice, so scores that are calibrated for equal weights are too high.
    assert all(each["positive"] < each["score"] for each in found["calibration"])
    assert found["calibration_error"] > 0.05


def test_the_area_under_precision_over_recall_is_the_average_precision(calibrated):
    labels, scores = calibrated
    for rounded in (scores, scores.round(1), scores > 0.5):
        recall, precision = np.array(metrics.precision_recall(labels, rounded)).T

        area = np.sum(np.diff(recall, prepend=0.0) * precision)
        assert area == pytest.approx(metrics.average_precision(labels, rounded))
        assert recall[-1] == 1.0


def test_a_curve_is_the_hand_computed_one():
    assert metrics.precision_recall(LABELS, SCORES) == [(0.5, 1.0), (1.0, pytest.approx(2 / 3))]


@pytest.mark.parametrize(
    ("share", "planets", "low", "high"),
    [(0.5, 10, 0.2693, 0.7307), (0.0, 20, 0.0, 0.1192), (1.0, 20, 0.8808, 1.0)],
)
def test_the_interval_of_a_share_is_wilsons(share, planets, low, high):
    found = metrics.wilson(share, planets)

    assert found == pytest.approx((low, high), abs=5e-4)
