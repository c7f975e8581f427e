"""CSV errors: what is not valid CSV, and in which line.

Python's reader reports the line where it stopped. If a quotation mark is not closed, that is the
end of the table, or another quotation mark thousands of lines below.
"""

from __future__ import annotations

import csv
from typing import Any

from exohabit.inputs.decoding import AS_UTF_8
from exohabit.inputs.problems import InvalidCSV, Problem


def find_csv_error(reader: Any, lines_above: int, reason: str) -> InvalidCSV:
    """Return the error of a table, with the line where its row begins.

    Args:
        reader: a new reader of the same lines.
        lines_above: the number of lines above these.
        reason: what the reader said.
    """
    begin = 1
    try:
        for _ in reader:
            begin = reader.line_num + 1
    except csv.Error:
        pass
    return csv_error(reason, lines_above + begin, lines_above + reader.line_num)


def check_utf_8(text: bytes, first_line: int) -> None:
    """Raise InvalidCSV, with a line, if some lines are not UTF-8.

    Args:
        text: the lines.
        first_line: number of the first of them.
    """
    if text.isascii():
        return
    try:
        text.decode()
    except UnicodeDecodeError as error:
        above = text[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        line = first_line + above.count(b"\n")
        raise invalid_line(f"it is not UTF-8 text: {AS_UTF_8}", line) from error


def csv_error(reason: str, begin: int, end: int) -> InvalidCSV:
    """Return the error of a row from one line to another."""
    if begin == end and "end of data" not in reason:
        return invalid_line(reason, end)
    where = "" if begin == end else f", which is read up to line {end},"
    return invalid_line(f"a quotation mark in this row{where} is not closed ({reason})", begin)


def invalid_line(reason: str, line: int) -> InvalidCSV:
    """Return the error for a line of a table."""
    message = f"The input is not valid CSV: line {line}: {reason}."
    return InvalidCSV(message, [Problem(InvalidCSV.code, message, line=line)])
