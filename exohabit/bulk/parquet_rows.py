"""Parquet rows: the rows of some row groups of a Parquet file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from exohabit.bulk.jobs import Partition, Source
from exohabit.bulk.row_source import Numbers, ReadRows, RowsAgain
from exohabit.bulk.table_batches import needed_positions, read_batch
from exohabit.bulk.table_planets import planets_of
from exohabit.inputs.decoding import number_or_text
from exohabit.inputs.kept_columns import choose_kept
from exohabit.inputs.missing_values import known_text
from exohabit.inputs.raw_planets import RawPlanets
from exohabit.inputs.schemas import PLAIN, PlanetSchema
from exohabit.inputs.table_columns import is_default
from exohabit.inputs.table_header import TableHeader, match_header, misspelt_columns
from exohabit.science.columns import REQUIRED

_BATCH = 16_384
"""Rows that become one batch: so few that its arrays fit into a processor's cache."""
_BUFFER = 2**20
_NOT_KNOWN: dict[str, Any] = {column.name: None for column in REQUIRED}


class ParquetRows:
    """The rows of a partition."""

    def __init__(self, source: Source, partition: Partition, keep: Sequence[str] | None) -> None:
        self._source, self._partition = source, partition
        self.header = match_header(source.names, 1, PLAIN)
        self._kept = {} if keep is None else choose_kept(self.header.names, keep)
        self._flag = self.header.default_flag if source.default_only else None

    def read(self) -> Iterator[ReadRows]:
        """Yield all rows."""
        places = [*needed_positions(self.header), *self._kept.values()]
        for start, batch in self._batches(places):
            arrays = {place: batch.column(self._source.names[place]) for place in places}
            numbers = np.arange(start, start + batch.num_rows)
            if self._flag is not None:
                mask = self._default_rows(batch)
                arrays = {place: each.filter(pa.array(mask)) for place, each in arrays.items()}
                numbers = numbers[mask]
            read = read_batch(arrays, self.header, numbers.size)
            kept = {name: arrays[place] for name, place in self._kept.items()}
            yield planets_of(read, self.header, numbers, kept)

    def _batches(self, places: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """Yield the number of the first row of each batch, and the batch."""
        wanted = {*places} | ({self._flag} if self._flag is not None else set())
        names = [self._source.names[place] for place in sorted(wanted)]
        start, path = 0, self._source.files[self._partition.file].path
        with pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False) as file:
            groups = range(self._partition.start, self._partition.stop)
            for batch in file.iter_batches(_BATCH, groups, names, use_threads=False):
                yield start, batch
                start += batch.num_rows

    def _default_rows(self, batch: Any) -> Any:
        flags = batch.column(self._source.names[self._flag or 0]).dictionary_encode()
        return default_mask(flags)

    def read_again(self, numbers: Numbers, schema: PlanetSchema) -> RowsAgain:
        """Read some rows as the service does."""
        header = match_header(self._source.names, 1, schema)
        columns = _columns_of(header, schema)
        places = [*columns.values(), *header.name_positions, *self._kept.values()]
        parts = []
        for start, batch in self._batches(places):
            first, last = np.searchsorted(numbers, [start, start + batch.num_rows])
            if last > first:
                parts.append(batch.take(pa.array(numbers[first:last] - start)))
        table = pa.Table.from_batches(parts)
        rows = (numbers + self._partition.first_line).tolist()
        kept = {
            name: table.column(self._source.names[place]).combine_chunks()
            for name, place in self._kept.items()
        }
        return RowsAgain(self._raw(table, header, columns, rows, schema), kept)

    def _raw(
        self,
        table: Any,
        header: TableHeader,
        columns: Mapping[str, int],
        rows: Sequence[int],
        schema: PlanetSchema,
    ) -> RawPlanets:
        lists = {
            key: [
                _plain(value, is_number=key in schema.numbers)
                for value in table.column(self._source.names[place]).to_pylist()
            ]
            for key, place in columns.items()
        }
        names = [
            map(_plain, table.column(self._source.names[place]).to_pylist())
            for place in header.name_positions
        ]
        planets: list[Any] = [{**_NOT_KNOWN, "name": None, "pl_rade": 1.0}]
        for i in range(len(rows)):
            planet = _NOT_KNOWN | {key: values[i] for key, values in lists.items()}
            found = (next(each) for each in names)
            planets.append(planet | {"name": next((n for n in [*found] if n is not None), None)})

        def locate(index: int | None, key: str | None) -> dict[str, Any]:
            place = header.positions.get(key or "")
            column = key if place is None else header.names[place]
            return {"line": rows[index - 1] if index else None, "column": column}

        return RawPlanets(planets, locate)


def default_mask(flags: Any) -> Any:
    """Return which rows have a `default_flag` of 1; the flags as a dictionary array."""
    distinct = [_is_one(value) for value in flags.dictionary.to_pylist()]
    places = flags.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False)
    return np.array([*distinct, False])[places]


def _is_one(value: Any) -> bool:
    return is_default(value) if isinstance(value, str) else value == 1


def _columns_of(header: TableHeader, schema: PlanetSchema) -> dict[str, int]:
    misspelt = misspelt_columns(header, schema)
    return {name: header.names.index(name) for name in misspelt} | {
        key: place for key, place in header.positions.items() if key in schema.keys
    }


def _plain(value: Any, *, is_number: bool = False) -> Any:
    """Return a value as the service's readers return it: numbers, text, or None."""
    if isinstance(value, str):
        text = known_text(value)
        return number_or_text(text) if text and is_number else text
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return None
    return value if isinstance(value, bool) else float(value)
