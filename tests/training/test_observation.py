"""Observation: values are measured with errors, computed, assumed or missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from exohabit.science import dwarfs, habitability
from exohabit.science.columns import BY_NAME, COLUMNS
from exohabit.science.features import Table, lacks_light, lacks_size
from training.observation import observe
from training.population import Population, simulate
from training.settings import Catalogue, Prior, Settings
from training.true_systems import TrueSystems, draw_systems

COUNT = 100_000
OPTIONAL = [column.name for column in COLUMNS if not column.required]


@pytest.fixture(scope="module")
def seen() -> tuple[TrueSystems, Table]:
    """True systems, and what a catalogue lists about them."""
    rng = np.random.default_rng(12)
    systems = draw_systems(COUNT, Prior(), rng)
    return systems, observe(systems, Catalogue(), rng)


@pytest.fixture(scope="module")
def planets() -> Population:
    return simulate(COUNT, Settings(), np.random.default_rng(11))


def test_every_planet_can_be_scored(planets):
    assert not lacks_size(planets.known).any()
    assert not lacks_light(planets.known).any()


def test_half_of_the_planets_have_the_required_columns_only(planets):
    blank = np.all([np.isnan(planets.known[name]) for name in OPTIONAL], axis=0)

    assert blank.mean() == pytest.approx(Catalogue().optional_blank, abs=0.06)


@pytest.mark.parametrize("name", [column.name for column in COLUMNS])
def test_every_column_is_missing_for_some_planets_and_known_for_others(planets, name):
    column = "spectype_fgkm" if BY_NAME[name].range is None else name

    assert 0.05 < np.isnan(planets.known[column]).mean() < 0.8


def test_most_eccentricities_of_transiting_planets_are_assumed(seen):
    systems, known = seen
    stated, transits = known["pl_orbeccen"], systems.transits

    assumed = [(stated[found & ~np.isnan(stated)] == 0.0).mean() for found in (transits, ~transits)]
    catalogue = Catalogue()
    expected = [catalogue.transit_circular, catalogue.velocity_circular]
    assert assumed == pytest.approx(expected, abs=0.01)


def test_a_spectral_type_is_known_or_missing_as_a_whole(planets):
    is_missing = np.isnan(planets.known["spectype_fgkm"])

    assert np.isnan(planets.known["spectype_teff"][is_missing]).all()
    assert np.isnan(planets.known["spectype_luminosity"][is_missing]).all()


def test_the_radius_of_a_planet_found_by_radial_velocity_is_computed_from_its_mass(planets):
    radius, mass = planets.known["pl_rade"], planets.known["pl_bmasse"]
    both = np.isnan(planets.truth.radius) & ~np.isnan(radius) & ~np.isnan(mass)

    # Both are rounded to three digits, each by up to half a percent.
    assert both.sum() > 1_000
    computed = habitability.typical_radius(mass[both])
    assert np.log(radius[both] / computed) == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(
    ("wide", "narrow"), [("pl_msinie", "pl_bmasse"), ("pl_bmasse", "pl_msinie")]
)
def test_the_errors_of_each_quantity_have_their_own_scatter(wide, narrow):
    even = dict.fromkeys(Catalogue().errors, 0.1)
    scatter = {**dict.fromkeys(even, 0.0), wide: 1.5}
    rng = np.random.default_rng(14)
    systems = draw_systems(COUNT, Prior(), rng)
    known = observe(systems, replace(Catalogue(), errors=even, error_scatter=scatter), rng)
    true = np.where(systems.transits, systems.mass, systems.minimum_mass)
    off = np.abs(np.log(known["pl_bmasse"] / true))
    # Masses of transiting planets are measured where they stand alone.
    chosen = {"pl_msinie": ~systems.transits, "pl_bmasse": np.isnan(known["pl_rade"])}
    chosen["pl_bmasse"] = chosen["pl_bmasse"] & systems.transits

    far = {name: np.mean(off[each & ~np.isnan(off)] > 0.5) for name, each in chosen.items()}

    assert far[wide] > 3 * far[narrow]


@pytest.mark.parametrize("name", ["st_teff", "st_rad", "pl_msinie"])
def test_a_measurement_scatters_around_the_true_value_by_the_archives_error(seen, name):
    systems, known = seen
    spectral = ~np.isnan(known["spectype_fgkm"])
    true, stated, chosen = {
        "st_teff": (systems.host.teff, known["st_teff"], spectral),
        "st_rad": (systems.host.radius, known["st_rad"], spectral),
        "pl_msinie": (systems.minimum_mass, known["pl_bmasse"], ~systems.transits),
    }[name]

    off = np.log(stated / true)[chosen & ~np.isnan(stated)]

    # 0.67 is the median distance of a normal distribution; the errors' own scatter lowers it.
    error = Catalogue().errors[name]
    assert 0.5 * error < np.median(np.abs(off)) < 0.75 * error
    assert np.median(off) == pytest.approx(0.0, abs=5 * off.std() / np.sqrt(off.size))


def test_radius_errors_of_planet_and_star_go_together(seen):
    systems, known = seen
    planet, star = (
        np.log(stated / true)
        for stated, true in (
            (known["pl_rade"], systems.radius),
            (known["st_rad"], systems.host.radius),
        )
    )
    both = systems.transits & ~np.isnan(planet + star)

    assert np.corrcoef(planet[both], star[both])[0, 1] > 0.6


def test_stars_known_by_their_colours_have_no_spectral_type_and_follow_the_sequence(seen):
    _, known = seen
    off = np.log(known["st_rad"] / dwarfs.dwarf_radius(known["st_teff"]))
    on_sequence = np.abs(off) < 0.1

    has_type = ~np.isnan(known["spectype_fgkm"])
    assert on_sequence[~has_type].mean() > on_sequence[has_type].mean() + 0.05


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_stars_known_by_their_colours_have_their_light_from_one_table(share):
    no_gain = replace(Prior(), eccentric_share=0.0)
    catalogue = replace(
        Catalogue(),
        **{"by_color": 1.0, "color_computed": share, "insol_computed": 0.0, "eqt_from_insol": 0.0},
    )
    rng = np.random.default_rng(13)
    known = observe(draw_systems(COUNT, no_gain, rng), catalogue, rng)
    by_color = np.isnan(known["spectype_fgkm"]) & ~np.isnan(known["pl_insol"])
    luminosity = habitability.luminosity(known["st_teff"], known["st_rad"])
    implied = habitability.insolation(luminosity, known["pl_orbsmax"])

    off = np.log(known["pl_insol"] / implied)[by_color]
    agree = np.mean(np.abs(off[~np.isnan(off)]) < 0.03)

    # Types are missing for other stars too, and other measurements sometimes agree by chance.
    assert share * 0.6 - 0.02 < agree < share + 0.15


def test_an_equilibrium_temperature_is_at_most_that_of_a_black_planet(planets):
    black = habitability.equilibrium_temperature(planets.truth.insol, np.zeros(COUNT))
    ratio = planets.known["pl_eqt"] / black

    # Albedos run from 0 to 0.9, which cools by (1 - 0.9)^(1/4) = 0.56; the rest is error.
    low, middle, high = np.nanquantile(ratio, (0.01, 0.5, 0.99))
    assert 0.5 < low < 0.7
    assert 0.85 < middle < 0.95
    assert 1.0 < high < 1.5


def test_a_known_spectral_type_tells_correctly_whether_a_star_is_f_to_m(planets):
    stated = planets.known["spectype_fgkm"]
    is_known = ~np.isnan(stated)

    assert np.array_equal(stated[is_known] == 1.0, planets.truth.is_fgkm[is_known])


def test_a_mass_that_stands_alone_was_measured(seen):
    systems, known = seen
    alone = np.isnan(known["pl_rade"]) & ~np.isnan(known["pl_bmasse"])
    true = np.where(systems.transits, systems.mass, systems.minimum_mass)

    off = np.log(known["pl_bmasse"] / true)[alone]
    # A mass computed from the radius would be off by the scatter of the masses, 0.25 and more.
    assert np.median(np.abs(off)) < 0.15
