"""Bodies: made-up planets that resemble archive rows, alone, in a list and in a table."""

from __future__ import annotations

import csv
import io
import json
import math
import random
from collections.abc import Iterator, Sequence

from exohabit.science.columns import COLUMNS
from exohabit.science.dwarfs import dwarf_mass, dwarf_radius
from exohabit.science.habitability import DAYS_PER_YEAR, EARTH_EQT, SUN_TEFF, luminosity
from exohabit.science.spectral_types import read_spectral_type

_TYPES = ("G2 V", "K", "M5.5 V", "F8", "K1 III", "M3.0 V", "G8/K0 IV", "A5")
_OFTEN_UNKNOWN = ("pl_bmasse", "pl_orbper", "st_spectype")


def planets(number: int) -> Iterator[str]:
    """Make different planets up, as JSON; as in the archive, some values are missing.

    Half of them have some of the optional columns. Every one can be scored, and its values fit
    together.
    """
    chance = random.Random(0)  # noqa: S311 - nothing secret
    for each in range(number):
        planet: dict[str, object] = {"name": f"Planet {each}"}
        values = _values(chance)
        has_more = chance.random() < 0.5
        for column in COLUMNS:
            if column.required or (has_more and chance.random() < 0.5):
                is_unknown = column.name in _OFTEN_UNKNOWN and chance.random() < 0.3
                planet[column.name] = None if is_unknown else values[column.name]
        yield json.dumps(planet)


def _values(chance: random.Random) -> dict[str, float | str]:
    """Make up a planet. With these sizes and insolations, many score neither 0 nor 1."""

    def between(low: float, high: float) -> float:
        return float(10 ** chance.uniform(low, high))

    spectral_type = chance.choice(_TYPES)
    dwarf = read_spectral_type(spectral_type).teff or SUN_TEFF
    teff, rad, mass = (
        value * between(-0.02, 0.02) for value in (dwarf, dwarf_radius(dwarf), dwarf_mass(dwarf))
    )
    insol, radius = between(-1.0, 3.0), between(-0.3, 1.2)
    axis = math.sqrt(luminosity(teff, rad) / insol)
    numbers = {
        "pl_rade": radius,
        "pl_bmasse": radius**2.2 * between(-0.2, 0.2),
        "pl_orbper": DAYS_PER_YEAR * math.sqrt(axis**3 / mass),
        "pl_eqt": EARTH_EQT * (insol * chance.uniform(0.3, 1.0)) ** 0.25,
        "pl_insol": insol * between(-0.1, 0.1),
        "pl_orbsmax": axis * between(-0.02, 0.02),
        "pl_orbeccen": between(-2.0, -0.3),
        "st_teff": teff,
        "st_rad": rad,
        "st_mass": mass,
    }
    return {
        "st_spectype": spectral_type,
        **{name: float(f"{value:.4g}") for name, value in numbers.items()},
    }


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
