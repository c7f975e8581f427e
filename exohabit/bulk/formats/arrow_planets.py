"""Arrow planets: a chunk becomes planets, ordered and with the warnings of the service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from msgspec.structs import replace

from exohabit.bulk.formats.arrow_chunks import Chunk, take_rows
from exohabit.bulk.row_source import Numbers, ReadRows
from exohabit.inputs.model_needs import ModelNeeds
from exohabit.inputs.planet_table import Planets, order_columns
from exohabit.inputs.tables.header import TableHeader
from exohabit.inputs.tables.unused_units import Unused, describe_rows
from exohabit.inputs.valid_lists import advise_unsized
from exohabit.science.features import lacks_size


def planets_of(
    chunk: Chunk,
    header: TableHeader,
    numbers: Numbers,
    kept: Mapping[str, Any],
    needs: ModelNeeds,
) -> ReadRows:
    """Return the planets of a chunk.

    Args:
        chunk: the rows.
        header: the table's.
        numbers: the number of each row.
        kept: kept columns, as pyarrow arrays.
        needs: what the model needs of the input.
    """
    recheck, good = numbers[chunk.needs_recheck], ~chunk.needs_recheck
    if recheck.size:
        mask = pa.array(good)
        kept = {name: column.filter(mask) for name, column in kept.items()}
        chunk, numbers = take_rows(chunk, good), numbers[good]
    planets = order_columns([chunk.columns], needs=needs)
    advice = advise_unsized(header, planets) | _advise_unused(chunk, planets)
    unused = {each.position: int(np.count_nonzero(rows)) for each, rows in chunk.unused.items()}
    planets = replace(planets, unit_advice=advice, max_advised=None)
    return ReadRows(numbers, chunk.names, planets, kept, recheck.astype(np.int64), unused)


def _advise_unused(chunk: Chunk, planets: Planets) -> dict[int, str]:
    """Return, by index, the advice for planets whose size is only in another unit."""
    found: Unused = {}
    for each, only_there in chunk.unused.items():
        for i in np.flatnonzero(only_there & lacks_size(planets.table)).tolist():
            found.setdefault(i, []).append(each)
    return describe_rows(found)
