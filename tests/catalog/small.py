"""Small catalogues that tests write, of planets with a radius and enough light to be scored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from exohabit.catalog.rows import ALL_COLUMNS, Row
from exohabit.catalog.store import Alias, CatalogInfo, Scores, write_catalog

INFO = CatalogInfo("A table", "2026-01-02")


def planet(name: str, radius: float | None = 1.0, **values: Any) -> Row:
    """Return a row; a stub of the model scores it as radius / 10."""
    known = {"pl_rade": radius, "pl_radeerr1": 0.1, "pl_radeerr2": -0.1, "pl_eqt": 288.0}
    return dict.fromkeys(ALL_COLUMNS) | {
        "pl_name": name,
        "hostname": name.rpartition(" ")[0],
        "st_spectype": "G2 V",
        **known,
        **values,
    }


ROWS = [planet("One b", 1.0), planet("One c", 2.0), planet("Two b", 3.0), planet("Dark b", None)]


def write(
    path: Path,
    rows: list[Row] = ROWS,
    version: str | None = "stub",
    aliases: tuple[Alias, ...] = (),
) -> Path:
    """Write a catalogue with scores of the stub; a version of None means without scores."""
    sizes = [row["pl_rade"] for row in rows]
    scores = Scores(version, [size and size / 10 for size in sizes]) if version else None
    write_catalog(path, rows, INFO, aliases, scores)
    return path
