"""Tables as the archive writes them, made up or with the real planets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from exohabit.catalog.rows import ALL_COLUMNS
from tests.archive_data import CATALOG

ABOVE = (
    "# This file was produced by the NASA Exoplanet Archive  http://exoplanetarchive.ipac.caltech.edu\n"
    "# Tue Dec 30 00:59:44 2025\n"
    "#\n"
    "# COLUMN pl_name:        Planet Name\n"
    "#\n"
)
KNOWN = {
    "st_spectype": "G2 V",
    "discoverymethod": "Transit",
    "pl_bmassprov": "Mass",
    "pl_rade": "1.10000000",
    "pl_radeerr1": "0.1",
    "pl_radeerr2": "-0.1",
    "pl_radelim": "0",
    "pl_bmasse": "1.3",
    "pl_orbper": "3.6525e+02",
    "pl_eqt": "288",
    "disc_year": "2020",
    "sy_dist": "93.18460000",
    "ra": "185.1787793",
    "dec": "-17.7932516",
}
"""What is known of a planet that is made up, as text."""
Texts = Mapping[str, str]


def made_up(number: int, **values: str) -> Texts:
    """Return a planet; `values` replace what is known of it."""
    names = {"pl_name": f"Test-{number} b", "hostname": f"Test-{number}"}
    return {**KNOWN, **names, **values}


def as_csv(planets: Iterable[Texts], columns: Sequence[str] = ALL_COLUMNS) -> bytes:
    """Write planets as a table without lines above its header; what is not known is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, "", "ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(planets)
    return text.getvalue().encode()


def many_planets() -> list[Texts]:
    """Return the planets of the archive or, where its table is absent, as many made up."""
    if not CATALOG.exists():
        return [made_up(number) for number in range(6065)]
    with CATALOG.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))
