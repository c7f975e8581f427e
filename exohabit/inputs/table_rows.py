"""Table rows: a table with problems is read row by row, so that all of them are found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from exohabit.inputs.decoding import number_or_text
from exohabit.inputs.kept_columns import check_kept_values, choose_kept
from exohabit.inputs.missing_values import known_text
from exohabit.inputs.problems import Problem
from exohabit.inputs.raw_planets import RawPlanets
from exohabit.inputs.schemas import PlanetSchema
from exohabit.inputs.table_columns import is_default
from exohabit.inputs.table_header import TableHeader, misspelt_columns
from exohabit.inputs.table_notes import notes_of
from exohabit.inputs.tables import Row, open_table
from exohabit.science.columns import REQUIRED

_NOT_KNOWN: dict[str, Any] = {column.name: None for column in REQUIRED}
_COMMA_HINT = " (write decimals with a point, and quote text that contains a comma)"


def read_table_rows(
    body: bytes, schema: PlanetSchema, keep: Sequence[str] | None = None
) -> RawPlanets:
    """Read a table: one planet per row below the header.

    Raises:
        InvalidCSV: it is not valid CSV, or has no row below the header.
        TooManyPlanets: it has more than `MAX_PLANETS` rows.
    """
    table = open_table(body, schema)
    header, width = table.header, len(table.header.names)
    lengths: dict[int, int] = {}
    all_rows = list(_drop_wrong_rows(table.numbered_rows(), width, lengths))
    rows = list(_default_rows(header, all_rows)) or all_rows
    unreadable = {
        i: _wrong_length(line, lengths[line], width)
        for i, (line, row) in enumerate(rows)
        if not row
    }
    places = _places(header, schema)
    planets = [
        None if i in unreadable else _planet(row, header, places, schema)
        for i, (_, row) in enumerate(rows)
    ]

    def where(index: int | None, key: str | None) -> dict[str, Any]:
        name = header.names[header.positions[key]] if key in header.positions else key
        return {"line": header.line if index is None else rows[index][0], "column": name}

    return RawPlanets(
        planets,
        where,
        header.problems,
        unreadable,
        unknown="an empty field",
        notes=notes_of(header, [_name(planet) for planet in planets], len(all_rows)),
        kept=None if keep is None else _kept(header, rows, keep),
    )


def _drop_wrong_rows(
    rows: Iterator[tuple[int, Row]], width: int, lengths: dict[int, int]
) -> Iterator[tuple[int, Row]]:
    """Replace rows of a wrong length, which may be long, by empty ones; note their lengths."""
    for line, row in rows:
        if len(row) == width:
            yield line, row
        else:
            lengths[line] = len(row)
            yield line, []


def _default_rows(
    header: TableHeader, rows: Sequence[tuple[int, Row]]
) -> Iterator[tuple[int, Row]]:
    """Return the rows with default_flag 1, and those of a wrong length."""
    place = header.default_flag
    if place is not None:
        for line, row in rows:
            if not row or is_default(row[place]):
                yield line, row


def _places(header: TableHeader, schema: PlanetSchema) -> dict[str, int]:
    """Return the positions of our keys, and of misspelt columns, so that warnings name them."""
    misspelt = misspelt_columns(header, schema)
    return {name: header.names.index(name) for name in misspelt} | header.positions


def _planet(
    row: Row, header: TableHeader, places: dict[str, int], schema: PlanetSchema
) -> dict[str, Any]:
    names = (known_text(row[place]) for place in header.name_positions)
    planet = _NOT_KNOWN | {"name": next((name for name in names if name is not None), None)}
    for key, place in places.items():
        text = known_text(row[place])
        planet[key] = number_or_text(text) if text and key in schema.numbers else text
    return planet


def _name(planet: dict[str, Any] | None) -> str | None:
    return planet["name"] if planet else None


def _kept(
    header: TableHeader, rows: Sequence[tuple[int, Row]], keep: Sequence[str]
) -> dict[str, list[str | None]]:
    places = choose_kept(header.names, keep)
    check_kept_values(len(places), len(rows))
    return {
        name: [row[place] if row else None for _, row in rows] for name, place in places.items()
    }


def _wrong_length(line: int, length: int, width: int) -> Problem:
    expected, received = f"{width}, as in the header", str(length)
    hint = _COMMA_HINT if length > width else ""
    message = f"the row has {received} fields; expected {expected}{hint}"
    return Problem("wrong_length", message, line=line, expected=expected, received=received)
