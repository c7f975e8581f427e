"""Table again: some rows of a table, read by the service's own reader of tables."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from exohabit.bulk.jobs import Source
from exohabit.bulk.row_source import RowsAgain
from exohabit.inputs.problems import InvalidCSV
from exohabit.inputs.schemas import PlanetSchema
from exohabit.inputs.table_header import DEFAULT_FLAG, SIZE, match_header
from exohabit.inputs.table_lines import invalid_line
from exohabit.inputs.table_rows import read_table_rows

_INVALID = re.compile(r".*?: line [0-9]+: (.*)\.", re.DOTALL)


def read_table_again(
    source: Source,
    texts: Sequence[bytes],
    lines: Sequence[int],
    schema: PlanetSchema,
    kept: Sequence[str],
) -> RowsAgain:
    """Read rows of a table as the service does.

    Args:
        source: the table.
        texts: the rows, with their line ends.
        lines: the number of the last line of each in the file.
        schema: which keys of a planet are read.
        kept: names of the columns to keep.

    Raises:
        InvalidCSV: a row is not valid CSV.
    """
    head = _make_head(source, schema)
    try:
        raw = read_table_rows(head + b"".join(texts), schema, kept or None)
    except InvalidCSV as error:
        raise _relocate(error, head, texts, lines) from error
    where, unreadable = raw.where, raw.unreadable

    def locate(index: int | None, key: str | None) -> dict[str, Any]:
        return where(index, key) | ({"line": lines[index - 1]} if index else {})

    located = {
        i: msgspec.structs.replace(problem, line=lines[i - 1]) for i, problem in unreadable.items()
    }
    columns = {name: pa.array(each[1:], pa.string()) for name, each in (raw.kept or {}).items()}
    return RowsAgain(replace(raw, where=locate, unreadable=located, kept=None), columns)


def _make_head(source: Source, schema: PlanetSchema) -> bytes:
    """Return the header and a row without problems, so that no row is taken for one of units."""
    header = match_header(source.names, 1, schema)
    row = [""] * len(header.names)
    row[next(header.positions[key] for key in SIZE if key in header.positions)] = "1"
    if header.default_flag is not None:
        row[header.names.index(DEFAULT_FLAG)] = "1"
    written = io.StringIO()
    writer = csv.writer(written, delimiter=source.separator, quoting=csv.QUOTE_ALL)
    writer.writerows([source.names, row])
    return f"sep={source.separator}\n{written.getvalue()}".encode()


def _relocate(
    error: InvalidCSV, head: bytes, texts: Sequence[bytes], lines: Sequence[int]
) -> InvalidCSV:
    """Return the error with the line of the file."""
    line, reason = error.problems[0].line, _INVALID.fullmatch(error.message)
    if line is None or reason is None or not texts:
        return error
    ends = np.cumsum([len(text.splitlines()) for text in texts]) + len(head.splitlines())
    place = min(int(np.searchsorted(ends, line)), len(texts) - 1)
    return invalid_line(reason[1], lines[place])
