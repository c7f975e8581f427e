"""Insolation, the habitable zone, Earth similarity and the definition, by published values."""

from __future__ import annotations

import numpy as np
import pytest

from exohabit.science import habitability

SUN = np.array([5780.0])
LIMITS = ("recent_venus", "runaway_greenhouse", "maximum_greenhouse", "early_mars")


def zone_position(insol, teff):
    [position] = habitability.zone_positions(teff, insol)
    return position


# Kopparapu et al. 2014 (ApJ 787, L29): the Sun's zone, optimistic and conservative.
@pytest.mark.parametrize(
    ("limit", "axis_au"),
    [
        ("recent_venus", 0.750),
        ("runaway_greenhouse", 0.95),
        ("maximum_greenhouse", 1.68),
        ("early_mars", 1.77),
    ],
)
def test_the_suns_zone_has_the_published_limits(limit, axis_au):
    distance = 1.0 / np.sqrt(habitability.zone_limit(limit, SUN))

    assert distance == pytest.approx(axis_au, abs=0.005)


# The polynomial worked by hand at T = -1000 K.
@pytest.mark.parametrize(
    ("limit", "insol"),
    [
        ("recent_venus", 1.597953),
        ("runaway_greenhouse", 0.995977),
        ("maximum_greenhouse", 0.2986285),
        ("early_mars", 0.2684289),
    ],
)
def test_a_limit_is_the_published_polynomial(limit, insol):
    assert habitability.zone_limit(limit, np.array([4780.0])) == pytest.approx(insol, abs=1e-7)


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize(("teff", "end"), [(2000.0, 2600.0), (415.0, 2600.0), (9000.0, 7200.0)])
def test_a_star_outside_the_polynomials_counts_as_the_nearer_end(limit, teff, end):
    beyond, at_end = habitability.zone_limit(limit, np.array([teff, end]))

    assert beyond == at_end


@pytest.mark.parametrize("limit", LIMITS)
def test_the_insolation_at_a_limit_rises_with_the_stars_temperature(limit):
    insol = habitability.zone_limit(limit, np.linspace(2600.0, 7200.0, 200))

    assert (np.diff(insol) > 0).all()


def test_the_limits_have_the_same_order_for_every_star():
    teff = np.linspace(2600.0, 7200.0, 200)

    inner_to_outer = np.array([habitability.zone_limit(name, teff) for name in LIMITS])

    assert (np.diff(inner_to_outer, axis=0) < 0).all()


@pytest.mark.parametrize("teff", [2600.0, 3500.0, 5780.0, 7200.0])
def test_the_zone_runs_from_0_at_early_mars_to_1_at_recent_venus(teff):
    teffs = np.array([teff])
    outer = habitability.zone_limit("early_mars", teffs)
    inner = habitability.zone_limit("recent_venus", teffs)

    assert zone_position(outer, teffs) == pytest.approx(0.0, abs=1e-12)
    assert zone_position(inner, teffs) == pytest.approx(1.0)
    assert zone_position(np.sqrt(inner * outer), teffs) == pytest.approx(0.5)
    assert zone_position(inner**2 / outer, teffs) == pytest.approx(2.0)


def test_earth_is_deep_in_the_zone_and_nearer_its_inner_edge():
    place = zone_position(np.array([1.0]), SUN)

    assert 0.5 < place < 1.0


# Kepler's third law with the orbits of the Solar System (NASA planetary fact sheets).
@pytest.mark.parametrize(
    ("period_days", "axis_au"),
    [(87.969, 0.3871), (365.25, 1.0), (686.98, 1.5237), (4332.6, 5.204), (60_189.0, 30.07)],
)
def test_keplers_third_law_gives_a_planets_distance(period_days, axis_au):
    axis = habitability.semi_major_axis(np.array([period_days]), np.array([1.0]))

    assert axis == pytest.approx(axis_au, rel=1e-3)


def test_eight_times_the_mass_doubles_the_axis_of_a_period():
    light, heavy = habitability.semi_major_axis(np.array([100.0, 100.0]), np.array([1.0, 8.0]))

    assert heavy == pytest.approx(2 * light)


def test_period_and_axis_are_inverse():
    period, mass = np.array([0.1, 12.3, 1e5]), np.array([0.08, 1.0, 2.5])

    axis = habitability.semi_major_axis(period, mass)

    assert habitability.orbital_period(axis, mass) == pytest.approx(period)


def test_the_suns_temperature_and_radius_give_its_luminosity():
    assert habitability.luminosity(np.array([5772.0]), np.array([1.0])) == pytest.approx(1.0)


def test_luminosity_is_radius_squared_times_temperature_to_the_fourth():
    teff, radius = np.array([5772.0, 11_544.0]), np.array([3.0, 1.0])

    assert habitability.luminosity(teff, radius) == pytest.approx([9.0, 16.0])


def test_trappist_1_is_as_faint_as_published():
    # Agol et al. 2021: 0.000553 of the Sun's luminosity, from 2566 K and 0.1192 solar radii.
    faint = habitability.luminosity(np.array([2566.0]), np.array([0.1192]))

    assert faint == pytest.approx(0.000553, rel=0.01)


@pytest.mark.parametrize(("axis_au", "insol"), [(1.0, 1.0), (0.7233, 1.911), (1.5237, 0.4307)])
def test_insolation_falls_with_distance_squared(axis_au, insol):
    found = habitability.insolation(np.array([1.0]), np.array([axis_au]))

    assert found == pytest.approx(insol, abs=1e-3)


# NASA planetary fact sheets: the black-body temperature at a planet's Bond albedo.
@pytest.mark.parametrize(
    ("insol", "albedo", "eqt"),
    [(1.0, 0.3, 255.0), (1.0, 0.0, 278.3), (1.911, 0.77, 227.0), (0.431, 0.25, 210.0)],
)
def test_a_planets_equilibrium_temperature_is_the_published_one(insol, albedo, eqt):
    found = habitability.equilibrium_temperature(np.array([insol]), np.array([albedo]))

    assert found == pytest.approx(eqt, abs=1.0)


def test_a_black_planets_temperature_gives_back_its_insolation():
    insol = np.array([0.01, 1.0, 4.0, 1e4])
    eqt = habitability.equilibrium_temperature(insol, np.zeros(4))

    assert habitability.black_planet_insolation(eqt) == pytest.approx(insol)


@pytest.mark.parametrize(
    ("insol", "radius", "similarity"),
    [(1.0, 1.0, 1.0), (0.431, 0.532, 0.645), (3.0, 1.0, 0.646), (1.0, 3.0, 0.646)],
)
def test_earth_similarity_is_the_catalogues(insol, radius, similarity):
    found = habitability.earth_similarity(np.array([insol]), np.array([radius]))

    assert found == pytest.approx(similarity, abs=0.001)


def test_twice_and_half_the_insolation_are_equally_unlike_earth():
    brighter, dimmer = habitability.earth_similarity(np.array([2.0, 0.5]), np.array([1.0, 1.0]))

    assert brighter == pytest.approx(dimmer)


@pytest.mark.parametrize(
    ("radius", "mass", "fits"),
    [
        (0.5, np.nan, True),
        (0.499, np.nan, False),
        (2.5, np.nan, True),
        (2.501, np.nan, False),
        (np.nan, 0.1, True),
        (np.nan, 0.099, False),
        (np.nan, 10.0, True),
        (np.nan, 10.01, False),
        (1.0, 500.0, True),
        (3.0, 1.0, False),
        (np.nan, np.nan, False),
    ],
)
def test_a_size_fits_by_radius_and_by_mass_only_if_the_radius_is_unknown(radius, mass, fits):
    assert habitability.is_right_size(np.array([radius]), np.array([mass])) == fits


@pytest.mark.parametrize(
    ("insol", "inside"),
    [(1.77, True), (1.78, False), (0.321, True), (0.319, False), (np.nan, False)],
)
def test_the_optimistic_zone_includes_its_limits(insol, inside):
    assert habitability.in_optimistic_zone(np.array([insol]), SUN) == inside


EARTH = {"insol": 1.0, "teff": 5772.0, "is_fgkm": True, "radius": 1.0, "mass": 1.0}


@pytest.mark.parametrize(
    ("planet", "habitable"),
    [
        (EARTH, True),
        (EARTH | {"insol": 0.431, "radius": 0.532, "mass": 0.107}, True),  # Mars
        (EARTH | {"insol": 1.911, "radius": 0.949, "mass": 0.815}, False),  # Venus
        (EARTH | {"insol": 0.037, "radius": 11.2, "mass": 318.0}, False),  # Jupiter
        (EARTH | {"radius": 0.273, "mass": 0.0123}, False),  # the Moon
        (EARTH | {"is_fgkm": False}, False),
        (EARTH | {"radius": np.nan}, True),
        (EARTH | {"radius": np.nan, "mass": 20.0}, False),
        (EARTH | {"teff": np.nan}, False),
        # TRAPPIST-1 e is inside, b outside, by the limits at 2600 K.
        (EARTH | {"insol": 0.646, "teff": 2566.0, "radius": 0.92}, True),
        (EARTH | {"insol": 4.15, "teff": 2566.0, "radius": 1.12}, False),
    ],
)
def test_the_definition_needs_star_insolation_and_size(planet, habitable):
    values = {name: np.array([value]) for name, value in planet.items()}

    assert habitability.is_habitable(**values) == habitable


@pytest.mark.parametrize(
    ("mass", "radius"),
    [
        (1.0, 1.008),
        (8.1, 2.77),  # HIP 38594 b: the radius that the archive computed
        (317.8, 13.8),
    ],
)
def test_a_typical_radius_is_that_of_chen_and_kipping(mass, radius):
    assert habitability.typical_radius(np.array([mass])) == pytest.approx(radius, rel=0.005)


@pytest.mark.parametrize("joint", [2.04, 131.6])
def test_the_mass_radius_relation_has_no_jump_at_a_joint(joint):
    below, above = habitability.typical_radius(joint * np.array([1 - 1e-9, 1 + 1e-9]))

    assert below == pytest.approx(above, rel=0.002)


@pytest.mark.parametrize(
    "formula",
    [
        zone_position,
        habitability.luminosity,
        habitability.semi_major_axis,
        habitability.orbital_period,
        habitability.insolation,
        habitability.equilibrium_temperature,
        habitability.earth_similarity,
    ],
)
def test_an_unknown_input_gives_nan(formula):
    first, second = np.array([np.nan, 0.9, 0.9]), np.array([0.9, np.nan, 0.9])

    assert np.isnan(formula(first, second)).tolist() == [True, True, False]


@pytest.mark.parametrize(
    "formula", [habitability.typical_radius, habitability.black_planet_insolation]
)
def test_an_unknown_input_of_a_formula_of_one_quantity_gives_nan(formula):
    assert np.isnan(formula(np.array([np.nan, 0.9]))).tolist() == [True, False]


@pytest.mark.parametrize(
    ("eccentricity", "gain"), [(0.0, 1.0), (0.0167, 1.00014), (0.5, 1.1547), (0.6, 1.25)]
)
def test_the_mean_insolation_grows_with_the_eccentricity(eccentricity, gain):
    found = habitability.eccentric_gain(np.array([eccentricity]))

    assert found == pytest.approx([gain], rel=1e-4)


def test_the_mean_insolation_is_the_time_average_of_keplers_equation():
    eccentricity, anomaly = 0.7, np.linspace(0.0, 2 * np.pi, 100_001)[:-1]
    distance = 1.0 - eccentricity * np.cos(anomaly)
    # Time goes with the mean anomaly, whose step is the distance times that of the eccentric one.
    averaged = np.average(distance**-2.0, weights=distance)

    assert habitability.eccentric_gain(np.array([eccentricity])) == pytest.approx([averaged])


@pytest.mark.parametrize(
    ("mass", "limit"),
    [(0.01, 0.99), (0.1, 0.99), (1.0, 1.107), (5.0, 1.188), (50.0, 1.188), (5.0**0.5, 1.1475)],
)
def test_a_heavier_planet_has_a_brighter_runaway_greenhouse(mass, limit):
    """Kopparapu et al. 2014, table 1, for a star of 5780 K; linear in the logarithm of the mass."""
    found = habitability.runaway_limit(np.array([5780.0]), np.array([mass]))

    assert found[0] == pytest.approx(limit)


def test_the_runaway_greenhouse_of_one_earth_mass_is_the_same_limit():
    teff = np.linspace(2000.0, 8000.0, 50)

    found = habitability.runaway_limit(teff, np.ones(50))

    assert np.array_equal(found, habitability.zone_limit("runaway_greenhouse", teff))
