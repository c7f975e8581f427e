"""Arrow chunks: chunks of rows that pyarrow has read become columns for the service's functions.

Rows with a value that may have a problem are only marked: the service's own validation looks at
them, so that its codes and messages are the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from exohabit.bulk.formats.arrow_texts import (
    known_texts,
    no_types,
    read_numbers,
    read_types,
    to_mask,
)
from exohabit.bulk.formats.arrow_types import as_texts, is_text, plain_texts
from exohabit.inputs.columnar import RADIUS_ERRORS, Columns
from exohabit.inputs.limits import MAX_NAME
from exohabit.inputs.planet_names import MAX_NUMBER, name_text
from exohabit.inputs.schemas import BOUNDS, PLAIN_SCHEMA, PROVENANCE
from exohabit.inputs.tables.fallback_columns import choose_numbers
from exohabit.inputs.tables.header import TableHeader
from exohabit.inputs.tables.unused_units import UnusedColumn, find_unused
from exohabit.science.arrays import BoolArray, FloatArray
from exohabit.science.spectral_columns import SpectralTypes

_TYPE = "st_spectype"
Arrays = Mapping[int, Any]
"""pyarrow arrays by the position of their column."""


class Chunk(NamedTuple):
    """Some rows of a table."""

    names: Any
    """pyarrow strings, null where a planet has no name."""
    columns: Columns
    needs_recheck: BoolArray
    """Whether a row may have a problem; its values in `columns` mean nothing then."""
    unused: Mapping[UnusedColumn, BoolArray]
    """Per column in another unit, the rows where only it gives the size."""


def needed_positions(header: TableHeader) -> list[int]:
    """Return the positions of the columns from which scores and warnings are made."""
    places = (header.positions, header.fallback_positions)
    positions = {each[key] for each in places for key in each if key in PLAIN_SCHEMA.keys}
    positions |= {each.position for each in find_unused(header)}
    return sorted(positions | {*header.name_positions})


def read_chunk(arrays: Arrays, header: TableHeader, rows: int) -> Chunk:
    """Read rows of a table.

    Args:
        arrays: the columns of `needed_positions`.
        header: the table's.
        rows: their number.
    """
    recheck = np.zeros(rows, dtype=bool)
    by_key = {key: arrays[p] for key, p in header.positions.items() if p in arrays}
    numbers = _numbers_of(arrays, header.positions, recheck)
    if header.fallback_positions:
        numbers = choose_numbers(numbers, _numbers_of(arrays, header.fallback_positions, recheck))
    provenance = by_key.get(PROVENANCE)
    columns = Columns(
        [None] * rows,
        [],
        numbers,
        None if provenance is None else known_texts(as_texts(provenance)).to_pylist(),
        _no_radius_error(by_key),
        _types(by_key.get(_TYPE), recheck),
    )
    unused = _unused(arrays, header, numbers)
    return Chunk(_names(arrays, header, rows, recheck), columns, recheck, unused)


def take_rows(chunk: Chunk, mask: BoolArray) -> Chunk:
    """Return the rows of a chunk that a mask marks."""
    columns, types = chunk.columns, chunk.columns.spectral_types
    places = np.flatnonzero(mask)
    provenance, flags = columns.provenance, columns.no_radius_error
    return Chunk(
        chunk.names.filter(pa.array(mask)),
        Columns(
            [None] * places.size,
            [],
            {key: values[mask] for key, values in columns.numbers.items()},
            provenance and [provenance[i] for i in places.tolist()],
            None if flags is None else flags[mask],
            types.take(places.tolist()),
        ),
        np.zeros(places.size, dtype=bool),
        {column: only_there[mask] for column, only_there in chunk.unused.items()},
    )


def _numbers_of(
    arrays: Arrays, places: Mapping[str, int], recheck: BoolArray
) -> dict[str, FloatArray]:
    """Read the numeric columns at some places, by key; mark rows that may have a problem."""
    keys = [key for key, place in places.items() if key in PLAIN_SCHEMA.numbers and place in arrays]
    return {key: _numbers(arrays[places[key]], key, recheck) for key in keys}


def _numbers(array: Any, key: str, recheck: BoolArray) -> FloatArray:
    """Read a numeric column; mark rows with a wrong text or a value out of its range."""
    if is_text(array.type):
        values, is_wrong = read_numbers(plain_texts(array))
        if is_wrong is not None:
            recheck |= is_wrong
    else:
        cast = pc.cast(array, pa.float64(), safe=False)
        values = np.array(cast.to_numpy(zero_copy_only=False))
    low, high = BOUNDS[key]
    with np.errstate(invalid="ignore"):
        recheck |= (values < low) | (values > high)
    return values


def _types(array: Any, recheck: BoolArray) -> SpectralTypes:
    """Read the spectral types, if the table has any; mark rows with a text that is not one."""
    if array is None:
        return no_types(recheck.size)
    types, is_wrong = read_types(as_texts(array))
    if is_wrong is not None:
        recheck |= is_wrong
    return types


def _unused(
    arrays: Arrays, header: TableHeader, numbers: Mapping[str, FloatArray]
) -> dict[UnusedColumn, BoolArray]:
    """Find the rows with a size in another unit where our own column is empty."""
    found = {}
    for each in find_unused(header):
        is_empty = np.isnan(numbers[each.column])
        if is_empty.any():
            found[each] = is_empty & ~_is_missing(arrays[each.position])
    return found


def _no_radius_error(by_key: Mapping[str, Any]) -> BoolArray | None:
    """Whether a radius has no stated error; None if the table does not have the key."""
    upper, lower = (by_key.get(key) for key in RADIUS_ERRORS)
    if upper is None:
        return None
    return _is_missing(upper) if lower is None else _is_missing(upper) & _is_missing(lower)


def _is_missing(array: Any) -> BoolArray:
    """Whether a value is missing for each planet."""
    if is_text(array.type):
        return to_mask(pc.is_null(known_texts(plain_texts(array))))
    return to_mask(pc.is_null(array, nan_is_null=pa.types.is_floating(array.type)))


def _names(arrays: Arrays, header: TableHeader, rows: int, recheck: BoolArray) -> Any:
    names = pa.nulls(rows, pa.string())
    for place in reversed(header.name_positions):
        names = pc.coalesce(_known_names(arrays[place], recheck), names)
    recheck |= to_mask(pc.greater(pc.utf8_length(names), MAX_NAME))
    return names


def _known_names(array: Any, recheck: BoolArray) -> Any:
    """Return a column of names as strings; mark floats that are too large for a name."""
    if pa.types.is_integer(array.type):
        return pc.cast(array, pa.string())
    if is_text(array.type):
        return known_texts(plain_texts(array))
    numbers = pc.cast(array, pa.float64(), safe=False).fill_null(math.nan).to_pylist()
    recheck |= np.abs(np.nan_to_num(numbers, posinf=math.inf)) > MAX_NUMBER
    texts = [None if math.isnan(each) else name_text(each) for each in numbers]
    return pa.array(texts, pa.string())
