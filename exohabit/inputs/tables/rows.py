"""Table rows: a table with problems is read row by row, so that all of them are found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from exohabit.inputs.decoding import number_or_text
from exohabit.inputs.kept_columns import check_kept_values, choose_kept
from exohabit.inputs.missing_values import known_text
from exohabit.inputs.model_needs import OWN_NEEDS, ModelNeeds
from exohabit.inputs.problems import Problem
from exohabit.inputs.raw_planets import RawPlanets
from exohabit.inputs.schemas import PlanetSchema
from exohabit.inputs.tables.columns import is_default
from exohabit.inputs.tables.fallback_columns import RowPositions
from exohabit.inputs.tables.header import TableHeader
from exohabit.inputs.tables.notes import notes_of
from exohabit.inputs.tables.row_lengths import hint_length
from exohabit.inputs.tables.table import Row, Table, open_table
from exohabit.inputs.tables.unused_units import UnusedColumn, advise_rows, find_unused, warn_of_rows
from exohabit.science.columns import REQUIRED

_NOT_KNOWN: dict[str, Any] = {column.name: None for column in REQUIRED}


def read_table_rows(
    body: bytes,
    schema: PlanetSchema,
    keep: Sequence[str] | None = None,
    needs: ModelNeeds = OWN_NEEDS,
) -> RawPlanets:
    """Read a table: one planet per row below the header.

    Raises:
        InvalidCSV: it is not valid CSV, or has no row below the header.
        TooManyPlanets: it has more than `MAX_PLANETS` rows.
    """
    table = open_table(body, schema, needs)
    header = table.header
    kept = None if keep is None else choose_kept(header.names, keep)
    all_rows = [*_read_rows(table, schema, [*(kept or {}).values()])]
    rows = [row for row in all_rows if row.is_default] or all_rows
    planets = [row.planet for row in rows]
    unused = {i: row.unused for i, row in enumerate(rows) if row.unused}

    def where(index: int | None, key: str | None) -> dict[str, Any]:
        row = None if index is None else rows[index]
        positions = header.positions if row is None else row.positions
        name = header.names[positions[key]] if key and key in positions else key
        return {"line": header.line if row is None else row.line, "column": name}

    return RawPlanets(
        planets,
        where,
        header.problems,
        {i: _wrong_length(r, len(header.names)) for i, r in enumerate(rows) if r.planet is None},
        unknown="an empty field",
        notes=[
            *notes_of(
                header, [p["name"] if p else None for p in planets], len(all_rows), schema, needs
            ),
            *warn_of_rows(unused, len(rows)),
        ],
        unit_advice=advise_rows(header, unused, len(rows)),
        unused=unused,
        kept=kept
        if kept is None
        else {name: [row.kept and row.kept[i] for row in rows] for i, name in enumerate(kept)},
    )


class _Row(NamedTuple):
    """What is used of a row; a row may be far longer."""

    line: int
    length: int
    planet: dict[str, Any] | None
    """None for a row of a wrong length."""
    kept: list[str] | None
    positions: Mapping[str, int]
    """The positions of its keys."""
    is_default: bool
    """Whether its default_flag is 1; a row of a wrong length counts as well."""
    hint: str = ""
    """Why it may have a wrong length."""
    unused: list[UnusedColumn] | None = None
    """Columns that give a size which our own column lacks."""


def _read_rows(table: Table, schema: PlanetSchema, kept: Sequence[int]) -> Iterator[_Row]:
    header = table.header
    width, flag = len(header.names), header.default_flag
    row_positions, unused = RowPositions(header), find_unused(header)
    for count, (line, row) in enumerate(table.numbered_rows(), 1):
        check_kept_values(len(kept), count)
        if len(row) != width:
            hint = hint_length(header.names, row, count)
            yield _Row(line, len(row), None, None, {}, flag is not None, hint)
            continue
        positions = row_positions.of(row)
        planet = _planet(row, header, positions, schema)
        yield _Row(
            line,
            width,
            planet,
            [row[position] for position in kept],
            positions,
            flag is not None and is_default(row[flag]),
            unused=[
                each
                for each in unused
                if planet[each.column] is None and known_text(row[each.position]) is not None
            ],
        )


def _planet(
    row: Row, header: TableHeader, positions: Mapping[str, int], schema: PlanetSchema
) -> dict[str, Any]:
    names = (known_text(row[position]) for position in header.name_positions)
    planet = _NOT_KNOWN | {"name": next((name for name in names if name is not None), None)}
    for key, position in positions.items():
        text = known_text(row[position])
        planet[key] = number_or_text(text) if text and key in schema.numbers else text
    return planet


def _wrong_length(row: _Row, width: int) -> Problem:
    expected, received = f"{width}, as in the header", str(row.length)
    message = f"the row has {received} fields; expected {expected}{row.hint}"
    return Problem("wrong_length", message, line=row.line, expected=expected, received=received)
