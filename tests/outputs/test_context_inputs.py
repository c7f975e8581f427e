"""The inputs that the numbers of a context are computed from."""

from __future__ import annotations

from collections import defaultdict

import pytest

from exohabit.outputs.context_inputs import ContextInputs, unique


def inputs(*known: str) -> ContextInputs:
    return ContextInputs(defaultdict(lambda: [False], {name: [True] for name in known}), 0)


@pytest.mark.parametrize(
    ("known", "star", "star_class"),
    [
        (("spectype_teff", "spectype_fgkm"), ["st_spectype"], ["st_spectype"]),
        (("st_teff",), ["st_teff"], ["st_teff"]),
        (("st_teff", "spectype_teff", "spectype_fgkm"), ["st_teff"], ["st_spectype"]),
        (("spectype_fgkm",), [], ["st_spectype"]),
        ((), [], []),
    ],
)
def test_the_stated_temperature_comes_first_and_so_does_the_class_of_the_type(
    known, star, star_class
):
    assert (inputs(*known).star(), inputs(*known).star_class()) == (star, star_class)


@pytest.mark.parametrize(
    ("known", "light"),
    [
        (("pl_insol", "pl_eqt"), ["pl_insol"]),
        (("orbit", "pl_orbsmax", "st_teff", "st_rad"), ["pl_orbsmax", "st_teff", "st_rad"]),
        (("orbit", "pl_orbper", "st_teff", "st_mass"), ["pl_orbper", "st_teff", "st_mass"]),
        (
            ("orbit", "pl_orbper", "pl_orbsmax", "st_teff", "st_mass"),
            ["pl_orbper", "st_teff", "st_mass"],
        ),
        (("orbit", "pl_orbper", "pl_orbsmax", "st_teff"), ["pl_orbsmax", "st_teff"]),
        (("orbit", "pl_orbsmax", "st_teff", "st_mass"), ["pl_orbsmax", "st_teff"]),
        (("orbit", "pl_orbper", "spectype_teff"), ["pl_orbper", "st_spectype"]),
        (("pl_eqt", "eccentric"), ["pl_eqt", "pl_orbeccen"]),
        (("eccentric",), []),
    ],
)
def test_light_is_as_stated_else_by_orbit_else_by_temperature(known, light):
    assert inputs(*known).light() == light


def test_every_source_of_light_has_its_inputs():
    known = ("pl_insol", "orbit", "pl_orbper", "st_teff", "st_mass", "pl_eqt", "eccentric")

    assert inputs(*known).all_light() == {
        "pl_insol": ["pl_insol"],
        "orbit": ["pl_orbper", "st_teff", "st_mass"],
        "pl_eqt": ["pl_eqt"],
    }
    assert inputs("pl_eqt").all_light() == {"pl_eqt": ["pl_eqt"]}


def test_the_radius_is_the_size_and_the_mass_the_mass_if_both_are_known():
    assert inputs("pl_rade", "pl_bmasse").size() == ["pl_rade"]
    assert inputs("pl_rade", "pl_bmasse").mass() == ["pl_bmasse"]
    assert inputs("pl_bmasse").size() == ["pl_bmasse"]
    assert inputs("pl_rade").mass() == ["pl_rade"]
    assert inputs().mass() == []


def test_repetitions_are_dropped():
    assert unique(["b", "a", "b"]) == ["b", "a"]
