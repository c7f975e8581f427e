"""Preparation: check the input of a run, and cut it into partitions."""

from __future__ import annotations

import gzip
import os
import shutil
import sys
import zlib
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from exohabit.bulk.cutting import TextLayout, count_rows, cut_text
from exohabit.bulk.errors import FormatError
from exohabit.bulk.file_formats import CSV, NDJSON, PARQUET, STANDARD, FileFormat
from exohabit.bulk.formats.csv_head import read_head
from exohabit.bulk.formats.parquet_files import cut_parquet
from exohabit.bulk.jobs import Options, Partition, Source
from exohabit.bulk.part_columns import kept_names
from exohabit.bulk.part_files import replacing
from exohabit.inputs.decoding import UTF_16, decode_plainly, is_utf_16
from exohabit.inputs.file_kinds import describe_other_file
from exohabit.inputs.kept_columns import choose_kept
from exohabit.inputs.model_needs import ModelNeeds
from exohabit.inputs.problems import InvalidInput, InvalidJSON
from exohabit.inputs.query_parameters import EVERY_COLUMN
from exohabit.inputs.schemas import PlanetSchema
from exohabit.inputs.tables.header import TableHeader, match_header
from exohabit.inputs.tables.notes import notes_of
from exohabit.inputs.validation import EMPTY_LIST
from exohabit.science.domain_warnings import PlanetWarning

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_READ_BYTES = 2**20
_SAMPLED_LINES = 1_000
"""Lines of NDJSON whose keys `--keep '*'` stands for."""


class Prepared(Struct, frozen=True):
    """The input of a run, cut into partitions."""

    source: Source
    options: Options
    """With the names of the columns to keep."""
    partitions: tuple[Partition, ...]
    notes: tuple[PlanetWarning, ...] = ()
    """Warnings about the input as a whole."""


def prepare(
    path: str, file_format: FileFormat, options: Options, folder: Path, needs: ModelNeeds
) -> Prepared:
    """Check the input, and cut it into partitions.

    Standard input, pipes and compressed files are first copied to the folder of the parts,
    uncompressed.

    Raises:
        FormatError: the file cannot be read.
        RequestError: it has problems that concern all of it.
        OSError: a file cannot be read or written.
    """
    plain = Path(path).absolute()
    if path == STANDARD or _needs_copy(plain):
        plain = folder / f"input.{file_format.kind}"
        spool(path, plain)
    if file_format.kind == PARQUET:
        return _prepare_parquet(plain, options, needs)
    if file_format.kind == CSV:
        return _prepare_table(plain, options, needs)
    return _prepare_lines(plain, options)


def spool(path: str, target: Path) -> None:
    """Copy standard input or a file, uncompressed.

    Raises:
        FormatError: it begins as gzip, but is not valid or is cut.
    """
    with ExitStack() as stack, replacing(target) as temporary:
        if path == STANDARD:
            source: Any = _standard_input()
        else:
            source = stack.enter_context(Path(path).open("rb"))
        if source.peek(2)[:2] == _GZIP:
            source = stack.enter_context(gzip.open(source))
        try:
            with temporary.open("wb") as copy:
                shutil.copyfileobj(source, copy, _READ_BYTES)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise FormatError(f"{path} is not a whole gzip file: {error}") from error
        # --resume makes the copy again and compares times, so all copies have the same.
        os.utime(temporary, (0, 0))


def _standard_input() -> Any:
    if sys.stdin is None:
        raise FormatError("standard input is closed")
    return sys.stdin.buffer


def _needs_copy(path: Path) -> bool:
    if path.is_dir():
        return False
    if not path.is_file():  # a pipe: it cannot be read twice
        return path.exists()
    with path.open("rb") as file:
        return file.read(2) == _GZIP


def _prepare_table(path: Path, options: Options, needs: ModelNeeds) -> Prepared:
    schema = options.query.schema
    head = read_head(path, schema, needs)
    options = _choose_kept(head.header, options)
    cut = cut_text(path, head.layout, options.partition_bytes)
    partitions, default_only = count_rows(cut.partitions, cut.default_rows)
    if not partitions:
        raise InvalidInput.of([replace(EMPTY_LIST, line=head.header.line)])
    names, separator = tuple(head.header.names), head.layout.separator or ","
    source = Source(CSV, (cut.file,), names, separator, default_only)
    total, kept = sum(each.rows for each in cut.partitions), sum(each.rows for each in partitions)
    return Prepared(source, options, partitions, _notes(head.header, kept, total, schema, needs))


def _notes(
    header: TableHeader, kept: int, total: int, schema: PlanetSchema, needs: ModelNeeds
) -> tuple[PlanetWarning, ...]:
    """Return the warnings of the service, except the one about names that occur twice.

    Names are not compared here, because that would take memory for all of them.
    """
    names, rows = ([None] * kept, total) if kept < total else ([], 0)
    return tuple(notes_of(header, names, rows, schema, needs))


def _prepare_lines(path: Path, options: Options) -> Prepared:
    with path.open("rb") as file:
        start = file.read(_READ_BYTES)
    if kind := UTF_16 if is_utf_16(start) else describe_other_file(start):
        raise InvalidJSON(kind)
    marks = len(_BOM) if start.startswith(_BOM) else 0
    if options.keep is not None:
        names = kept_names(_keys_of(start[marks:], options.keep))
        options = replace(options, keep=tuple(dict.fromkeys(names)))
    cut = cut_text(path, TextLayout(marks, 1, None), options.partition_bytes)
    partitions, _ = count_rows(cut.partitions, cut.default_rows)
    if not partitions:
        raise InvalidInput.of([EMPTY_LIST])
    return Prepared(Source(NDJSON, (cut.file,)), options, partitions)


def _keys_of(start: bytes, keep: Sequence[str]) -> list[str]:
    """Return the columns to keep; `*` stands for the keys of the first lines."""
    keys: dict[str, None] = {}
    for line in start.splitlines()[:_SAMPLED_LINES]:
        try:
            planet = decode_plainly(line)
        except (ValueError, RecursionError):
            continue
        keys |= dict.fromkeys(planet if isinstance(planet, dict) else ())
    return [name for each in keep for name in (keys if each == EVERY_COLUMN else [each])]


def _prepare_parquet(path: Path, options: Options, needs: ModelNeeds) -> Prepared:
    files = cut_parquet(path, options.partition_rows)
    schema: PlanetSchema = options.query.schema
    header = match_header(files.names, 1, schema, needs)
    if header.problems:
        raise InvalidInput.of(header.problems)
    files.check_types(header)
    options = _choose_kept(header, options)
    partitions, default_only = count_rows(files.partitions, files.count_default(header))
    source = Source(PARQUET, files.files, files.names, ",", default_only)
    total = sum(each.rows for each in files.partitions)
    kept = sum(each.rows for each in partitions)
    return Prepared(source, options, partitions, _notes(header, kept, total, schema, needs))


def _choose_kept(header: TableHeader, options: Options) -> Options:
    """Return options with the names of the columns to keep; raises InvalidInput as the service."""
    if options.keep is None:
        return options
    return replace(options, keep=tuple(kept_names([*choose_kept(header.names, options.keep)])))
