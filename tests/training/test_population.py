"""The simulated population: its prior and its weights, true and known values."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from exohabit.science.columns import NUMERIC
from exohabit.science.spectral_columns import SPECTRAL
from training import population
from training.labels import label
from training.population import Population, simulate
from training.settings import Prior, Settings
from training.true_systems import draw_systems

COUNT = 100_000
DECILES = np.linspace(0.0, 1.0, 11)


@pytest.fixture(scope="module")
def planets() -> Population:
    return simulate(COUNT, Settings(), np.random.default_rng(11))


def arrays(population: Population) -> dict[str, np.ndarray]:
    return {**asdict(population.truth), **population.known, "weight": population.weight}


def tenths(values, bounds, weight) -> np.ndarray:
    """Share of the weight in each tenth of a logarithmic range, for known values."""
    known = ~np.isnan(values)
    place = np.log(values[known] / bounds[0]) / np.log(bounds[1] / bounds[0])
    shares = np.histogram(place, DECILES, weights=weight[known])[0]
    return np.asarray(shares / weight[known].sum())


def tolerance(weight) -> float:
    """Five standard deviations of a share of one tenth, with the weights' effective number."""
    effective = weight.sum() ** 2 / (weight**2).sum()
    return float(5 * np.sqrt(0.1 * 0.9 / effective))


def test_the_same_seed_simulates_the_same_planets():
    first, again = (simulate(2_000, Settings(), np.random.default_rng(7)) for _ in range(2))
    other = simulate(2_000, Settings(), np.random.default_rng(8))

    for name, array in arrays(first).items():
        assert np.array_equal(array, arrays(again)[name], equal_nan=True), name
    assert not np.array_equal(first.truth.insol, other.truth.insol)


def test_the_population_has_the_given_number_of_planets(planets):
    assert {array.shape for array in arrays(planets).values()} == {(COUNT,)}


def test_the_known_values_are_those_of_the_feature_matrix(planets):
    assert set(planets.known) == {column.name for column in NUMERIC} | set(SPECTRAL)


def test_weights_make_the_period_log_uniform_over_the_prior(planets):
    period = planets.known["pl_orbper"]
    bounds, even = Prior().period_days, np.ones(COUNT)
    known = planets.weight[~np.isnan(period)]

    weighted = tenths(period, bounds, planets.weight)
    unweighted = tenths(period, bounds, even)

    assert weighted == pytest.approx(0.1, abs=tolerance(known))
    assert np.abs(unweighted - 0.1).max() > 5 * tolerance(known)


def test_weights_make_the_radius_log_uniform_over_the_prior():
    systems = draw_systems(COUNT, Prior(), np.random.default_rng(11))
    radius, known = systems.radius, systems.weight
    bounds, even = Prior().radius, np.ones(COUNT)

    weighted = tenths(radius, bounds, known)
    unweighted = tenths(radius, bounds, even)

    assert weighted == pytest.approx(0.1, abs=tolerance(known))
    assert np.abs(unweighted - 0.1).max() > 5 * tolerance(known)


def test_weights_give_the_same_share_of_habitable_planets_as_drawing_without_a_near_half(planets):
    prior = Prior(near_share=0.0, transit_drawn=Prior().transit_share)
    plain = simulate(COUNT, Settings(prior=prior), np.random.default_rng(12))

    weighted = np.average(label(planets.truth), weights=planets.weight)
    drawn = label(plain.truth).mean()
    # Five standard deviations of the difference of two shares of 3 %.
    assert weighted == pytest.approx(drawn, abs=5 * np.sqrt(2 * 0.03 / COUNT))


def test_weights_are_limited_and_have_mean_1(planets):
    # 30 % of the planets are drawn from the prior, and half of them transit instead of 75 %.
    prior = Prior()
    highest = prior.transit_share / prior.transit_drawn / (1.0 - prior.near_share)

    assert planets.weight.min() >= 0.0
    assert planets.weight.max() == pytest.approx(highest)
    assert planets.weight.mean() == pytest.approx(1.0, abs=0.03)


def test_planets_outside_the_prior_have_no_weight(planets):
    period, (shortest, longest) = planets.known["pl_orbper"], Prior().period_days
    beyond = (period < shortest) | (period > longest)

    assert beyond.any()
    assert (planets.weight[beyond] == 0.0).all()


def test_planets_drawn_from_the_prior_all_have_weight_1():
    prior = Prior(near_share=0.0, transit_drawn=Prior().transit_share)

    plain = simulate(1_000, Settings(prior=prior), np.random.default_rng(12))

    assert plain.weight == pytest.approx(1.0)


def test_a_saved_population_is_read_unchanged(tmp_path):
    saved = simulate(500, Settings(), np.random.default_rng(7))
    saved.save(tmp_path / "planets.npz")

    read = Population.load(tmp_path / "planets.npz")

    assert arrays(read).keys() == arrays(saved).keys()
    for name, array in arrays(saved).items():
        assert np.array_equal(arrays(read)[name], array, equal_nan=True), name
        assert arrays(read)[name].dtype == array.dtype, name


def test_the_step_writes_training_and_held_out_planets(tmp_path, monkeypatch, capsys):
    work = tmp_path / "build"
    files = {name: work / f"{name}.npz" for name in ("planets", "held_out")}
    monkeypatch.setattr(population, "WORK", work)
    monkeypatch.setattr(population, "FILES", files)

    population.run(Settings(planets=300, held_out=200))

    fitted, held_out = (Population.load(path) for path in files.values())
    assert (fitted.weight.size, held_out.weight.size) == (300, 200)
    assert not np.isin(held_out.truth.insol, fitted.truth.insol).any()
    assert "simulated 300 planets into build/planets.npz" in capsys.readouterr().out


def test_the_mass_decides_where_no_radius_is_known(planets):
    unknown = np.isnan(planets.known["pl_rade"])

    assert np.isnan(planets.truth.radius[unknown]).all()
    assert not np.isnan(planets.truth.radius[~unknown]).all()


def test_a_star_without_a_type_counts_by_its_stated_temperature(planets):
    untyped = np.isnan(planets.known["spectype_fgkm"])
    teff = planets.known["st_teff"]
    outside = untyped & ((teff < 2300.0) | (teff > 7310.0))

    assert outside.any()
    assert not planets.truth.is_fgkm[outside].any()
