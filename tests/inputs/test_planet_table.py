"""What is known of planets."""

from __future__ import annotations

import json

from exohabit.science.columns import COLUMNS
from utils import parse_planets

EARTH = {"pl_rade": 1.1, "pl_bmasse": 0.9, "pl_orbper": 365, "pl_eqt": 288, "st_spectype": "G"}


def test_what_was_understood_is_every_column_null_where_it_is_not_known():
    planets = parse_planets(json.dumps([EARTH, {**EARTH, "name": "b", "pl_eqt": None}]).encode())

    known = planets.understood(1)

    assert list(known) == ["name", *(column.name for column in COLUMNS)]
    given = {key: value for key, value in known.items() if value is not None}
    assert given == {k: v for k, v in EARTH.items() if k != "pl_eqt"} | {"name": "b"}


def test_a_limit_was_understood_as_not_known():
    planets = parse_planets(json.dumps([{**EARTH, "pl_bmasselim": 1}]).encode())

    assert planets.understood(0)["pl_bmasse"] is None
