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
Planet = dict[str, float | str | None]


def planets(path: Path) -> Iterator[Planet]:
    """Read the planets of a table: an empty field becomes null, limit flags are kept."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(line for line in lines if not line.startswith("#")):
            planet: Planet = {
                "name": row.get("pl_name") or row.get("name"),
                "st_spectype": row.get("st_spectype") or None,
            }
            for name in NUMBERS:
                planet[name] = float(row[name]) if row.get(name) else None
                if flag := row.get(f"{name}lim"):
                    planet[f"{name}lim"] = int(flag)
            yield planet


def main() -> None:
    """Write the request for the table named on the command line."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    json.dump({"planets": list(planets(Path(sys.argv[1])))}, sys.stdout)


if __name__ == "__main__":
    main()
