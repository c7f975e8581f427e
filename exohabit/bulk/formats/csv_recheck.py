"""CSV recheck: rechecks rows of a table by the service's own reader of tables."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from exohabit.bulk.jobs import Source
from exohabit.bulk.row_source import Numbers, RecheckedRows
from exohabit.inputs.model_needs import ModelNeeds
from exohabit.inputs.problems import InvalidCSV, Problem
from exohabit.inputs.schemas import BOUNDS, PlanetSchema
from exohabit.inputs.tables.header import match_header
from exohabit.inputs.tables.row_lengths import hint_length
from exohabit.inputs.tables.rows import read_table_rows
from exohabit.science.columns import COLUMNS

_LINE = re.compile(r"(?<=\bline )[0-9]+")
_WRONG_LENGTH = "wrong_length"


class CsvRecheck:
    """Reads rows of a table as the service does."""

    def __init__(
        self, source: Source, schema: PlanetSchema, needs: ModelNeeds, kept: Sequence[str]
    ) -> None:
        """Prepare to read the keys of a schema, and the columns to keep."""
        self._source, self._schema, self._needs, self._kept = source, schema, needs, kept
        self._header = match_header(source.names, 1, schema, needs)
        self._head = self._make_head()

    def read(
        self, texts: Sequence[bytes], lines: Sequence[int], places: Numbers | None
    ) -> RecheckedRows:
        """Read rows.

        Args:
            texts: the rows, with their line ends.
            lines: the number of the last line of each in the file.
            places: the place of each among all rows of the file, from 1; None if not known.

        Raises:
            InvalidCSV: a row is not valid CSV.
        """
        body = self._head + b"".join(texts)
        try:
            raw = read_table_rows(body, self._schema, [*self._kept] or None, self._needs)
        except InvalidCSV as error:
            raise _relocate(error, self._head, texts, lines) from error
        where = raw.where

        def locate(index: int | None, key: str | None) -> dict[str, Any]:
            return where(index, key) | ({"line": lines[index - 1]} if index else {})

        def relocate(i: int, problem: Problem) -> Problem:
            message = self._message(problem, texts[i - 1], i, places)
            return msgspec.structs.replace(problem, line=lines[i - 1], message=message)

        unreadable = {i: relocate(i, problem) for i, problem in raw.unreadable.items()}
        kept = {name: pa.array(each[1:], pa.string()) for name, each in (raw.kept or {}).items()}
        return RecheckedRows(replace(raw, where=locate, unreadable=unreadable, kept=None), kept)

    def _message(self, problem: Problem, text: bytes, i: int, places: Numbers | None) -> str:
        """Return the message of a problem as it is for the row's place in the file."""
        if problem.code != _WRONG_LENGTH or places is None:
            return problem.message
        row = next(self._reader(text.decode()))
        here, there = (hint_length(self._header.names, row, n) for n in (i + 1, int(places[i - 1])))
        return problem.message.removesuffix(here) + there

    def _reader(self, text: str) -> Any:
        return csv.reader(io.StringIO(text, newline=""), delimiter=self._source.separator)

    def _make_head(self) -> bytes:
        """Return the header and a row without problems, so that none is taken for one of units.

        That row counts if the others do: its `default_flag` is 1 only where theirs are.
        """
        header, source = self._header, self._source
        row = [""] * len(header.names)
        column = next(each for each in COLUMNS if each.name in header.positions)
        value = f"{BOUNDS[column.name][0]:g}" if column.range else "G"
        row[header.positions[column.name]] = value
        if header.default_flag is not None:
            row[header.default_flag] = "1" if source.default_only else ""
        written = io.StringIO()
        writer = csv.writer(written, delimiter=source.separator, quoting=csv.QUOTE_ALL)
        writer.writerows([source.names, row])
        return f"sep={source.separator}\n{written.getvalue()}".encode()


def _relocate(
    error: InvalidCSV, head: bytes, texts: Sequence[bytes], lines: Sequence[int]
) -> InvalidCSV:
    """Return the error with the lines of the file."""
    if error.problems[0].line is None or not texts:
        return error
    locate = _locator(head, texts, lines)
    message = _LINE.sub(lambda found: str(locate(int(found[0]))), error.message)
    line = locate(error.problems[0].line)
    return InvalidCSV(message, [Problem(InvalidCSV.code, message, line=line)])


def _locator(head: bytes, texts: Sequence[bytes], lines: Sequence[int]) -> Callable[[int], int]:
    """Return a function that turns a line of the rows that were read into one of the file."""
    ends = np.cumsum([len(text.splitlines()) for text in texts]) + len(head.splitlines())

    def locate(line: int) -> int:
        place = min(int(np.searchsorted(ends, line)), len(texts) - 1)
        return lines[place] - max(int(ends[place]) - line, 0)

    return locate
