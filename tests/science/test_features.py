"""The feature matrix: its order, the implied features, and that missing values stay missing."""

from __future__ import annotations

import numpy as np
import pytest

from exohabit.science import dwarfs, habitability
from exohabit.science.columns import NUMERIC
from exohabit.science.features import (
    FEATURES,
    MEANINGS,
    NO_ZONE,
    TYPICAL_TEFF,
    feature_matrix,
    lacks_light,
    lacks_size,
)
from exohabit.science.posterior import size_probability, zone_probability
from exohabit.scoring.golden_planets import golden_table

EARTH = {
    "pl_rade": 1.0,
    "pl_bmasse": 1.0,
    "pl_orbper": 365.25,
    "pl_eqt": 255.0,
    "st_spectype": "G2 V",
    "pl_insol": 1.0,
    "pl_orbsmax": 1.0,
    "pl_orbeccen": 0.0,
    "st_teff": 5772.0,
    "st_rad": 1.0,
    "st_mass": 1.0,
}
POSTERIOR = ("p_zone", "p_size", "p_habitable")
IMPLIED = ("insol_orbit", "zone", "zone_orbit", "zone_eqt", "size_ratio", *POSTERIOR)


def features(**planet) -> dict[str, float]:
    """Features by name of a planet with only these values."""
    [row] = feature_matrix(golden_table([planet]))
    return dict(zip(FEATURES, row.tolist(), strict=True))


def without(*names) -> dict[str, float | str]:
    return {name: value for name, value in EARTH.items() if name not in names}


def test_every_feature_has_a_meaning():
    assert tuple(sorted(MEANINGS)) == tuple(sorted(FEATURES))


def test_the_features_are_the_columns_the_spectral_type_and_what_both_imply():
    planet = "pl_rade pl_bmasse pl_orbper pl_eqt pl_insol pl_orbsmax pl_orbeccen"
    star = "st_teff st_rad st_mass spectype_teff spectype_luminosity spectype_fgkm"

    assert [*planet.split(), *star.split(), *IMPLIED] == list(FEATURES)


def test_the_matrix_has_a_row_a_planet_and_a_column_a_feature_in_single_precision():
    matrix = feature_matrix(golden_table([EARTH, EARTH, without("pl_eqt")]))

    assert matrix.shape == (3, len(FEATURES))
    assert matrix.dtype == np.float32


@pytest.mark.parametrize("column", NUMERIC, ids=lambda column: column.name)
def test_a_measured_column_is_a_feature_as_it_stands(column):
    assert features(**EARTH)[column.name] == np.float32(EARTH[column.name])


@pytest.mark.parametrize("column", NUMERIC, ids=lambda column: column.name)
def test_a_column_not_measured_is_never_filled_in(column):
    assert np.isnan(features(**without(column.name))[column.name])


def test_a_planet_without_values_has_no_features():
    assert np.isnan(feature_matrix(golden_table([{}]))).all()


def test_no_planets_give_an_empty_matrix():
    assert feature_matrix(golden_table([])).shape == (0, len(FEATURES))


def test_each_row_depends_on_its_own_planet_only():
    together = feature_matrix(golden_table([EARTH, without("st_rad"), {}]))

    alone = [feature_matrix(golden_table([each])) for each in (EARTH, without("st_rad"), {})]
    assert np.array_equal(together, np.vstack(alone), equal_nan=True)


def test_a_missing_column_is_an_error():
    table = golden_table([EARTH])
    del table["pl_eqt"]

    with pytest.raises(KeyError, match="pl_eqt"):
        feature_matrix(table)


def test_earths_orbit_gives_earths_insolation():
    assert features(**EARTH)["insol_orbit"] == pytest.approx(1.0, abs=1e-6)


def test_zone_features_are_positions_by_each_source_of_the_insolation():
    teff = np.array([5772.0])

    found = features(**EARTH | {"pl_insol": 0.5, "pl_eqt": 278.3})

    half, whole = (habitability.zone_positions(teff, np.array([s]))[0] for s in (0.5, 1.0))
    assert found["zone"] == pytest.approx(half[0], rel=1e-5)
    assert found["zone_orbit"] == pytest.approx(whole[0], rel=1e-5)
    assert found["zone_eqt"] == pytest.approx(whole[0], rel=1e-5)


def test_an_eccentric_orbit_has_more_insolation_than_a_circular_one():
    found = features(**EARTH | {"pl_orbeccen": 0.6})

    # At 0.6 the gain is 5 / 4.
    assert found["insol_orbit"] == pytest.approx(1.25, rel=1e-6)


def test_every_zone_position_uses_the_mean_insolation():
    teff = np.array([5772.0])
    planet = EARTH | {"pl_insol": 0.5, "pl_eqt": 278.3, "pl_orbeccen": 0.6}

    found = features(**planet)

    half, whole = (habitability.zone_positions(teff, np.array([1.25 * s]))[0] for s in (0.5, 1.0))
    assert found["zone"] == pytest.approx(half[0], rel=1e-5)
    assert found["zone_orbit"] == pytest.approx(whole[0], rel=1e-5)
    assert found["zone_eqt"] == pytest.approx(whole[0], rel=1e-5)


def test_an_unknown_eccentricity_counts_as_a_circular_orbit():
    circular, unknown = features(**EARTH), features(**without("pl_orbeccen"))

    assert np.isnan(unknown["pl_orbeccen"])
    assert [unknown[name] for name in IMPLIED] == [circular[name] for name in IMPLIED]


def test_the_size_ratio_is_1_where_radius_and_mass_agree():
    radius = float(habitability.typical_radius(np.array([8.1]))[0])

    assert features(pl_rade=radius, pl_bmasse=8.1)["size_ratio"] == pytest.approx(1.0)


def test_without_an_insolation_the_orbit_places_a_planet_in_the_zone():
    found = features(**without("pl_insol"))

    assert found["zone"] == found["zone_orbit"]


def test_keplers_law_with_a_stated_mass_is_preferred_to_a_stated_axis():
    found = features(**EARTH | {"pl_orbsmax": 2.0})

    assert found["insol_orbit"] == pytest.approx(1.0, rel=1e-5)


@pytest.mark.parametrize("unknown", ["st_mass", "pl_orbper"])
def test_a_stated_axis_is_preferred_to_keplers_law_with_the_mass_of_a_dwarf(unknown):
    found = features(**without(unknown) | {"pl_orbsmax": 2.0})

    assert found["insol_orbit"] == pytest.approx(0.25, rel=1e-5)


def test_without_an_axis_keplers_law_gives_it():
    found = features(**without("pl_orbsmax") | {"pl_orbper": 8 * 365.25})

    assert found["insol_orbit"] == pytest.approx(1 / 16, rel=1e-5)


def test_an_unknown_star_radius_is_that_of_a_dwarf_of_its_temperature():
    found = features(**without("st_rad"))

    radius = dwarfs.dwarf_radius(np.array([5772.0]))
    assert found["insol_orbit"] == pytest.approx(float(radius[0]) ** 2, rel=1e-5)
    assert found["insol_orbit"] != pytest.approx(1.0, rel=0.01)


def test_an_unknown_star_mass_is_that_of_a_dwarf_of_its_temperature():
    planet = without("st_mass", "pl_orbsmax") | {"st_teff": 3850.0}

    with_dwarf_mass = features(**planet | {"st_mass": 0.585})
    assert features(**planet)["insol_orbit"] == pytest.approx(with_dwarf_mass["insol_orbit"])


def test_a_measured_temperature_is_preferred_to_the_spectral_types():
    found = features(**EARTH | {"st_spectype": "M5 V"})

    assert found["insol_orbit"] == pytest.approx(1.0, abs=1e-6)


def test_without_a_temperature_the_spectral_type_gives_it():
    by_type = features(**without("st_teff"))

    by_teff = features(**EARTH | {"st_teff": 5770.0})
    assert np.isnan(by_type["st_teff"])
    assert [by_type[name] for name in IMPLIED] == [by_teff[name] for name in IMPLIED]


@pytest.mark.parametrize(
    ("missing", "unknown"),
    [
        (("pl_rade",), {"size_ratio"}),
        (("pl_bmasse",), {"size_ratio"}),
        (("pl_eqt",), {"zone_eqt"}),
        (("pl_orbsmax",), set()),
        (("pl_orbeccen",), set()),
        (("pl_orbsmax", "pl_orbper"), {"insol_orbit", "zone_orbit"}),
        (("pl_orbsmax", "pl_orbper", "pl_insol"), {"insol_orbit", "zone_orbit", "zone"}),
        (("st_teff",), set()),
        (("st_spectype",), set()),
        (("st_teff", "st_spectype"), {"insol_orbit", "zone_orbit"}),
        (("pl_rade", "pl_bmasse"), {"size_ratio", "p_size", "p_habitable"}),
    ],
)
def test_only_features_that_need_a_missing_value_are_unknown(missing, unknown):
    found = features(**without(*missing))

    assert {name for name in IMPLIED if np.isnan(found[name])} == unknown


@pytest.mark.parametrize("text", ["A5 V", "T5", "WD"])
def test_a_star_that_is_not_f_to_m_by_its_type_has_no_zone(text):
    found = features(**EARTH | {"st_spectype": text})

    assert {found[name] for name in ("zone", "zone_orbit", "zone_eqt")} == {NO_ZONE}
    assert (found["p_zone"], found["p_habitable"]) == (0.0, 0.0)
    assert found["insol_orbit"] == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(("teff", "has_zone"), [(2000.0, False), (2400.0, True), (7500.0, False)])
def test_without_a_spectral_type_the_temperature_tells_whether_a_star_has_a_zone(teff, has_zone):
    found = features(**without("st_spectype") | {"st_teff": teff})

    assert (found["zone"] == NO_ZONE) is not has_zone


def test_without_a_spectral_type_a_compact_star_has_no_zone():
    white_dwarf = without("st_spectype") | {"st_teff": 6000.0, "st_rad": 0.012}

    assert features(**white_dwarf)["zone"] == NO_ZONE
    assert features(**white_dwarf | {"st_rad": 0.9})["zone"] != NO_ZONE


def test_the_spectral_type_tells_the_class_whatever_the_temperature():
    assert features(**EARTH | {"st_teff": 7500.0})["zone"] != NO_ZONE


def test_the_posterior_is_that_of_the_positions_and_sizes():
    found = features(**EARTH)
    zone = zone_probability(*(np.array([found[f"zone{name}"]]) for name in ("", "_orbit", "_eqt")))
    size = size_probability(*(np.array([found[n]]) for n in ("pl_rade", "pl_bmasse", "size_ratio")))

    assert found["p_zone"] == pytest.approx(zone[0], rel=1e-5)
    assert found["p_size"] == pytest.approx(size[0], rel=1e-5)
    assert found["p_habitable"] == pytest.approx(zone[0] * size[0], rel=1e-5)


def test_an_unknown_star_has_the_zone_of_a_typical_one():
    unknown, typical = features(pl_insol=1.0), features(pl_insol=1.0, st_teff=TYPICAL_TEFF)

    assert unknown["zone"] == typical["zone"]


def test_no_planet_of_an_f_to_m_star_reaches_the_position_for_no_zone():
    # A planet as bright as the brightest column allows, of the coolest star in the domain.
    found = features(pl_insol=1e6, st_spectype="M9.5 V")

    assert 5.0 < found["zone"] < NO_ZONE / 5


@pytest.mark.parametrize(
    ("planet", "lacking"),
    [
        ({}, True),
        ({"pl_eqt": 255.0, "st_rad": 1.0, "st_mass": 1.0}, True),
        ({"pl_rade": 1.0}, False),
        ({"pl_bmasse": 1.0}, False),
        ({"pl_rade": 1.0, "pl_bmasse": 1.0}, False),
    ],
)
def test_the_size_is_missing_without_radius_and_mass(planet, lacking):
    assert lacks_size(golden_table([planet])).tolist() == [lacking]


@pytest.mark.parametrize(
    ("planet", "lacking"),
    [
        ({}, True),
        ({"pl_eqt": 255.0}, False),
        ({"pl_insol": 1.0}, False),
        ({"pl_orbper": 365.25}, True),
        ({"pl_orbsmax": 1.0}, True),
        ({"st_spectype": "G2 V"}, True),
        ({"st_teff": 5772.0}, True),
        ({"st_rad": 1.0, "st_mass": 1.0, "pl_orbper": 365.25}, True),
        ({"pl_orbper": 365.25, "pl_orbsmax": 1.0}, True),
        ({"st_spectype": "G2 V", "st_teff": 5772.0}, True),
        ({"pl_orbper": 365.25, "st_spectype": "G2 V"}, False),
        ({"pl_orbper": 365.25, "st_teff": 5772.0}, False),
        ({"pl_orbsmax": 1.0, "st_spectype": "G2 V"}, False),
        ({"pl_orbsmax": 1.0, "st_teff": 5772.0}, False),
        ({"pl_orbsmax": 1.0, "st_spectype": "WD"}, False),
    ],
)
def test_the_insolation_is_missing_unless_stated_or_implied_by_orbit_and_star(planet, lacking):
    assert lacks_light(golden_table([planet])).tolist() == [lacking]
