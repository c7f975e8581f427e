"""Table notes: warnings about a whole table."""

from __future__ import annotations

from collections.abc import Sequence

from exohabit.inputs.model_needs import OWN_NEEDS, ModelNeeds
from exohabit.inputs.problems import repr_short
from exohabit.inputs.schemas import PlanetSchema
from exohabit.inputs.tables.column_positions import DEFAULT_FLAG, VALUE_OF
from exohabit.inputs.tables.header import (
    TableHeader,
    advice_for,
    expected_columns,
    misspelt_columns,
)
from exohabit.science.columns import BY_NAME
from exohabit.science.domain_warnings import PlanetWarning


def notes_of(
    header: TableHeader,
    names: Sequence[str | None],
    rows: int,
    schema: PlanetSchema,
    needs: ModelNeeds = OWN_NEEDS,
) -> list[PlanetWarning]:
    """Return the warnings about a table.

    Args:
        header: its header.
        names: of the planets that are read.
        rows: the number of all rows.
        schema: which keys are read.
        needs: what the model needs of the input.
    """
    notes = [*misspelt_columns(header, schema).values()]
    if header.synonyms:
        pairs = ", ".join(_describe_synonym(header, *each) for each in header.synonyms.items())
        keys = ",".join(dict.fromkeys(header.synonyms.values()))
        message = f"columns with other names were read: {pairs}"
        notes.append(PlanetWarning("synonyms", keys, message))
    expected = [column.name for column in expected_columns(needs)]
    absent = [name for name in expected if name not in header.positions]
    if absent:
        message = f"the table lacks {', '.join(absent)}: taken as not known for every planet"
        message += advice_for(header, absent)
        notes.append(PlanetWarning("absent_columns", ",".join(absent), message))
    notes += _unread(header, expected, needs)
    if len(names) < rows:
        message = f"{len(names):,} of {rows:,} rows have {DEFAULT_FLAG} 1; the others were left out"
        notes.append(PlanetWarning("default_rows", DEFAULT_FLAG, message))
    distinct = set(names)
    unnamed = names.count(None) - (None in distinct)
    if repeated := len(names) - unnamed - len(distinct):
        message = (
            f"{repeated:,} of {len(names):,} rows have the name of an earlier row: if these are "
            "the same planet, send one row for each"
        )
        notes.append(PlanetWarning("repeated_names", "name", message))
    return notes


def _unread(header: TableHeader, expected: Sequence[str], needs: ModelNeeds) -> list[PlanetWarning]:
    """Return warnings of columns whose unit is wrong or not known, beside the expected ones."""
    others = [name for name in BY_NAME if name not in {*header.positions, *expected}]
    notes = [
        PlanetWarning("near_miss", name, f"{name} is not known, but {header.advice[name]}")
        for name in others
        if name in header.advice and needs.inputs is None
    ]
    if not header.name_positions:
        names = [name for name in header.names if name.lower() in _MAY_BE_NAMES]
        notes += [
            PlanetWarning(
                "near_miss",
                "name",
                f"the table has no names: if {repr_short(name)} holds them, call it name",
            )
            for name in names[:1]
        ]
    return notes


_MAY_BE_NAMES = frozenset(("id", "identifier", "designation", "label", "target", "title"))
"""Columns that may hold the planets' names, or something else."""


def _describe_synonym(header: TableHeader, name: str, key: str) -> str:
    position = header.fallback_positions.get(key)
    if position is None or header.names[position] != name:
        return f"{name} as {key}"
    first = header.names[header.positions[VALUE_OF.get(key, key)]]
    return f"{name} as {key} where {first} is empty"
