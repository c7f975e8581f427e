"""Valid lists: reads lists without problems chunk by chunk, while the chunks before are scored.

Each function returns None for anything else; the reader of the format then finds out what is wrong.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace

from exohabit.inputs.columnar import Columns
from exohabit.inputs.limits import MAX_PLANETS
from exohabit.inputs.model_needs import OWN_NEEDS, ModelNeeds
from exohabit.inputs.planet_table import Planets, StartScoring, order_columns
from exohabit.inputs.readers import CSV, JSON, NDJSON
from exohabit.inputs.schemas import PLAIN_SCHEMA, BarePlanet, PlanetSchema, envelope_of, list_of
from exohabit.inputs.tables.columns import TableColumns
from exohabit.inputs.tables.header import TableHeader
from exohabit.inputs.tables.notes import notes_of
from exohabit.inputs.tables.table import open_table
from exohabit.inputs.tables.unused_units import describe_absent, describe_rows, warn_of_rows
from exohabit.science.features import lacks_size

_CHUNK = 5_000
"""Planets that are decoded, ordered and scored at a time: so few that a large request needs little
memory, and that scoring begins early."""
_LIST_DECODER = msgspec.json.Decoder(list_of(msgspec.Raw) | envelope_of(msgspec.Raw, strict=True))
"""Splits a list into planets without decoding them."""
_CHUNK_DECODER = msgspec.json.Decoder(list[BarePlanet])  # type: ignore[valid-type]
"""Decodes planets that have known keys only and no limit flags."""
_PLANET_DECODER = msgspec.json.Decoder(BarePlanet)
_MAX_COMMAS = len(BarePlanet.__struct_fields__)
"""Commas within a planet with all known keys, and the one behind it."""


def read_valid_json(
    body: bytes,
    schema: PlanetSchema = PLAIN_SCHEMA,
    *,
    keep: Sequence[str] | None = None,
    start_scoring: StartScoring | None = None,
    **_: Any,
) -> Planets | None:
    """Read a list of planets that have known keys only."""
    # A list of millions of numbers would become as many objects before its length is checked.
    objects = body.count(b"{")
    is_long = objects > MAX_PLANETS + 1 or body.count(b",") > objects * _MAX_COMMAS
    if is_long or schema is not PLAIN_SCHEMA or keep is not None:
        return None
    try:
        decoded = _LIST_DECODER.decode(body)
        chunks = _decode_chunks(getattr(decoded, "planets", decoded))
        return order_columns(chunks, start_scoring=start_scoring)
    except (ValueError, RecursionError):
        return None


def _decode_chunks(planets: list[msgspec.Raw]) -> Iterator[Columns]:
    for start in range(0, len(planets), _CHUNK):
        joined = b"[" + b",".join(planets[start : start + _CHUNK]) + b"]"
        yield Columns.of_bare_rows(_CHUNK_DECODER.decode(joined))


def read_valid_ndjson(
    body: bytes,
    schema: PlanetSchema = PLAIN_SCHEMA,
    *,
    keep: Sequence[str] | None = None,
    start_scoring: StartScoring | None = None,
    **_: Any,
) -> Planets | None:
    """Read lines that are planets with known keys only."""
    if schema is not PLAIN_SCHEMA or keep is not None:
        return None
    try:
        return order_columns(_decode_lines(body), start_scoring=start_scoring)
    except (ValueError, RecursionError):
        return None


def _decode_lines(body: bytes) -> Iterator[Columns]:
    lines = filter(bytes.strip, io.BytesIO(body))
    count = 0
    while rows := [*map(_PLANET_DECODER.decode, islice(lines, _CHUNK))]:
        count += len(rows)
        if count > MAX_PLANETS:
            raise ValueError
        yield Columns.of_bare_rows(rows)
    if not count:
        raise ValueError


def read_valid_table(
    body: bytes,
    schema: PlanetSchema = PLAIN_SCHEMA,
    *,
    keep: Sequence[str] | None = None,
    start_scoring: StartScoring | None = None,
    needs: ModelNeeds = OWN_NEEDS,
) -> Planets | None:
    """Read a table.

    Raises:
        InvalidCSV: it is not valid CSV, or has no row below the header.
        TooManyPlanets: it has more than `MAX_PLANETS` rows.
    """
    table = open_table(body, schema, needs)
    columns = TableColumns(table, schema, keep, uses_flagged=needs.uses_flagged)
    try:
        chunks = _join_chunks(columns.chunks())
        planets = order_columns(chunks, schema, start_scoring=start_scoring, needs=needs)
    except ValueError:
        return None
    header = table.header
    return replace(
        planets,
        kept=columns.kept,
        table_warnings=[
            *notes_of(header, planets.names, columns.count, schema, needs),
            *warn_of_rows(columns.unused, len(planets.names)),
        ],
        unit_advice=advise_unsized(header, planets) | describe_rows(columns.unused),
    )


def _join_chunks(chunks: Iterator[Columns]) -> Iterator[Columns]:
    """Join the small chunks in which a table is read."""
    waiting: list[Columns] = []
    for chunk in chunks:
        waiting.append(chunk)
        if sum(len(each.names) for each in waiting) >= _CHUNK:
            yield Columns.concatenate(waiting)
            waiting = []
    if waiting:
        yield Columns.concatenate(waiting)


def advise_unsized(header: TableHeader, planets: Planets) -> dict[int, str]:
    """Say, by index, for planets without a size, that a column has it in another unit."""
    text = describe_absent(header)
    if not text:
        return {}
    return dict.fromkeys(np.flatnonzero(lacks_size(planets.table)).tolist(), text)


VALID_LISTS: dict[str, Callable[..., Planets | None]] = {
    JSON: read_valid_json,
    NDJSON: read_valid_ndjson,
    CSV: read_valid_table,
}
"""By the format's media type: (body, schema, keep=columns that the answer repeats, start_scoring=…,
needs=what the model needs)."""
