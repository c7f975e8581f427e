"""Names for the tests of the catalogue: all of the archive, and a few that need no archive."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from tests.archive_data import CATALOG, KOI

ALIASES = Path(__file__).with_name("aliases.csv")
SOLAR_SYSTEM = [(name, "Sun") for name in ("Venus", "Earth", "Moon", "Mars")]
FEW = [
    *((f"Kepler-{number} b", f"Kepler-{number}") for number in (1, 2, 10, 18, 100)),
    *((f"Kepler-186 {letter}", "Kepler-186") for letter in "bcdef"),
    *((f"GJ 667 C {letter}", "GJ 667 C") for letter in "bce"),
    *((f"HD 133131 {letter}", f"HD 133131 {letter[0]}") for letter in ("A b", "A c", "B b")),
    *((f"55 Cnc {letter}", "55 Cnc") for letter in "bce"),
    *((f"55 Cnc B {letter}", "55 Cnc B") for letter in "bc"),
    *((f"HD 160691 {letter}", "HD 160691") for letter in "bcde"),
    ("BD+20 594 b", "BD+20 594"),
    ("GJ 411 b", "GJ 411"),
    ("HD 95735 c", "GJ 411"),
    ("HD 178911 B b", "HD 178911 B"),
    ("HD 189733 b", "HD 189733"),
    ("KOI-12 b", "KOI-12"),
    ("Kepler-448 c", "KOI-12"),
    ("Proxima Cen b", "Proxima Cen"),
    ("Proxima Cen d", "Proxima Cen"),
    ("Teegarden's Star b", "Teegarden's Star"),
    ("tau Cet e", "tau Cet"),
    *SOLAR_SYSTEM,
]
"""Name and host star."""


def read_table(path: Path) -> list[dict[str, str]]:
    """Read a table of the archive, or one of ours."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@cache
def archive() -> list[tuple[str, str]]:
    """Return name and host star of all planets of the archive, and of the Solar System."""
    return [(row["pl_name"], row["hostname"]) for row in read_table(CATALOG)] + SOLAR_SYSTEM


def kepler_objects() -> list[tuple[str, str]]:
    """Return the names of Kepler objects of interest, and of the planets that they are."""
    return [(row["kepoi_name"], row["kepler_name"]) for row in read_table(KOI)]
