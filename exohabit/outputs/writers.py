"""Writers: write an answer as JSON, CSV or NDJSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterator, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from exohabit.inputs.kept_columns import Kept
from exohabit.inputs.planet_table import Planets
from exohabit.inputs.query import Query
from exohabit.inputs.query_parameters import PARAMETER_OF_FIELD
from exohabit.inputs.readers import CSV, JSON, NDJSON
from exohabit.outputs.csv_cells import spread, to_cell, to_kept_cell
from exohabit.outputs.flat_fields import flatten, value_of
from exohabit.outputs.lazy_list import LazyList, chunks_of, encode_document, map_lazily
from exohabit.outputs.response_types import Answer

Fields = Sequence[str] | None
"""Fields of each planet to write; None means all."""


OPTIONAL_FIELDS = ("row", "problems", *PARAMETER_OF_FIELD)
"""Fields that no planet of an answer may have."""


class Layout(NamedTuple):
    """The usual fields that an answer's planets lack, and the columns that are added to them."""

    absent: Collection[str] = OPTIONAL_FIELDS
    """Fields that no planet of the answer has."""
    kept: Kept = MappingProxyType({})
    """Columns of the input, by the planet's index in the request."""


PLAIN_LAYOUT = Layout()


def layout_of(query: Query, planets: Planets, fields: Collection[str]) -> Layout:
    """Return the layout of an answer whose planets may have some fields.

    A column of the input with the name of a field is left out.
    """
    has = {
        "row": planets.labels is not None,
        "problems": bool(planets.invalid),
        "reason": query.lists_unscored,
    }
    taken = {*fields, *PARAMETER_OF_FIELD}
    kept = {name: values for name, values in (planets.kept or {}).items() if name not in taken}
    absent = [name for name, is_there in has.items() if not is_there]
    return Layout([*absent, *query.absent_fields], kept)


def write_json(answer: Answer, fields: Fields, layout: Layout = PLAIN_LAYOUT) -> bytes | bytearray:
    """Write the whole answer: its planets, and the fields about all of them."""
    is_narrowed = fields is not None or layout.kept
    if not answer.LISTS:
        document = {"status": answer.status, **_as_dict(answer, fields, layout)}
        return _ENCODER.encode(document if is_narrowed else answer)
    lists = {key: getattr(answer, key) for key in answer.LISTS}
    if not is_narrowed and not any(isinstance(each, LazyList) for each in lists.values()):
        return _ENCODER.encode(answer)
    document = msgspec.structs.asdict(answer)
    document = {key: value for key, value in document.items() if value is not UNSET}
    if is_narrowed:
        document |= {
            key: map_lazily(planets, lambda planet: _as_dict(planet, fields, layout))
            for key, planets in lists.items()
            if planets is not UNSET
        }
    return encode_document(document)


def write_ndjson(answer: Answer, fields: Fields, layout: Layout = PLAIN_LAYOUT) -> bytes:
    """Write the planets only, one JSON object per line."""
    if fields is None and not layout.kept:
        return b"".join(map(_ENCODER.encode_lines, _chunks(answer)))
    return b"".join(
        _ENCODER.encode_lines([_as_dict(planet, fields, layout) for planet in chunk])
        for chunk in _chunks(answer)
    )


def write_csv(answer: Answer, fields: Fields, layout: Layout = PLAIN_LAYOUT) -> bytes:
    """Write the planets only, as a table with a header; unknown values are empty fields.

    Nested fields are replaced by their parts.
    """
    if fields is None:
        fields = [name for name in answer.FIELDS if name not in layout.absent]
    names = flatten(fields)
    table = io.StringIO()
    rows = csv.writer(table, quoting=csv.QUOTE_NONNUMERIC)
    if not answer.LISTS:
        cells = {
            column: cell
            for name in names
            for column, cell in spread(name, value_of(answer, name)).items()
        }
        cells |= {to_cell(name): to_kept_cell(values[0]) for name, values in layout.kept.items()}
        rows.writerows((cells.keys(), cells.values()))
        return table.getvalue().encode()
    rows.writerow([*names, *map(to_cell, layout.kept)])
    kept = [*layout.kept.values()]
    for chunk in _chunks(answer):
        rows.writerows(
            [to_cell(value_of(planet, name)) for name in names]
            + [to_kept_cell(values[planet.index]) for values in kept]
            for planet in chunk
        )
    return table.getvalue().encode()


WRITERS: dict[str, Callable[..., bytes | bytearray]] = {
    JSON: write_json,
    CSV: write_csv,
    NDJSON: write_ndjson,
}
"""Writers by media type; the first is the default. Each takes an answer, the fields of each planet
to write, and the layout."""

_ENCODER = msgspec.json.Encoder()


def _chunks(answer: Answer) -> Iterator[Sequence[Any]]:
    """Make the planets of an answer, chunk by chunk."""
    if not answer.LISTS:
        yield [answer]
    for key in answer.LISTS:
        planets: Collection[Any] | UnsetType = getattr(answer, key)
        if planets is not UNSET:
            yield from chunks_of(planets)


def _as_dict(planet: Any, fields: Fields, layout: Layout) -> dict[str, Any]:
    """Return the fields of a planet, and the columns of the input that it keeps."""
    names = planet.__struct_fields__ if fields is None else fields
    values = ((name, value_of(planet, name)) for name in names)
    found = {name: value for name, value in values if value is not UNSET}
    index = getattr(planet, "index", 0)
    return found | {name: values[index] for name, values in layout.kept.items()}
