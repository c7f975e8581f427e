"""CSV rows: the planets of a partition of a table, which pyarrow reads."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from exohabit.bulk.formats.arrow_chunks import needed_positions, read_chunk
from exohabit.bulk.formats.arrow_planets import planets_of
from exohabit.bulk.formats.csv_recheck import CsvRecheck
from exohabit.bulk.formats.records import Records, find_records
from exohabit.bulk.jobs import Partition, Source
from exohabit.bulk.row_source import Numbers, ReadRows, RecheckedRows
from exohabit.inputs.kept_columns import choose_kept
from exohabit.inputs.model_needs import ModelNeeds
from exohabit.inputs.schemas import PLAIN_SCHEMA, PlanetSchema
from exohabit.inputs.tables.columns import is_default
from exohabit.inputs.tables.csv_errors import check_utf_8
from exohabit.inputs.tables.header import match_header

_CHUNK_BYTES = 2**20
"""Bytes that become one chunk: so few that its arrays fit into a processor's cache."""
_MISSING = ["", "NaN", "nan", "NA", "N/A", "null", "NULL", "None", "--", "-"]
"""Texts that pyarrow itself takes for missing, where nothing is kept; others are found later."""


class CsvRows:
    """The rows of a partition."""

    def __init__(
        self,
        source: Source,
        partition: Partition,
        text: bytes,
        keep: Sequence[str] | None,
        needs: ModelNeeds,
    ) -> None:
        self._source, self._partition, self._needs = source, partition, needs
        self._text = text if text[-1:] in (b"\n", b"\r") else text + b"\n"
        self.header = match_header(source.names, 1, PLAIN_SCHEMA, needs)
        self._kept = {} if keep is None else choose_kept(self.header.names, keep)
        self._flag = self.header.default_flag if source.default_only else None

    @cached_property
    def _records(self) -> Records:
        return find_records(self._text, self._source.separator, len(self.header.names))

    def read(self) -> Iterator[ReadRows]:
        """Yield all rows; raises InvalidCSV if the text is not UTF-8."""
        check_utf_8(self._text, self._partition.first_line)
        table, ragged = self._parse() if self._partition.is_plain else (None, [])
        if table is None:
            yield self._nothing(self._default_records())
            return
        yield from self._planets(table, ragged)
        if ragged:  # some may be comments, and are skipped
            skipped = self._records.padding
            places = np.setdiff1d(np.array(ragged), skipped)
            yield self._nothing(places - np.searchsorted(skipped, places))

    def _planets(self, table: Any, ragged: Sequence[int]) -> Iterator[ReadRows]:
        """Yield the rows that pyarrow has read, without those that are not planets."""
        every = np.delete(np.arange(table.num_rows + len(ragged)), ragged)
        start = 0
        padding: Numbers | None = self._records.padding if ragged else None
        for chunk in table.to_batches():
            numbers, start = every[start : start + chunk.num_rows], start + chunk.num_rows
            mask, padding = self._is_row(chunk, numbers, padding)
            rows = chunk if mask is None else chunk.filter(pa.array(mask))
            numbers = numbers if mask is None else numbers[mask]
            if padding is not None:
                numbers = numbers - np.searchsorted(padding, numbers)
            yield self._rows(rows, numbers)

    def _parse(self) -> tuple[Any, list[int]]:
        """Return the rows as texts, and the numbers of those with another number of fields.

        The table is None if pyarrow cannot read it.
        """
        ragged: list[int] = []

        def skip(row: Any) -> str:
            ragged.append(row.number - 1)
            return "skip"

        names = [str(i) for i in range(len(self.header.names))]
        reading = pa_csv.ReadOptions(use_threads=False, block_size=_CHUNK_BYTES, column_names=names)
        parsing = pa_csv.ParseOptions(
            delimiter=self._source.separator,
            newlines_in_values=b'"' in self._text,
            invalid_row_handler=skip,
        )
        try:
            text = pa.BufferReader(self._text)
            return pa_csv.read_csv(text, reading, parsing, self._conversion(names)), ragged
        except pa.ArrowInvalid:
            return None, []

    def _conversion(self, names: Sequence[str]) -> Any:
        """Return pyarrow's conversion options: every column as text."""
        places = {*needed_positions(self.header), *self._kept.values()}
        if self._flag is not None:
            places.add(self._flag)
        return pa_csv.ConvertOptions(
            column_types={name: self._type_of(int(name)) for name in names},
            include_columns=[names[place] for place in sorted(places)],
            strings_can_be_null=True,
            null_values=[""] if self._kept else _MISSING,
        )

    def _type_of(self, place: int) -> Any:
        is_type = place == self.header.positions.get("st_spectype")
        is_grouped = is_type and place not in self._kept.values()
        return pa.dictionary(pa.int32(), pa.string()) if is_grouped else pa.string()

    def _is_row(self, chunk: Any, numbers: Numbers, padding: Any) -> tuple[Any, Any]:
        """Return which rows are planets, None for all; and rows without any value, if known."""
        mask = None
        empty = np.logical_and.reduce(
            [pc.is_null(each).to_numpy(zero_copy_only=False) for each in chunk.columns]
        )
        if empty.any():
            padding = self._records.padding
            mask = ~np.isin(numbers, padding)
        if self._flag is not None:
            flags = chunk.column(str(self._flag)).dictionary_encode()
            distinct = [is_default(text or "") for text in flags.dictionary.to_pylist()]
            places = flags.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False)
            is_one = np.array([*distinct, False])[places]
            mask = is_one if mask is None else mask & is_one
        return mask, padding

    def _rows(self, chunk: Any, numbers: Numbers) -> ReadRows:
        arrays = {int(name): chunk.column(name) for name in chunk.schema.names}
        read = read_chunk(arrays, self.header, chunk.num_rows)
        kept = {name: arrays[place] for name, place in self._kept.items()}
        return planets_of(read, self.header, numbers, kept, self._needs)

    def _nothing(self, recheck: Numbers) -> ReadRows:
        """Return rows that must all be read by the service."""
        empty = read_chunk(
            {place: pa.array([], pa.string()) for place in needed_positions(self.header)},
            self.header,
            0,
        )
        kept = {name: pa.array([], pa.string()) for name in self._kept}
        nothing = planets_of(empty, self.header, np.array([], dtype=np.int64), kept, self._needs)
        return nothing._replace(recheck=recheck)

    def _default_records(self) -> Numbers:
        """Return the numbers of the rows that are planets, without pyarrow."""
        records = self._records
        numbers = np.arange(records.starts.size)
        if self._flag is None:
            return numbers
        width, flag = len(self.header.names), self._flag
        texts = (self._text_of(i).decode() for i in numbers.tolist())
        rows = csv.reader(texts, delimiter=self._source.separator)
        is_one = [len(row) != width or is_default(row[flag]) for row in rows]
        return np.flatnonzero(np.array(is_one, dtype=bool))

    def _text_of(self, number: int) -> bytes:
        return self._text[self._records.starts[number] : self._records.stops[number]]

    def recheck(self, numbers: Numbers, schema: PlanetSchema) -> RecheckedRows:
        """Read some rows as the service does; raises InvalidCSV."""
        texts = [self._text_of(i) for i in numbers.tolist()]
        lines = (self._records.lines[numbers] + self._partition.first_line - 1).tolist()
        first = None if self._flag is not None else self._partition.first_index
        recheck = CsvRecheck(self._source, schema, self._needs, [*self._kept])
        return recheck.read(texts, lines, None if first is None else numbers + first + 1)
