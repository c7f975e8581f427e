"""The simulated population: its prior, its blanks, and what is true beside what is known."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from science import habitability
from science.columns import BY_NAME, COLUMNS, NUMERIC
from science.features import SPECTRAL, lacks_light, lacks_size
from training import population
from training.labels import label
from training.population import Population, simulate
from training.settings import Catalogue, Prior, Settings
from training.truth import HIGHEST_ECCENTRICITY, NEPTUNIAN, Truth, draw

COUNT = 100_000
OPTIONAL = [column.name for column in COLUMNS if not column.required]
DECILES = np.linspace(0.0, 1.0, 11)


@pytest.fixture(scope="module")
def planets() -> Population:
    return simulate(COUNT, Settings(), np.random.default_rng(11))


def arrays(of: Population) -> dict[str, np.ndarray]:
    return {**asdict(of.truth), **of.known, "weight": of.weight}


def tenths(values, bounds, weight) -> np.ndarray:
    """Share of the weight in each tenth of a logarithmic range, known values alone."""
    known = ~np.isnan(values)
    place = np.log(values[known] / bounds[0]) / np.log(bounds[1] / bounds[0])
    shares = np.histogram(place, DECILES, weights=weight[known])[0]
    return np.asarray(shares / weight[known].sum())


def spread(weight) -> float:
    """Five standard deviations of a share of one tenth, for as many planets as weights leave."""
    effective = weight.sum() ** 2 / (weight**2).sum()
    return float(5 * np.sqrt(0.1 * 0.9 / effective))


def test_the_same_seed_simulates_the_same_planets():
    first, again = (simulate(2_000, Settings(), np.random.default_rng(7)) for _ in range(2))
    other = simulate(2_000, Settings(), np.random.default_rng(8))

    for name, array in arrays(first).items():
        assert np.array_equal(array, arrays(again)[name], equal_nan=True), name
    assert not np.array_equal(first.truth.insol, other.truth.insol)


def test_there_are_as_many_planets_as_asked_for(planets):
    assert {array.shape for array in arrays(planets).values()} == {(COUNT,)}


def test_what_is_known_is_what_the_feature_matrix_reads(planets):
    assert set(planets.known) == {column.name for column in NUMERIC} | set(SPECTRAL)


def test_weights_make_the_period_log_uniform_over_the_prior(planets):
    period = planets.known["pl_orbper"]
    bounds, even = Prior().period_days, np.ones(COUNT)
    known = planets.weight[~np.isnan(period)]

    weighted = tenths(period, bounds, planets.weight)
    unweighted = tenths(period, bounds, even)

    assert weighted == pytest.approx(0.1, abs=spread(known))
    assert np.abs(unweighted - 0.1).max() > 5 * spread(known)


def test_weights_make_the_radius_log_uniform_over_the_prior(planets):
    radius = planets.truth.radius
    bounds, even = Prior().radius, np.ones(COUNT)
    known = planets.weight[~np.isnan(radius)]

    weighted = tenths(radius, bounds, planets.weight)
    unweighted = tenths(radius, bounds, even)

    assert weighted == pytest.approx(0.1, abs=spread(known))
    assert np.abs(unweighted - 0.1).max() > 5 * spread(known)


def test_weights_restore_the_share_of_habitable_planets_without_drawing_near_the_zone(planets):
    plain = simulate(COUNT, Settings(prior=Prior(near_share=0.0)), np.random.default_rng(12))

    weighted = np.average(label(planets.truth), weights=planets.weight)
    drawn = label(plain.truth).mean()
    # Five standard deviations of the difference of two shares of 3 %.
    assert weighted == pytest.approx(drawn, abs=5 * np.sqrt(2 * 0.03 / COUNT))


def test_a_weight_is_the_prior_over_how_often_such_a_planet_is_drawn(planets):
    # Half the planets are drawn from the prior itself, so no weight can exceed 2.
    assert planets.weight.min() >= 0.0
    assert planets.weight.max() == pytest.approx(2.0)
    assert planets.weight.mean() == pytest.approx(1.0, abs=0.02)


def test_planets_beyond_the_prior_count_nothing(planets):
    period, (shortest, longest) = planets.known["pl_orbper"], Prior().period_days
    beyond = (period < shortest) | (period > longest)

    assert beyond.any()
    assert (planets.weight[beyond] == 0.0).all()


def test_without_the_near_half_all_planets_count_the_same():
    plain = simulate(1_000, Settings(prior=Prior(near_share=0.0)), np.random.default_rng(12))

    assert plain.weight == pytest.approx(1.0)


def test_every_planet_can_be_judged(planets):
    assert not lacks_size(planets.known).any()
    assert not lacks_light(planets.known).any()


def test_half_of_the_planets_are_told_by_the_required_columns_alone(planets):
    blank = np.all([np.isnan(planets.known[name]) for name in OPTIONAL], axis=0)

    assert blank.mean() == pytest.approx(Catalogue().optional_blank, abs=0.05)


@pytest.mark.parametrize("name", [column.name for column in COLUMNS])
def test_every_column_is_sometimes_blank_and_sometimes_not(planets, name):
    of = "spectype_fgkm" if BY_NAME[name].range is None else name

    assert 0.05 < np.isnan(planets.known[of]).mean() < 0.8


def test_an_eccentric_orbit_has_more_light_and_a_circular_one_just_that_of_its_axis():
    circular, eccentric = (
        draw(COUNT, Prior(eccentric_share=share), np.random.default_rng(14)) for share in (0.0, 1.0)
    )

    gain = eccentric.truth.insol / circular.truth.insol
    assert (circular.eccentricity == 0.0).all()
    assert gain == pytest.approx(1.0 / np.sqrt(1.0 - eccentric.eccentricity**2))
    assert gain.min() == pytest.approx(1.0, abs=1e-6)
    assert gain.max() > 2.0


def test_large_planets_are_more_eccentric_than_small_ones_however_they_were_found():
    worlds = draw(COUNT, Prior(), np.random.default_rng(14))
    small, large = worlds.radius < NEPTUNIAN, worlds.radius >= NEPTUNIAN

    means = [worlds.eccentricity[of].mean() for of in (small, large, small & worlds.transits)]

    # Those of a Beta(1, 19) and of a Beta(0.867, 3.03).
    assert means == pytest.approx([1 / 20, 0.867 / (0.867 + 3.03), 1 / 20], abs=0.004)
    assert worlds.eccentricity.max() <= HIGHEST_ECCENTRICITY


def test_most_stated_eccentricities_of_transiting_planets_are_assumed(planets):
    stated = planets.known["pl_orbeccen"]
    transits = ~np.isnan(planets.truth.radius)

    assumed = [(stated[found & ~np.isnan(stated)] == 0.0).mean() for found in (transits, ~transits)]
    catalogue = Catalogue()
    expected = [catalogue.transit_circular, catalogue.velocity_circular]
    assert assumed == pytest.approx(expected, abs=0.01)


def test_a_spectral_type_is_known_or_blank_as_a_whole(planets):
    unwritten = np.isnan(planets.known["spectype_fgkm"])

    assert np.isnan(planets.known["spectype_teff"][unwritten]).all()
    assert np.isnan(planets.known["spectype_luminosity"][unwritten]).all()


def test_a_planet_found_by_radial_velocity_has_no_true_radius(planets):
    without = np.isnan(planets.truth.radius)

    # Five standard deviations of a share.
    share = Prior().transit_share
    spread_of_share = 5 * np.sqrt(share * (1 - share) / COUNT)
    assert without.mean() == pytest.approx(1 - share, abs=spread_of_share)
    assert not np.isnan(planets.truth.mass).any()


def test_the_radius_of_a_planet_found_by_radial_velocity_is_computed_from_its_mass(planets):
    radius, mass = planets.known["pl_rade"], planets.known["pl_bmasse"]
    both = np.isnan(planets.truth.radius) & ~np.isnan(radius) & ~np.isnan(mass)

    # Both are rounded to three digits, each by up to half a percent.
    assert both.sum() > 1_000
    computed = habitability.typical_radius(mass[both])
    assert np.log(radius[both] / computed) == pytest.approx(0.0, abs=0.01)


def test_a_minimum_mass_is_below_the_mass_by_the_sine_of_a_random_inclination():
    settings = Settings(prior=Prior(near_share=0.0, radius=(1.0, 1.0 + 1e-9)))
    same = simulate(COUNT, settings, np.random.default_rng(13)).truth

    transiting, minimum = same.mass[~np.isnan(same.radius)], same.mass[np.isnan(same.radius)]
    # The mean sine of an inclination of isotropic orbits is pi / 4.
    assert minimum.mean() / transiting.mean() == pytest.approx(np.pi / 4, rel=0.02)


@pytest.mark.parametrize(
    ("name", "true", "error"),
    [("st_teff", "teff", 0.016), ("pl_rade", "radius", 0.07), ("pl_bmasse", "mass", 0.12)],
)
def test_a_measurement_scatters_around_the_truth_by_the_archives_error(planets, name, true, error):
    truth = getattr(planets.truth, true)
    measured = np.isnan(planets.truth.radius) if name == "pl_bmasse" else ~np.isnan(truth)

    off = np.log(planets.known[name] / truth)[measured & ~np.isnan(planets.known[name])]

    # 0.67 is the median distance of a normal distribution; the errors' own scatter lowers it.
    assert 0.55 * error < np.median(np.abs(off)) < 0.75 * error
    assert np.mean(off) == pytest.approx(0.0, abs=5 * off.std() / np.sqrt(off.size))


def test_an_equilibrium_temperature_is_at_most_that_of_a_black_planet(planets):
    black = habitability.equilibrium_temperature(planets.truth.insol, np.zeros(COUNT))
    ratio = planets.known["pl_eqt"] / black

    # Albedos run from 0 to 0.9, which cools by (1 - 0.9)^(1/4) = 0.56; the rest is error.
    low, middle, high = np.nanquantile(ratio, (0.01, 0.5, 0.99))
    assert 0.5 < low < 0.7
    assert 0.85 < middle < 0.95
    assert 1.0 < high < 1.2


def test_a_star_outside_f_to_m_never_has_a_habitable_planet(planets):
    truth = planets.truth
    as_if = Truth(truth.insol, truth.teff, np.ones(COUNT, dtype=bool), truth.radius, truth.mass)
    outside = ~truth.is_fgkm

    assert outside.mean() == pytest.approx(0.07, abs=0.005)
    assert not label(truth)[outside].any()
    assert label(as_if)[outside].any()


def test_a_spectral_type_says_truly_whether_a_star_is_f_to_m(planets):
    said = planets.known["spectype_fgkm"]
    written = ~np.isnan(said)

    assert np.array_equal(said[written] == 1.0, planets.truth.is_fgkm[written])


def test_a_population_that_is_saved_is_read_back_whole(tmp_path):
    saved = simulate(500, Settings(), np.random.default_rng(7))
    saved.save(tmp_path / "planets.npz")

    read = Population.load(tmp_path / "planets.npz")

    assert arrays(read).keys() == arrays(saved).keys()
    for name, array in arrays(saved).items():
        assert np.array_equal(arrays(read)[name], array, equal_nan=True), name
        assert arrays(read)[name].dtype == array.dtype, name


def test_the_step_leaves_planets_to_fit_on_and_others_held_out(tmp_path, monkeypatch, capsys):
    work = tmp_path / "build"
    files = {name: work / f"{name}.npz" for name in ("planets", "held_out")}
    monkeypatch.setattr(population, "WORK", work)
    monkeypatch.setattr(population, "FILES", files)

    population.run(Settings(planets=300, held_out=200))

    fitted, held_out = (Population.load(path) for path in files.values())
    assert (fitted.weight.size, held_out.weight.size) == (300, 200)
    assert not np.isin(held_out.truth.insol, fitted.truth.insol).any()
    assert "simulated 300 planets into build/planets.npz" in capsys.readouterr().out
