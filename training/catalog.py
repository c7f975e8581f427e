"""Catalog: writes the package's catalogue from the archive's table, and the scores of its planets.

After `make train` the scores are computed again; a service whose model has another version than
the scores computes them when it starts.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec

from exohabit.catalog.archive.table import read_archive_table
from exohabit.catalog.embedded import SCORES, TABLE, embedded_rows, encode_table
from exohabit.catalog.names.keys import key_of
from exohabit.catalog.rows import ALL_COLUMNS
from exohabit.catalog.scoring import score_rows
from exohabit.scoring.bundle import Bundle


def write_table(source: Path) -> None:
    """Write the columns of the catalogue that the archive's table has."""
    table = read_archive_table(source, key_of)
    present = [name for name in ALL_COLUMNS if name in table.columns]
    TABLE.write_bytes(encode_table(table.date or "", present, table.rows))


def write_scores() -> None:
    """Score the planets of the package's catalogue with its model."""
    SCORES.write_bytes(msgspec.json.encode(score_rows(Bundle.load(), [*embedded_rows()])) + b"\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m training.catalog", description=__doc__)
    parser.add_argument("--catalog", type=Path, help="the archive's table; without it, only score")
    arguments = parser.parse_args()
    if arguments.catalog:
        write_table(arguments.catalog)
    write_scores()
