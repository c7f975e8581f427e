"""Made-up planets, as objects and as texts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from bench.bodies import planets as bodies
from exohabit.science.columns import COLUMNS

KEYS = ("name", *(column.name for column in COLUMNS), "pl_radelim", "pl_bmassprov")
Planet = dict[str, Any]


def make_planets(count: int) -> list[Planet]:
    """Make planets up: most are like those of a survey, every kind of odd one is among them."""
    planets = [json.loads(body) for body in bodies(count)]
    return [planet | _ODD[i % len(_ODD)] for i, planet in enumerate(planets)]


_ODD: Sequence[Planet] = (
    {},
    {},
    {"name": None},
    {"name": "=cmd()", "pl_insol": 3000.0},
    {"pl_rade": 30.5, "pl_radelim": 1},
    {"pl_rade": None, "pl_bmasse": None},
    {"pl_eqt": None, "pl_insol": None, "pl_orbper": None, "pl_orbsmax": None},
    {"st_spectype": "M5.5 V", "name": 'Kepler "9", b'},
    {"st_spectype": "DA2"},
    {"pl_bmassprov": "M-R relationship", "pl_bmasse": 2.5, "pl_rade": 1.3},
    {"pl_rade": 1.0, "pl_bmasse": 5000.0, "name": "naïve ☉"},
    {"st_teff": 9000.0, "st_spectype": None},
    {},
)


def as_csv(planets: Sequence[Planet], *, separator: str = ",", keys: Sequence[str] = KEYS) -> bytes:
    """Write planets as a table with every column."""
    table = io.StringIO()
    writer = csv.writer(table, delimiter=separator, lineterminator="\n")
    writer.writerow(keys)
    writer.writerows([planet.get(key) for key in keys] for planet in planets)
    return table.getvalue().encode()


def as_ndjson(planets: Sequence[Planet]) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in planets)
