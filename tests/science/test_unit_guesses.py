"""Unit guesses: the conversions, which units are tried, and the question."""

from __future__ import annotations

import math

import pytest

from exohabit.science import unit_guesses
from exohabit.science.unit_guesses import UNITS_OF_LIGHT, UNITS_OF_SIZE, Unit

BY_NAME = {unit.name: unit for unit in (*UNITS_OF_LIGHT, *UNITS_OF_SIZE)}
ALL_KNOWN = {"pl_eqt": 1.0, "pl_insol": 1.0, "pl_orbper": 1.0, "pl_orbsmax": 1.0, "st_mass": 1.0}


@pytest.mark.parametrize(
    ("name", "value", "converted"),
    [
        ("°C", 15.0, 288.15),
        ("°F", 59.0, 288.15),
        ("years", 1.0, 365.25),
        ("hours", 8766.0, 365.25),
        ("minutes", 525_960.0, 365.25),
        ("seconds", 31_557_600.0, 365.25),
        ("W/m²", 1361.0, 1.0),
        ("millions of km", 149.6, 1.0),
        ("Jupiter masses", 0.003146, 1.0),
        ("Jupiter radii", 0.08921, 1.0),
    ],
)
def test_a_unit_converts_to_that_of_its_column(name, value, converted):
    assert BY_NAME[name].convert(value) == pytest.approx(converted, rel=1e-3)


def test_one_unit_is_preferred_to_two():
    tried = []
    unit_guesses.guess_units_of_size(1.0, 1.0, lambda radius, mass: tried.append((radius, mass)))

    assert tried == [(1.0, 317.83), (11.209, 1.0), (11.209, 317.83)]


def test_no_unit_is_named_if_none_fits():
    assert unit_guesses.guess_units_of_size(1.0, 1.0, lambda *_: False) == ()
    assert unit_guesses.guess_units_of_light(ALL_KNOWN, 1.0, 1.0, lambda *_: False) == ()


def test_two_units_are_of_different_columns_and_only_of_known_ones():
    named = set()
    known = {**ALL_KNOWN, "pl_insol": math.nan}
    for number in range(30):
        calls = iter(range(30))
        units = unit_guesses.guess_units_of_light(
            known, 1.0, 1.0, lambda *_, n=number, c=calls: next(c) == n
        )
        columns = [unit.column for unit in units]
        assert len(set(columns)) == len(columns)
        named.update(columns)

    assert named == {"pl_eqt", "pl_orbper", "pl_orbsmax"}


def converted(unit: str, **known) -> tuple[float, ...]:
    """Return the light of a planet that has only this wrong unit."""
    tried = []

    def fits(*light: float) -> bool:
        tried.append(light)
        return False

    unit_guesses.guess_units_of_light({**ALL_KNOWN, **known}, 1.0, 1.0, fits)
    return tried[[each.name for each in UNITS_OF_LIGHT].index(unit)]


@pytest.mark.parametrize(
    ("unit", "more", "light"),
    [
        ("°C", {}, (274.15, 1.0, 1.0, 1.0)),
        ("W/m²", {}, (1.0, 1 / 1361, 1.0, 1.0)),
        ("years", {}, (1.0, 1.0, 365.25 ** (-4 / 3), 365.25**-2)),
        ("years", {"st_mass": math.nan}, (1.0, 1.0, 1.0, 365.25**-2)),
        ("millions of km", {}, (1.0, 1.0, 1.0, 149.6**-3)),
        ("millions of km", {"st_mass": math.nan}, (1.0, 1.0, 149.6**2, 149.6**-3)),
    ],
)
def test_the_insolation_follows_from_the_period_or_else_from_the_axis(unit, more, light):
    assert converted(unit, **more) == pytest.approx(light)


@pytest.mark.parametrize(
    ("units", "known", "message"),
    [
        (
            (BY_NAME["years"],),
            {"pl_orbper": 1.0},
            "pl_orbper 1: is it in years? 365.25 days would fit; as sent, it is odd",
        ),
        (
            (BY_NAME["°C"], BY_NAME["years"]),
            {"pl_eqt": 15.0, "pl_orbper": 1.0},
            "pl_eqt 15 and pl_orbper 1: are they in °C and years? 288.15 K and 365.25 days would "
            "fit; as sent, it is odd",
        ),
    ],
)
def test_a_warning_asks_for_the_unit_and_says_what_would_fit(units, known, message):
    warning = unit_guesses.warn(units, known, "it is odd")

    assert (warning.code, warning.column) == ("wrong_unit", units[0].column)
    assert warning.message == message


def test_every_unit_belongs_to_a_column_that_is_checked():
    columns = {unit.column for unit in (*UNITS_OF_LIGHT, *UNITS_OF_SIZE)}

    assert columns == {"pl_rade", "pl_bmasse", "pl_eqt", "pl_insol", "pl_orbper", "pl_orbsmax"}
    assert Unit("pl_eqt", "K", 1.0).convert(7.0) == 7.0
