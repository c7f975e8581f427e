"""Unit row: a row below the header that holds the units of the columns instead of values."""

from __future__ import annotations

from collections.abc import Sequence

from exohabit.inputs.decoding import number_or_text
from exohabit.inputs.missing_values import known_text
from exohabit.inputs.other_units import advise_on_unit, is_own_unit, is_unit
from exohabit.inputs.problems import Problem
from exohabit.inputs.tables.column_positions import COLUMN_OF
from exohabit.inputs.tables.header import TableHeader

_MIN_UNITS = 2
"""Units that make a row one of units; a planet's row may have one of these words by mistake."""


def is_unit_row(header: TableHeader, row: Sequence[str]) -> bool:
    """Whether every field of a numeric column is a unit, and at least two are.

    A row with a number is a planet's, although 1 is the unit of an eccentricity elsewhere.
    """
    stated = _stated(header, row)
    if len(stated) < _MIN_UNITS:
        return False
    return all(
        is_unit(COLUMN_OF[key], unit) and not isinstance(number_or_text(unit), float)
        for key, unit in stated.items()
    )


def wrong_units(header: TableHeader, row: Sequence[str], line: int) -> list[Problem]:
    """Return the problems of a row of units: columns that are not in our unit."""
    return [
        Problem(
            "other_unit",
            advise_on_unit(header.names[header.positions[key]], COLUMN_OF[key], unit),
            line=line,
            column=key,
        )
        for key, unit in _stated(header, row).items()
        if not is_own_unit(COLUMN_OF[key], unit)
    ]


def _stated(header: TableHeader, row: Sequence[str]) -> dict[str, str]:
    """Return the fields of the numeric columns that are not empty, by our key."""
    if len(row) != len(header.names):
        return {}
    texts = ((key, known_text(row[p])) for key, p in header.positions.items() if key in COLUMN_OF)
    return {key: text for key, text in texts if text is not None}
