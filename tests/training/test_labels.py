"""Labels: the definition applied to the true values of simulated planets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from exohabit.science.habitability import is_habitable
from training import labels
from training.population import Truth, simulate
from training.settings import Settings

EARTH = Truth(
    insol=np.array([1.0]),
    teff=np.array([5772.0]),
    is_fgkm=np.array([True]),
    radius=np.array([1.0]),
    mass=np.array([1.0]),
)


@pytest.mark.parametrize(
    ("change", "habitable"),
    [
        ({}, True),
        ({"insol": 2.0}, False),
        ({"insol": 0.2}, False),
        ({"radius": 2.6}, False),
        ({"is_fgkm": False}, False),
        ({"radius": np.nan, "mass": 9.0}, True),
        ({"radius": np.nan, "mass": 11.0}, False),
        ({"mass": 11.0}, True),
    ],
)
def test_a_label_is_the_definition_of_the_true_values(change, habitable):
    truth = replace(EARTH, **{name: np.array([value]) for name, value in change.items()})

    assert labels.label(truth).tolist() == [habitable]


def test_the_known_values_do_not_change_the_label():
    population = simulate(5_000, Settings(), np.random.default_rng(3))
    truth = population.truth
    labelled = labels.label(truth)

    defined = is_habitable(truth.insol, truth.teff, truth.is_fgkm, truth.radius, truth.mass)
    known = population.known
    seen = is_habitable(
        known["pl_insol"], known["st_teff"], truth.is_fgkm, known["pl_rade"], known["pl_bmasse"]
    )
    assert np.array_equal(labelled, defined)
    assert (labelled & ~seen).any()


def test_habitable_planets_are_common_without_weights():
    population = simulate(50_000, Settings(), np.random.default_rng(3))
    labelled = labels.label(population.truth)

    under_prior = np.average(labelled, weights=population.weight)
    assert labelled.mean() > 3 * under_prior > 0.03


def test_the_step_writes_labels_for_every_population(tmp_path, monkeypatch, capsys):
    population = simulate(1_000, Settings(), np.random.default_rng(3))
    written = {name: tmp_path / f"{name}.npz" for name in ("planets", "held_out")}
    for path in written.values():
        population.save(path)
    files = {name: tmp_path / f"{name}_labels.npy" for name in written}
    monkeypatch.setattr(labels, "POPULATION", written)
    monkeypatch.setattr(labels, "FILES", files)

    labels.run()

    for path in files.values():
        assert np.array_equal(np.load(path), labels.label(population.truth))
    assert "labelled held_out" in capsys.readouterr().out
