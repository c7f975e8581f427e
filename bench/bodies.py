"""Bodies: made-up planets that resemble archive rows, alone, in a list and in a table."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator, Sequence

from exohabit.science.columns import COLUMNS

# The powers of ten between which a column's values lie. With these sizes, insolations and stars,
# many planets score neither 0 nor 1.
_POWERS = {
    "pl_rade": (-0.3, 1.2),
    "pl_bmasse": (-1.0, 3.5),
    "pl_orbper": (-0.3, 3.0),
    "pl_eqt": (2.2, 3.3),
    "pl_insol": (-1.0, 3.0),
    "pl_orbsmax": (-2.0, 0.5),
    "pl_orbeccen": (-2.0, -0.3),
    "st_teff": (3.4, 3.9),
    "st_rad": (-0.9, 0.4),
    "st_mass": (-0.9, 0.3),
}
_TYPES = ("G2 V", "K", "M5.5 V", "F8", "K1 III", "M3.0 V", "G8/K0 IV", "A5")
_OFTEN_UNKNOWN = ("pl_bmasse", "pl_orbper", "st_spectype")


def planets(number: int) -> Iterator[str]:
    """Make different planets up, as JSON; as in the archive, some values are missing.

    Half of them have some of the optional columns. Every one can be scored.
    """
    chance = random.Random(0)  # noqa: S311 - nothing secret
    for each in range(number):
        planet: dict[str, object] = {"name": f"Planet {each}"}
        has_more = chance.random() < 0.5
        for column in COLUMNS:
            if column.required or (has_more and chance.random() < 0.5):
                planet[column.name] = _value(column.name, chance)
        yield json.dumps(planet)


def _value(column: str, chance: random.Random) -> object:
    if column in _OFTEN_UNKNOWN and chance.random() < 0.3:
        return None
    if column not in _POWERS:
        return chance.choice(_TYPES)
    return float(f"{10 ** chance.uniform(*_POWERS[column]):.4g}")


def listed(bodies: Sequence[str]) -> bytes:
    """Return planets as one JSON document for /rank."""
    return ('{"planets": [' + ", ".join(bodies) + "]}").encode()


def tabled(bodies: Sequence[str]) -> bytes:
    """Return planets as a CSV table."""
    table = io.StringIO()
    rows = csv.DictWriter(table, ["name", *(column.name for column in COLUMNS)])
    rows.writeheader()
    rows.writerows(map(json.loads, bodies))
    return table.getvalue().encode()
