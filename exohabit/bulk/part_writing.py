"""Part writing: rows as CSV, NDJSON or Parquet, with settings that decide every byte."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from exohabit.bulk.file_formats import CSV, NDJSON, PARQUET
from exohabit.bulk.formats.arrow_types import is_text
from exohabit.bulk.part_columns import TYPES
from exohabit.outputs.csv_cells import to_cell, to_kept_cell

ROW_GROUP = 2**20
"""Rows of a row group of Parquet; a part is one of them or less."""
_MAY_BE_FORMULA = r"\A[^A-Za-z0-9]"
_NUMBER = r"\A[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\z"
_WRITTEN_AS_THEY_ARE = (
    pa.types.is_integer,
    pa.types.is_decimal,
    pa.types.is_boolean,
    pa.types.is_date,
    pa.types.is_time,
    pa.types.is_timestamp,
    pa.types.is_null,
)
_ENCODER = msgspec.json.Encoder()
_GZIP_LEVEL = 6
_CHUNK_LINES = 10_000


def parquet_options(schema: Any) -> dict[str, Any]:
    """Return the settings of a Parquet file: names differ, so a dictionary would not pay."""
    return {
        "compression": "snappy",
        "version": "2.6",
        "data_page_version": "1.0",
        "write_statistics": True,
        "use_dictionary": [
            name for name in schema.names if name in ("warnings", "reason", "zone", "size_class")
        ],
    }


def write_parquet(table: Any, path: Path) -> None:
    """Write rows as a Parquet file."""
    plain = table.replace_schema_metadata(None)
    pq.write_table(plain, path, row_group_size=ROW_GROUP, **parquet_options(plain.schema))


def write_csv(table: Any, path: Path, *, is_gzip: bool = False) -> None:
    """Write rows as CSV, without a header."""
    _write_text(csv_text(table), path, is_gzip=is_gzip)


def csv_text(table: Any) -> Any:
    """Return rows as CSV, without a header; a text is never a formula."""
    sink = pa.BufferOutputStream()
    options = pa_csv.WriteOptions(include_header=False, batch_size=16_384)
    pa_csv.write_csv(_as_cells(table), sink, options)
    return sink.getvalue()


def csv_header(names: list[str]) -> bytes:
    """Return the header of a table of CSV."""
    quoted = ('"' + to_cell(name).replace('"', '""') + '"' for name in names)
    return (",".join(quoted) + "\n").encode()


def write_ndjson(table: Any, path: Path, *, is_gzip: bool = False) -> None:
    """Write rows as one JSON object per line."""
    written = io.BytesIO()
    for chunk in table.to_batches(_CHUNK_LINES):
        written.write(_ENCODER.encode_lines(_objects(chunk)))
    _write_text(written.getbuffer(), path, is_gzip=is_gzip)


def _objects(chunk: Any) -> list[dict[str, Any]]:
    """Return rows as objects; NaN and infinity, which only kept columns may have, are null."""
    columns = [*map(_as_json, chunk.columns)]
    rows: list[dict[str, Any]] = pa.RecordBatch.from_arrays(columns, chunk.schema.names).to_pylist()
    return rows


def _as_json(column: Any) -> Any:
    """Return a column whose numbers are numbers in JSON."""
    if pa.types.is_decimal(column.type):
        column = pc.cast(column, pa.float64())
    if not pa.types.is_floating(column.type):
        return column
    return pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type))


def _write_text(text: Any, path: Path, *, is_gzip: bool) -> None:
    content = gzip.compress(text, _GZIP_LEVEL, mtime=0) if is_gzip else text
    path.write_bytes(content)


def _as_cells(table: Any) -> Any:
    for place, name in enumerate(table.column_names):
        if name in TYPES:
            is_safe = name in ("warnings", "reason") or not pa.types.is_string(TYPES[name])
            column = table.column(name) if is_safe else _guard(table.column(name), to_cell)
        else:
            column = _kept_cells(table.column(name))
        table = table.set_column(place, name, column)
    return table


def _kept_cells(column: Any) -> Any:
    """Return a column of the input as pyarrow can write it in CSV."""
    kind = column.type
    if is_text(kind) and not pa.types.is_null(kind):
        return _guard(pc.cast(column, pa.string()), to_kept_cell)
    if pa.types.is_floating(kind):
        return pc.if_else(pc.is_nan(column), pa.scalar(None, kind), column)
    if any(is_such(kind) for is_such in _WRITTEN_AS_THEY_ARE):
        return column
    texts = pa.array([*map(_json_text, column.to_pylist())], pa.string())
    return _guard(pa.chunked_array([texts]), to_kept_cell)


def _json_text(value: Any) -> str | None:
    """Return a value of a kind that CSV does not have: a list is JSON, bytes are Base64."""
    plain = msgspec.to_builtins(value)
    return plain if plain is None or isinstance(plain, str) else _ENCODER.encode(plain).decode()


def _guard(column: Any, to_text: Callable[[Any], Any]) -> Any:
    """Put an apostrophe in front of every text that a spreadsheet would run as a formula."""
    may_be = pc.match_substring_regex(column, _MAY_BE_FORMULA)
    if to_text is to_kept_cell:
        may_be = pc.and_(may_be, pc.invert(pc.match_substring_regex(column, _NUMBER)))
    mask = pc.fill_null(may_be, False)
    places = np.flatnonzero(mask.to_numpy())
    if not places.size:
        return column
    guarded = [to_text(text) for text in column.take(pa.array(places)).to_pylist()]
    replacements = pa.array(guarded, pa.string())
    return pc.replace_with_mask(column.combine_chunks(), mask.combine_chunks(), replacements)


WRITERS: Mapping[str, Callable[..., None]] = {
    CSV: write_csv,
    NDJSON: write_ndjson,
    PARQUET: lambda table, path, **_: write_parquet(table, path),
}
