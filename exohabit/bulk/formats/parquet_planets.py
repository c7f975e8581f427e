"""Parquet planets: rows of Parquet as plain objects, as the service's readers return them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from exohabit.inputs.decoding import number_or_text
from exohabit.inputs.missing_values import known_text
from exohabit.inputs.raw_planets import RawPlanets
from exohabit.inputs.schemas import PlanetSchema
from exohabit.inputs.tables.column_positions import VALUE_OF
from exohabit.inputs.tables.header import TableHeader
from exohabit.inputs.tables.unused_units import Unused, advise_rows, find_unused
from exohabit.science.columns import REQUIRED

_NOT_KNOWN: dict[str, Any] = {column.name: None for column in REQUIRED}
_MADE_UP = {**_NOT_KNOWN, "name": None, "pl_rade": 1.0}


def raw_planets(
    table: Any, header: TableHeader, schema: PlanetSchema, rows: Sequence[int]
) -> RawPlanets:
    """Return rows as planets, behind a made-up one without problems.

    Args:
        table: the rows, as a table of pyarrow.
        header: the columns of the file.
        schema: which keys of a planet are read.
        rows: the number of each row in its file, from 1.
    """
    places = _Places(header)
    lists = {place: _values(table, header, place) for place in places.all}
    found = [places.of(lists, i) for i in range(len(rows))]

    def planet(i: int) -> dict[str, Any]:
        values = {
            key: _plain(lists[place][i], is_number=key in schema.numbers)
            for key, place in found[i].items()
        }
        names = (_name(lists[place][i]) for place in header.name_positions)
        return _NOT_KNOWN | {"name": _first(names)} | values

    def locate(index: int | None, key: str | None) -> dict[str, Any]:
        by_key = found[index - 1] if index else header.positions
        column = header.names[by_key[key]] if key and key in by_key else key
        return {"line": rows[index - 1] if index else None, "column": column}

    planets = [_MADE_UP, *map(planet, range(len(rows)))]
    unused = _unused(table, header, planets)
    advice = advise_rows(header, unused, len(planets))
    return RawPlanets(planets, locate, unit_advice=advice, unused=unused)


def _unused(table: Any, header: TableHeader, planets: Sequence[Mapping[str, Any]]) -> Unused:
    """Return, by index, the columns that give a size which our own column lacks."""
    unused: Unused = {}
    for each in find_unused(header):
        for i, value in enumerate(_values(table, header, each.position), 1):
            if planets[i][each.column] is None and _plain(value) is not None:
                unused.setdefault(i, []).append(each)
    return unused


class _Places:
    """Where each row has our keys."""

    def __init__(self, header: TableHeader) -> None:
        self._first: Mapping[str, int] = header.positions
        columns = header.fallback_positions.keys() & {*VALUE_OF.values()}
        self._tested = [header.positions[column] for column in columns]
        others = {k: p for k, p in self._first.items() if VALUE_OF.get(k) not in columns}
        self._second = others | header.fallback_positions
        self.all = {*self._first.values(), *self._second.values(), *header.name_positions}

    def of(self, lists: Mapping[int, Sequence[Any]], row: int) -> Mapping[str, int]:
        """Return the positions of a row's keys."""
        has_value = all(_plain(lists[place][row]) is not None for place in self._tested)
        return self._first if has_value else self._second


def _values(table: Any, header: TableHeader, place: int) -> list[Any]:
    values: list[Any] = table.column(header.names[place]).to_pylist()
    return values


def _first(names: Iterator[Any]) -> Any:
    return next((name for name in names if name is not None), None)


def _name(value: Any) -> Any:
    """Return a name as `_plain` does; an integer, such as one of Gaia's, keeps all its digits."""
    return str(value) if isinstance(value, int) else _plain(value)


def _plain(value: Any, *, is_number: bool = False) -> Any:
    """Return a value as the service's readers return it: a number, text, or None."""
    if isinstance(value, str):
        text = known_text(value)
        return number_or_text(text) if text and is_number else text
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return None
    return value if isinstance(value, bool) else float(value)
