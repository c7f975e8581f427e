"""Measured values: drops limits and computed sizes from the planets' values, with a warning.

An adopted model may have been trained with limits and computed sizes. Then it gets them as sent.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from exohabit.inputs.columnar import Columns
from exohabit.inputs.measurement_errors import (
    MeasurementErrors,
    drop_computed,
    find_computed,
    read_measurement_errors,
)
from exohabit.inputs.schemas import DETAILED_SCHEMA, PlanetSchema
from exohabit.science import domain_warnings
from exohabit.science.arrays import BoolArray
from exohabit.science.columns import NUMERIC, NUMERIC_NAMES
from exohabit.science.domain_warnings import PlanetWarnings
from exohabit.science.features import Table
from exohabit.science.spectral_columns import SpectralTypes

_COLUMN_OF_FLAG = {column.limit_flag: column.name for column in NUMERIC}
"""Column of the values, by the column of their limit flag."""


class MeasuredValues(NamedTuple):
    """The measured values of a chunk of planets."""

    types: SpectralTypes
    table: dict[str, Any]
    warnings: PlanetWarnings
    errors: MeasurementErrors | None
    flagged: dict[str, BoolArray]
    """By column, whether a value is used although it is a limit or computed."""


def select_measured(
    columns: Columns, start: int, schema: PlanetSchema, *, uses_flagged: bool = False
) -> MeasuredValues:
    """Select the measured values of a chunk whose first planet has the index `start`.

    Limits and computed sizes are dropped, unless the model uses them (`uses_flagged`).

    Raises:
        ValueError: a spectral type cannot be read.
    """
    types = columns.spectral_types
    table = {name: columns.number(name) for name in NUMERIC_NAMES} | types.columns()
    keeps = uses_flagged and (
        columns.tells_computed or not _COLUMN_OF_FLAG.keys().isdisjoint(columns.numbers)
    )
    sent = {name: table[name].copy() for name in NUMERIC_NAMES} if keeps else {}
    warnings, errors = _drop_limits(columns, table, are_used=uses_flagged), None
    if schema is DETAILED_SCHEMA or columns.tells_computed:
        computed = find_computed(columns, table)
        if schema is DETAILED_SCHEMA:
            errors = read_measurement_errors(columns, table["pl_bmasse"], computed)
        warnings = domain_warnings.merge(
            warnings, drop_computed(table, computed, are_used=uses_flagged)
        )
    flagged = {name: np.isnan(table[name]) & ~np.isnan(values) for name, values in sent.items()}
    warnings = {start + i: each for i, each in warnings.items()}
    return MeasuredValues(types, table | sent, warnings, errors, flagged)


def _drop_limits(columns: Columns, table: Table, *, are_used: bool) -> PlanetWarnings:
    """Drop values that are flagged as limits, and warn of them."""
    found: PlanetWarnings = {}
    for key, name in _COLUMN_OF_FLAG.items():
        if key not in columns.numbers:
            continue
        flags = columns.numbers[key]
        is_limit = ~np.isnan(flags) & (flags != 0.0) & ~np.isnan(table[name])
        table[name][is_limit] = np.nan
        flagged = ((i, flags[i]) for i in np.flatnonzero(is_limit).tolist())
        found = domain_warnings.merge(
            found, domain_warnings.report_limits(flagged, name, are_used=are_used)
        )
    return found
