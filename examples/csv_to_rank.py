"""Turn a table of the NASA Exoplanet Archive into a request for /rank.

Needs nothing but Python. The table is the archive's CSV download, with or without its `#` header;
the request goes to standard output:

    python examples/csv_to_rank.py PSCompPars.csv > request.json
    curl http://127.0.0.1:5000/rank -H "Content-Type: application/json" --data-binary @request.json
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

NUMBERS = (
    "pl_rade",
    "pl_bmasse",
    "pl_orbper",
    "pl_eqt",
    "pl_insol",
    "pl_orbsmax",
    "pl_orbeccen",
    "st_teff",
    "st_rad",
    "st_mass",
)
FLAGS = ("cb_flag", "pl_controv_flag")
Planet = dict[str, float | str | None]


def planets(path: Path) -> Iterator[Planet]:
    """Read the planets of a table with limit flags and errors; an empty field becomes null."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(line for line in lines if not line.startswith("#")):
            planet: Planet = {
                "name": row.get("pl_name") or row.get("name"),
                "st_spectype": row.get("st_spectype") or None,
            }
            planet |= {name: number(row.get(name)) for name in NUMBERS}
            others = [f"{name}{end}" for name in NUMBERS for end in ("lim", "err1", "err2")]
            planet |= {key: number(row[key]) for key in (*others, *FLAGS) if key in row}
            if "pl_bmassprov" in row:
                planet["pl_bmassprov"] = row["pl_bmassprov"] or None
            yield planet


def number(text: str | None) -> float | None:
    """Return a field as a number."""
    return float(text) if text else None


def main() -> None:
    """Write the request for the table named on the command line."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    json.dump({"planets": list(planets(Path(sys.argv[1])))}, sys.stdout)


if __name__ == "__main__":
    main()
