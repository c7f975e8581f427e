"""Parquet files: a file or a folder of them, cut into partitions of whole row groups."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from exohabit.bulk.cutting import hash_file
from exohabit.bulk.errors import FormatError
from exohabit.bulk.formats.arrow_types import is_number, is_text
from exohabit.bulk.formats.parquet_rows import default_mask
from exohabit.bulk.jobs import InputFile, Partition
from exohabit.bulk.paths import check_name
from exohabit.inputs.problems import InvalidInput, Problem
from exohabit.inputs.schemas import DETAILED_SCHEMA
from exohabit.inputs.tables.header import TableHeader

_NUMBERS = DETAILED_SCHEMA.numbers
_TEXTS = ("st_spectype", "pl_bmassprov")


class ParquetFiles:
    """Parquet files with the same columns."""

    def __init__(self, files: list[InputFile], schema: Any, partitions: list[Partition]) -> None:
        self.files, self.partitions = tuple(files), tuple(partitions)
        self._schema = schema
        self.names = tuple(schema.names)

    def check_types(self, header: TableHeader) -> None:
        """Refuse columns whose type cannot hold their values; raises InvalidInput."""
        problems = []
        for key, place in header.positions.items():
            kind = self._schema.types[place]
            wants_number, wants_text = key in _NUMBERS, key in _TEXTS
            is_right = is_text(kind) or (is_number(kind) if wants_number else not wants_text)
            if not is_right and not pa.types.is_null(kind):
                expected = "numbers" if wants_number else "text"
                message = f"column {header.names[place]} has the type {kind}; expected {expected}"
                problems.append(
                    Problem("wrong_type", message, column=header.names[place], expected=expected)
                )
        for place in header.name_positions:
            kind = self._schema.types[place]
            if not (is_text(kind) or is_number(kind)):
                message = f"column {header.names[place]} has the type {kind}; expected text"
                problems.append(Problem("wrong_type", message, column=header.names[place]))
        if problems:
            raise InvalidInput.of(problems)

    def count_default(self, header: TableHeader) -> list[int]:
        """Return the number of rows of each partition whose `default_flag` is 1."""
        place = header.default_flag
        if place is None:
            return [0] * len(self.partitions)
        return [self._count(each, self.names[place]) for each in self.partitions]

    def _count(self, partition: Partition, flag: str) -> int:
        groups = [*range(partition.start, partition.stop)]
        with pq.ParquetFile(self.files[partition.file].path) as file:
            column = file.read_row_groups(groups, columns=[flag], use_threads=False).column(0)
        return int(np.count_nonzero(default_mask(column.combine_chunks().dictionary_encode())))


def cut_parquet(path: Path, rows: int) -> ParquetFiles:
    """Cut a file or a folder of files into partitions of at least `rows` rows, where possible.

    Raises:
        FormatError: a file cannot be read, or its columns differ from those of the first.
    """
    paths = _paths(path)
    files: list[InputFile] = []
    partitions: list[Partition] = []
    schema: Any = None
    index = 0
    for number, each in enumerate(paths):
        metadata, columns = _describe(each)
        schema = schema or columns
        if [*columns.names] != [*schema.names] or columns.types != schema.types:
            raise FormatError(f"{each} has other columns than {paths[0]}")
        files.append(hash_file(each))
        for start, stop, first, count in _groups(metadata, rows):
            partitions.append(
                Partition(len(partitions), number, start, stop, first + 1, index, count)
            )
            index += count
    if schema is None or not index:
        raise FormatError(f"{path} has no rows")
    _check_names(path, schema)
    return ParquetFiles(files, schema, partitions)


def _describe(path: Path) -> tuple[Any, Any]:
    """Return metadata and schema of a file; raises FormatError."""
    check_name(str(path))
    try:
        with pq.ParquetFile(path) as file:
            return file.metadata, file.schema_arrow
    except (pa.ArrowException, OSError) as error:
        raise FormatError(f"{path} cannot be read as Parquet: {error}") from error


def _check_names(path: Path, schema: Any) -> None:
    twice = {name for name in schema.names if schema.names.count(name) > 1}
    if twice:
        raise FormatError(f"{path} has several columns called {min(twice)}")


def _paths(path: Path) -> list[Path]:
    """Return the files of a folder, in the order of their paths; hidden ones are left out."""
    if not path.is_dir():
        return [path]
    found = [
        each
        for pattern in ("*.parquet", "*.pq")
        for each in path.rglob(pattern)
        if not any(part.startswith(("_", ".")) for part in each.relative_to(path).parts)
    ]
    if not found:
        raise FormatError(f"{path} has no Parquet files (.parquet or .pq)")
    return sorted(found, key=lambda each: each.relative_to(path).as_posix())


def _groups(metadata: Any, rows: int) -> list[tuple[int, int, int, int]]:
    """Return first and last row group, first row and number of rows of each partition."""
    groups, start, first, count = [], 0, 0, 0
    for group in range(metadata.num_row_groups):
        count += metadata.row_group(group).num_rows
        if count >= rows or group + 1 == metadata.num_row_groups:
            if count:
                groups.append((start, group + 1, first, count))
            start, first, count = group + 1, first + count, 0
    return groups
