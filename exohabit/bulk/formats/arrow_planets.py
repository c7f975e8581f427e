"""Arrow planets: a batch becomes planets, ordered and with the warnings of the service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from msgspec.structs import replace

from exohabit.bulk.formats.arrow_batches import Batch, take_rows
from exohabit.bulk.row_source import Numbers, ReadRows
from exohabit.inputs.model_needs import ModelNeeds
from exohabit.inputs.planet_table import Planets, order_columns
from exohabit.inputs.tables.header import TableHeader
from exohabit.inputs.tables.unused_units import Unused, describe_rows
from exohabit.inputs.valid_lists import advise_unsized
from exohabit.science.features import lacks_size


def planets_of(
    batch: Batch,
    header: TableHeader,
    numbers: Numbers,
    kept: Mapping[str, Any],
    needs: ModelNeeds,
) -> ReadRows:
    """Return the planets of a batch.

    Args:
        batch: the rows.
        header: the table's.
        numbers: the number of each row.
        kept: kept columns, as pyarrow arrays.
        needs: what the model needs of the input.
    """
    suspects, good = numbers[batch.is_suspect], ~batch.is_suspect
    if suspects.size:
        mask = pa.array(good)
        kept = {name: column.filter(mask) for name, column in kept.items()}
        batch, numbers = take_rows(batch, good), numbers[good]
    planets = order_columns([batch.columns], needs=needs)
    advice = advise_unsized(header, planets) | _advise_unused(batch, planets)
    unused = {each.position: int(np.count_nonzero(rows)) for each, rows in batch.unused.items()}
    planets = replace(planets, unit_advice=advice, max_advised=None)
    return ReadRows(numbers, batch.names, planets, kept, suspects.astype(np.int64), unused)


def _advise_unused(batch: Batch, planets: Planets) -> dict[int, str]:
    """Return, by index, the advice for planets whose size is only in another unit."""
    found: Unused = {}
    for each, only_there in batch.unused.items():
        for i in np.flatnonzero(only_there & lacks_size(planets.table)).tolist():
            found.setdefault(i, []).append(each)
    return describe_rows(found)
