"""Contexts: every number names its inputs and its source."""

from __future__ import annotations

import json

import msgspec
import numpy as np
import pytest

from exohabit.inputs.schemas import DETAILED_SCHEMA
from exohabit.outputs.context_report import PlanetContext, build_contexts
from utils import parse_planets

NOTHING = dict.fromkeys(("pl_rade", "pl_bmasse", "pl_orbper", "pl_eqt", "st_spectype"))


def context(**known) -> PlanetContext:
    """Return the context of one planet."""
    body = json.dumps([{**NOTHING, **known}]).encode()
    planets = parse_planets(body, schema=DETAILED_SCHEMA)
    (found,) = build_contexts(planets)
    return found


@pytest.mark.parametrize(
    ("known", "inputs"),
    [
        ({"pl_insol": 1.0, "pl_orbper": 365.0, "st_teff": 5772.0, "pl_eqt": 255.0}, ["pl_insol"]),
        ({"pl_orbper": 365.0, "st_spectype": "G2 V"}, ["pl_orbper", "st_spectype"]),
        (
            {"pl_orbper": 365.0, "st_spectype": "G2 V", "st_mass": 1.0},
            ["pl_orbper", "st_spectype", "st_mass"],
        ),
        (
            {"pl_orbsmax": 1.0, "pl_orbper": 365.0, "st_teff": 5772.0, "st_rad": 1.0},
            ["pl_orbsmax", "st_teff", "st_rad"],
        ),
        (
            {"pl_orbsmax": 1.0, "pl_orbper": 365.0, "st_teff": 5772.0, "st_mass": 1.0},
            ["pl_orbper", "st_teff", "st_mass"],
        ),
        ({"pl_eqt": 255.0, "st_spectype": "G2 V"}, ["pl_eqt"]),
        ({"pl_eqt": 255.0, "pl_orbper": 365.0, "st_spectype": "WD"}, ["pl_eqt"]),
        ({"pl_insol": 1.0, "pl_orbeccen": 0.2}, ["pl_insol", "pl_orbeccen"]),
        ({"pl_eqt": 255.0, "pl_orbeccen": 0.2}, ["pl_eqt", "pl_orbeccen"]),
    ],
)
def test_insolation_names_its_inputs(known, inputs):
    insolation = context(**known).insolation

    assert insolation.inputs == inputs
    assert insolation.unit == "Earth's insolation"
    assert (insolation.assumes is not msgspec.UNSET) == (inputs[0] == "pl_eqt")
    assert ("eccentric" in insolation.source) == (inputs[-1] == "pl_orbeccen")
    assert ("Méndez" in insolation.source) == (inputs[-1] == "pl_orbeccen")


def test_earth_has_the_published_values():
    found = context(pl_rade=1.0, pl_orbsmax=1.0, st_teff=5772.0, st_rad=1.0, st_spectype="G2 V")

    assert found.insolation.value == pytest.approx(1.0)
    assert found.earth_similarity.value == pytest.approx(1.0)
    zones = (found.optimistic_zone, found.conservative_zone)
    assert [zone.inner_orbit for zone in zones] == pytest.approx([0.750, 0.95], abs=5e-3)
    assert [zone.outer_orbit for zone in zones] == pytest.approx([1.77, 1.68], abs=5e-3)
    assert {found.optimistic_zone.position, found.conservative_zone.position} == {"inside"}
    assert found.size_class.value == "rocky"
    assert found.definition.holds
    assert found.definition.inputs == ["st_spectype", "st_teff", "pl_orbsmax", "st_rad", "pl_rade"]


def test_a_size_from_the_mass_names_the_relation_between_them():
    found = context(pl_bmasse=5.0, pl_eqt=255.0)

    assert found.size_class.inputs == ["pl_bmasse"]
    assert "Müller" in found.size_class.source
    assert "Müller" in found.earth_similarity.source
    assert "Müller" not in context(pl_rade=1.6, pl_eqt=255.0).size_class.source


def test_the_definition_uses_the_mass_if_the_radius_was_computed():
    known = {"pl_rade": 2.87, "pl_bmasse": 8.5, "pl_insol": 0.5, "st_spectype": "M1 V"}

    computed = context(**known, pl_radeerr1=None).definition
    measured = context(**known, pl_radeerr1=0.2).definition

    assert (computed.holds, computed.inputs[-1]) == (True, "pl_bmasse")
    assert (measured.holds, measured.inputs[-1]) == (False, "pl_rade")


@pytest.mark.parametrize(
    ("insol", "position"), [(3.0, "too hot"), (1.0, "inside"), (0.1, "too cold")]
)
def test_the_position_in_the_zone_is_a_word(insol, position):
    assert context(pl_insol=insol, st_spectype="G2 V").optimistic_zone.position == position


def test_a_star_outside_the_formula_is_treated_as_one_at_its_end():
    assert "2600 K" in context(pl_insol=1.0, st_teff=2500.0).optimistic_zone.assumes
    assert "7200 K" in context(pl_insol=1.0, st_teff=7500.0).optimistic_zone.assumes
    assert context(pl_insol=1.0, st_teff=2700.0).optimistic_zone.assumes is msgspec.UNSET


def test_a_zone_names_the_inputs_of_star_and_planet():
    assert context(pl_insol=1.0, st_teff=5772.0).optimistic_zone.inputs == ["st_teff", "pl_insol"]


@pytest.mark.parametrize(
    ("spectral_type", "is_known"),
    [("K1 V", True), ("K1", True), ("K1 IV", False), ("K1 III", False), ("sdK1", False)],
)
def test_an_orbit_gives_no_insolation_if_the_star_is_not_a_dwarf_and_has_no_radius(
    spectral_type, is_known
):
    found = context(pl_orbper=300.0, st_spectype=spectral_type)

    assert (found.insolation is not None) == is_known
    assert (found.optimistic_zone.inner_orbit is not None) == is_known
    assert found.optimistic_zone.inner_insolation == pytest.approx(1.68, abs=0.1)


def test_an_eccentricity_of_zero_is_not_an_input():
    assert context(pl_insol=1.0, pl_orbeccen=0.0).insolation.inputs == ["pl_insol"]


def test_what_is_not_known_is_null_and_never_nan():
    found = msgspec.to_builtins(context(pl_rade=1.0, pl_bmasse=1.0, st_spectype="WD"))

    nothing = {key for key, value in found.items() if value is None}
    zones = {"conservative_zone", "optimistic_zone", "p_zone", "p_conservative_zone"}
    assert nothing == {"insolation", "earth_similarity", *zones}
    assert found["definition"]["holds"] is False
    assert found["definition"]["light"] is None


def test_every_number_has_a_unit_and_a_source():
    found = msgspec.to_builtins(context(pl_rade=1.0, pl_orbper=365.0, st_spectype="G2 V"))

    for value in found.values():
        assert value["source"]
        assert value["from"]
        numbers = {key.split("_")[-1] for key, each in value.items() if isinstance(each, float)}
        assert all(f"{key}_unit" in value or "unit" in value for key in numbers)


def test_contexts_are_in_the_order_of_planets():
    planets = [{**NOTHING, "pl_rade": radius, "pl_eqt": 255.0} for radius in (1.0, 3.0, 11.0)]
    read = parse_planets(json.dumps(planets).encode(), schema=DETAILED_SCHEMA)

    found = build_contexts(read)

    assert [each.size_class.value for each in found] == ["rocky", "sub-Neptune", "Jovian"]
    assert not np.isnan([each.insolation.value for each in found]).any()


@pytest.mark.parametrize(
    ("known", "mass", "inputs", "words"),
    [
        ({"pl_bmasse": 2.0, "pl_rade": 1.0}, 2.0, ["pl_bmasse"], "as stated"),
        ({"pl_rade": 1.008}, 1.0, ["pl_rade"], "typical of the radius"),
        ({}, 1.0, [], "not known"),
        ({"pl_bmasse": 50.0}, 5.0, ["pl_bmasse"], "limited to 0.1 to 5"),
    ],
)
def test_the_conservative_zone_says_for_which_mass_it_is(known, mass, inputs, words):
    found = context(pl_insol=1.0, st_spectype="G2 V", **known)

    used = found.conservative_zone.planet_mass
    assert used.value == pytest.approx(mass, abs=0.01)
    assert (used.unit, used.inputs) == ("Earth masses", inputs)
    assert words in used.source
    assert (used.assumes is msgspec.UNSET) == bool(inputs)
    assert found.conservative_zone.inputs == ["st_spectype", "pl_insol", *inputs]
    assert found.optimistic_zone.planet_mass is msgspec.UNSET


def test_a_heavier_planet_has_a_wider_conservative_zone():
    light, heavy = (
        context(pl_insol=1.13, st_spectype="G2 V", pl_bmasse=mass).conservative_zone
        for mass in (1.0, 5.0)
    )

    assert (light.position, heavy.position) == ("too hot", "inside")
    assert light.outer_insolation == heavy.outer_insolation


def test_a_definition_that_is_open_says_what_disagrees():
    known = {"pl_rade": 1.0, "pl_insol": 2.6, "pl_orbper": 365.0, "st_spectype": "G2 V"}

    found = context(**known).definition

    assert (found.holds, found.light, found.size) == (None, None, True)
    assert found.open == (
        "the stated insolation, 2.6 times Earth's, is above the optimistic habitable zone (0.32 to "
        "1.77), but that of orbit and star, 1.02, is inside"
    )
    assert found.inputs == ["st_spectype", "pl_insol", "pl_orbper", "pl_rade"]
    assert context(**{**known, "pl_insol": 1.0}).definition.open is msgspec.UNSET
