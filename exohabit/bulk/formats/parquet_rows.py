"""Parquet rows: the rows of some row groups of a Parquet file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from exohabit.bulk.errors import FormatError
from exohabit.bulk.formats.arrow_chunks import needed_positions, read_chunk
from exohabit.bulk.formats.arrow_planets import planets_of
from exohabit.bulk.formats.parquet_planets import raw_planets
from exohabit.bulk.jobs import Partition, Source
from exohabit.bulk.row_source import Numbers, ReadRows, RecheckedRows
from exohabit.inputs.kept_columns import choose_kept
from exohabit.inputs.model_needs import ModelNeeds
from exohabit.inputs.schemas import PLAIN_SCHEMA, PlanetSchema
from exohabit.inputs.tables.columns import is_default
from exohabit.inputs.tables.header import match_header
from exohabit.inputs.tables.unused_units import find_unused

_CHUNK_ROWS = 16_384
"""Rows that become one chunk: so few that its arrays fit into a processor's cache."""
_BUFFER = 2**20


class ParquetRows:
    """The rows of a partition."""

    def __init__(
        self,
        source: Source,
        partition: Partition,
        keep: Sequence[str] | None,
        needs: ModelNeeds,
    ) -> None:
        self._source, self._partition, self._needs = source, partition, needs
        self.header = match_header(source.names, 1, PLAIN_SCHEMA, needs)
        self._kept = {} if keep is None else choose_kept(self.header.names, keep)
        self._flag = self.header.default_flag if source.default_only else None

    def read(self) -> Iterator[ReadRows]:
        """Yield all rows."""
        places = [*needed_positions(self.header), *self._kept.values()]
        for start, chunk in self._chunks(places):
            arrays = {place: chunk.column(self._source.names[place]) for place in places}
            numbers = np.arange(start, start + chunk.num_rows)
            if self._flag is not None:
                mask = self._default_rows(chunk)
                arrays = {place: each.filter(pa.array(mask)) for place, each in arrays.items()}
                numbers = numbers[mask]
            read = read_chunk(arrays, self.header, numbers.size)
            kept = {name: arrays[place] for name, place in self._kept.items()}
            yield planets_of(read, self.header, numbers, kept, self._needs)

    def _chunks(self, places: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """Yield the number of the first row of each chunk, and the chunk."""
        wanted = {*places} | ({self._flag} if self._flag is not None else set())
        names = [self._source.names[place] for place in sorted(wanted)]
        start, path = 0, self._source.files[self._partition.file].path
        with pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False) as file:
            groups = range(self._partition.start, self._partition.stop)
            chunks = file.iter_batches(_CHUNK_ROWS, groups, names, use_threads=False)
            for chunk in _explained(path, chunks):
                yield start, without_views(chunk)
                start += chunk.num_rows

    def _default_rows(self, chunk: Any) -> Any:
        flags = chunk.column(self._source.names[self._flag or 0]).dictionary_encode()
        return default_mask(flags)

    def recheck(self, numbers: Numbers, schema: PlanetSchema) -> RecheckedRows:
        """Read some rows as the service does."""
        header = match_header(self._source.names, 1, schema, self._needs)
        places = {*header.positions.values(), *header.fallback_positions.values()}
        places |= {*header.name_positions, *self._kept.values()}
        places |= {each.position for each in find_unused(header)}
        found = []
        for start, chunk in self._chunks(sorted(places)):
            first, last = np.searchsorted(numbers, [start, start + chunk.num_rows])
            if last > first:
                found.append(chunk.take(pa.array(numbers[first:last] - start)))
        table = pa.Table.from_batches(found)
        rows = (numbers + self._partition.first_line).tolist()
        kept = {
            name: table.column(self._source.names[place]).combine_chunks()
            for name, place in self._kept.items()
        }
        return RecheckedRows(raw_planets(table, header, schema, rows), kept)


def _explained(path: str, chunks: Iterator[Any]) -> Iterator[Any]:
    """Yield chunks; raises FormatError, with the name of the file, if one cannot be read."""
    try:
        yield from chunks
    except (pa.ArrowException, OSError) as error:
        raise FormatError(f"{path} cannot be read as Parquet: {error}") from error


def without_views(chunk: Any) -> Any:
    """Return a chunk whose views of strings are strings: pyarrow cannot filter views."""
    for place, field in enumerate(chunk.schema):
        if pa.types.is_string_view(field.type):
            column = chunk.column(place).cast(pa.string())
            chunk = chunk.set_column(place, field.name, column)
    return chunk


def default_mask(flags: Any) -> Any:
    """Return which rows have a `default_flag` of 1; the flags as a dictionary array."""
    distinct = [_is_one(value) for value in flags.dictionary.to_pylist()]
    places = flags.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False)
    return np.array([*distinct, False])[places]


def _is_one(value: Any) -> bool:
    return is_default(value) if isinstance(value, str) else value == 1
