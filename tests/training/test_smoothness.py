"""Smoothness: scans find steps, and bins at the limits find miscalibration."""

from __future__ import annotations

import numpy as np
import pytest

from exohabit.science.features import FEATURES, feature_matrix
from exohabit.scoring.golden_planets import golden_table
from training import smoothness
from training.smoothness import EdgePlanets, edge_error, scan, simulate_edges


def step_at_two(known) -> np.ndarray:
    """Score 1 for radii from 2."""
    return np.where(known["pl_rade"] >= 2.0, 1.0, 0.0)


def posterior(known) -> np.ndarray:
    return feature_matrix(known)[:, FEATURES.index("p_habitable")].astype(float)


@pytest.fixture(scope="module")
def edges() -> EdgePlanets:
    return simulate_edges(60_000)


def test_there_are_38_scans_and_a_constant_score_has_no_steps():
    found = scan(lambda known: np.full(known["pl_rade"].size, 0.5))

    assert len(found) == 38
    assert {each.column for each in found} == set(smoothness.SCANNED)
    assert all(each.step == 0.0 for each in found)


def test_a_step_is_found_where_it_is_and_comes_first():
    first, *others = scan(step_at_two)

    assert (first.column, first.step) == ("pl_rade", 1.0)
    assert 2.0 / 1.01 <= first.at <= 2.0
    assert {each.step for each in others if each.column != "pl_rade"} == {0.0}


def test_a_smooth_score_has_small_steps():
    assert scan(posterior)[0].step < 0.15


def test_the_scanned_values_differ_by_one_percent():
    seen = {}

    def remember(known):
        radius = known["pl_rade"]
        if np.ptp(radius) > 0.0:
            seen["radius"] = radius
        return np.zeros(radius.size)

    scan(remember)

    assert np.diff(np.log(seen["radius"])) == pytest.approx(np.log(1.01))
    assert seen["radius"][0] == pytest.approx(0.35)
    assert 4.0 / 1.01 <= seen["radius"][-1] < 4.0


def bins(scores: list[float], labels: list[int], weight: list[float]) -> EdgePlanets:
    """Make two bins of `FEWEST` planets and more, and one planet in a third bin."""
    each = smoothness.FEWEST
    repeated = [np.repeat(values, (each, each, 1)) for values in (scores, labels, weight)]
    number = np.repeat([0, 1, 2], (each, each, 1))
    return EdgePlanets({"pl_rade": repeated[0]}, repeated[1] == 1, repeated[2], number)


def test_the_edge_error_is_the_mean_over_bins_with_enough_planets():
    planets = bins([0.9, 0.3, 0.0], [1, 0, 1], [1.0, 2.0, 1.0])

    assert edge_error(planets, lambda known: known["pl_rade"]) == pytest.approx((0.1 + 0.3) / 2)


def test_weights_count_within_a_bin():
    labels = np.arange(smoothness.FEWEST) % 2 == 0
    weight = np.where(labels, 3.0, 1.0)
    planets = EdgePlanets({"pl_rade": weight}, labels, weight, np.zeros(labels.size, dtype=np.intp))

    assert edge_error(planets, lambda _: np.full(labels.size, 0.75)) == pytest.approx(0.0)


def test_planets_near_a_limit_are_undecided_and_those_in_a_bin_are_alike(edges):
    assert edges.labels.size > 1_000
    assert (edges.weight > 0.0).all()
    assert 0.2 < np.average(edges.labels, weights=edges.weight) < 0.8
    # The first bins are those of the radius at 0.5.
    for number in range(5, 25):
        radius = edges.known["pl_rade"][edges.bins == number]
        assert np.ptp(np.log(radius)) <= smoothness.BIN_WIDTH + 1e-9
        assert np.abs(np.log(radius / 0.5)).max() < 0.15


def test_chance_alone_gives_the_stated_noise(edges, monkeypatch):
    monkeypatch.setattr(smoothness, "FEWEST", 20)
    positive, total = (
        np.bincount(edges.bins, each) for each in (edges.weight * edges.labels, edges.weight)
    )
    share = positive / np.maximum(total, 1e-300)
    rng = np.random.default_rng(0)

    errors = []
    for _ in range(20):
        drawn = rng.random(edges.bins.size) < share[edges.bins]
        again = EdgePlanets(edges.known, drawn, edges.weight, edges.bins)
        errors.append(edge_error(again, lambda _: share[edges.bins]))

    assert np.mean(errors) == pytest.approx(edges.noise(), rel=0.1)


def test_a_step_at_the_limit_is_miscalibrated(edges, monkeypatch):
    monkeypatch.setattr(smoothness, "FEWEST", 20)

    sure = edge_error(edges, lambda known: np.round(posterior(known)))

    assert sure > 1.5 * edge_error(edges, posterior)


def test_the_mass_decides_only_where_no_radius_is_known():
    by_mass, by_both = (
        {"pl_bmasse": 10.0, "pl_insol": 1.0, "st_spectype": "G2 V"} for _ in range(2)
    )
    known = golden_table([by_mass, by_both | {"pl_rade": 2.0}])

    distances = [distance for distance, _ in smoothness.limit_distances(known)]

    # Two limits each of the radius, the mass and the zone.
    assert distances[3][0] == pytest.approx(0.0)
    assert np.isnan(distances[3][1])
    assert distances[1][1] == pytest.approx(np.log(2.0 / 2.5))
    assert np.isnan(distances[1][0])


def test_a_limit_counts_only_where_the_other_condition_is_fulfilled():
    hot = {"pl_rade": 2.5, "pl_insol": 50.0, "st_spectype": "G2 V"}
    known = golden_table([hot, hot | {"pl_rade": 1.0}])

    distances = [distance for distance, _ in smoothness.limit_distances(known)]

    assert np.isnan(distances[1]).all()
    assert np.isnan(distances[5]).tolist() == [True, False]
