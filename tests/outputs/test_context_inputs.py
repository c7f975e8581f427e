"""Inputs: which of them a number of the context is made from."""

from __future__ import annotations

from collections import defaultdict

import pytest

from exohabit.outputs.context_inputs import ContextInputs, once


def inputs(*known: str) -> ContextInputs:
    return ContextInputs(defaultdict(lambda: [False], {name: [True] for name in known}), 0)


@pytest.mark.parametrize(
    ("known", "star", "kind"),
    [
        (("spectype_teff", "spectype_fgkm"), ["st_spectype"], ["st_spectype"]),
        (("st_teff",), ["st_teff"], ["st_teff"]),
        (("st_teff", "spectype_teff", "spectype_fgkm"), ["st_teff"], ["st_spectype"]),
        (("spectype_fgkm",), [], ["st_spectype"]),
        ((), [], []),
    ],
)
def test_temperature_is_taken_from_the_stated_one_and_class_from_the_type(known, star, kind):
    assert (inputs(*known).star(), inputs(*known).kind()) == (star, kind)


@pytest.mark.parametrize(
    ("known", "light"),
    [
        (("pl_insol", "pl_eqt"), ["pl_insol"]),
        (("orbit", "pl_orbsmax", "st_teff", "st_rad"), ["pl_orbsmax", "st_teff", "st_rad"]),
        (("orbit", "st_teff", "st_mass"), ["pl_orbper", "st_teff", "st_mass"]),
        (("orbit", "spectype_teff"), ["pl_orbper", "st_spectype"]),
        (("pl_eqt", "eccentric"), ["pl_eqt", "pl_orbeccen"]),
        (("eccentric",), []),
    ],
)
def test_light_is_stated_or_of_the_orbit_or_of_the_temperature(known, light):
    assert inputs(*known).light() == light


def test_the_definition_judges_by_a_measured_radius_else_by_the_mass():
    assert inputs("pl_rade", "measured_radius", "pl_bmasse").measured_size() == ["pl_rade"]
    assert inputs("pl_rade", "pl_bmasse").measured_size() == ["pl_bmasse"]
    assert inputs("pl_rade", "pl_bmasse").size() == ["pl_rade"]


def test_a_name_is_said_once_where_it_comes_first():
    assert once(["b", "a", "b"]) == ["b", "a"]
