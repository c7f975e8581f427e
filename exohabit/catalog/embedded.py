"""Embedded catalogue: the one that comes with the package, with scores of the shipped model.

`python -m training.catalog` writes both from the archive's table.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from exohabit.catalog.rows import Row
from exohabit.catalog.solar_system import solar_system
from exohabit.catalog.store import CatalogInfo, Scores
from exohabit.science.columns import CATALOG

_FOLDER = Path(__file__).resolve().parent
TABLE = _FOLDER / "planets.ndjson.gz"
"""The archive's values: a line of JSON about the table, and a list of values for each planet."""
SCORES = _FOLDER / "scores.json"


class _Head(msgspec.Struct, frozen=True):
    """The first line of the table."""

    date: str
    columns: list[str]


_VALUES = msgspec.json.Decoder(list[float | str | None])


def embedded_rows() -> Iterator[Row]:
    """Read the planets one by one: those of the Solar System, then the archive's."""
    yield from solar_system()
    with gzip.open(TABLE) as lines:
        columns = msgspec.json.decode(lines.readline(), type=_Head).columns
        for line in lines:
            yield dict(zip(columns, _VALUES.decode(line), strict=True))


def embedded_info() -> CatalogInfo:
    """Return where the table comes from."""
    with gzip.open(TABLE) as lines:
        return CatalogInfo(CATALOG, msgspec.json.decode(lines.readline(), type=_Head).date)


def embedded_scores() -> Scores:
    """Return the scores by the model that was shipped with them."""
    return msgspec.json.decode(SCORES.read_bytes(), type=Scores)


def encode_table(date: str, columns: list[str], rows: Iterable[Row]) -> bytes:
    """Write rows as the embedded table; equal rows give equal bytes."""
    lines = [_Head(date, columns), *([row[name] for name in columns] for row in rows)]
    return gzip.compress(msgspec.json.Encoder().encode_lines(lines), mtime=0)
