from __future__ import annotations

from exohabit.catalog.names.iau_names import PLANETS, STARS
from exohabit.catalog.names.keys import key_of


def test_a_star_has_a_name_and_one_for_each_of_its_planets():
    assert STARS["Titawin"] == "ups And"
    assert [PLANETS[name] for name in ("Saffar", "Samh", "Majriti")] == [
        "ups And b",
        "ups And c",
        "ups And d",
    ]


def test_no_two_names_have_the_same_key():
    keys = {key_of(name) for name in (*STARS, *PLANETS)}

    assert len(keys) == len(STARS) + len(PLANETS) > 280


def test_every_planet_belongs_to_a_named_star():
    assert {planet[:-2] for planet in PLANETS.values()} == set(STARS.values())
