"""Learned rivals: they learn the truth of other hosts."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.samples import planet_set
from training import metrics
from training.learned_rivals import BOOSTING, LOGISTIC, score_by_learning
from training.masks import MASKS
from training.test_sets import PlanetSet

COUNT = 1_500


@pytest.fixture(scope="module")
def sets() -> dict[str, PlanetSet]:
    """Return planets whose truth depends on radius and insolation; three masked sets and a test."""
    rng = np.random.default_rng(0)
    radius, insol = np.exp(rng.uniform(-2, 3, COUNT)), np.exp(rng.uniform(-3, 3, COUNT))
    planets = [
        {"pl_rade": r, "pl_insol": s, "st_teff": 5_000.0 if i % 2 else None, "pl_bmasse": None}
        for i, (r, s) in enumerate(zip(radius.tolist(), insol.tolist(), strict=True))
    ]
    truth = 0.95 * ((radius > 0.5) & (radius < 2.5) & (insol > 0.3) & (insol < 1.7))
    made = planet_set(planets, truth.tolist(), [f"star {i // 2}" for i in range(COUNT)])
    return dict.fromkeys((*MASKS, "another"), made)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "least"), [(LOGISTIC, 0.6), (BOOSTING, 0.9)])
def test_a_model_ranks_planets_of_other_hosts(sets, kind, least):
    found = score_by_learning(sets, threads=1)

    assert list(found) == list(sets)
    planets, rival = sets["another"], found["another"][kind]
    assert metrics.average_precision(planets.truth, rival.ranking) > least
    assert rival.probability.min() >= 0.0
    assert rival.probability.max() <= 1.0
    assert rival.probability.mean() == pytest.approx(planets.truth.mean(), abs=0.02)


@pytest.mark.slow
def test_the_truth_of_a_host_does_not_change_its_own_scores(sets):
    planets = sets["another"]
    truth = planets.truth.copy()
    truth[:2] = 1.0 - truth[:2]
    changed = PlanetSet(planets.known, truth, planets.hosts, planets.radius_computed)

    first, second = (
        score_by_learning(dict.fromkeys(sets, each), threads=1)["another"][BOOSTING].probability
        for each in (planets, changed)
    )

    assert np.array_equal(first[:2], second[:2])
    assert not np.array_equal(first, second)
