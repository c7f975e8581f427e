"""Table cells: the fields of many rows of the same length, by column."""

from __future__ import annotations

from collections.abc import Sequence


class NotValid(ValueError):
    """The table has problems, which are found row by row."""


class Cells:
    """The fields of rows of the same length, by column."""

    def __init__(self, fields: list[str], width: int) -> None:
        """Take the fields of all rows, one row after the other."""
        self.rows = len(fields) // width
        self.fields, self._width = fields, width

    def column(self, position: int) -> list[str]:
        """Return the fields at one position of every row."""
        return self.fields[position :: self._width]

    def take(self, rows: Sequence[int]) -> Cells:
        """Return some of the rows."""
        width = self._width
        starts = (row * width for row in rows)
        fields = [field for start in starts for field in self.fields[start : start + width]]
        return Cells(fields, width)


def split_lines(lines: Sequence[str], separator: str, width: int) -> list[str] | None:
    """Return the fields of lines that each have `width` of them.

    `csv.reader` makes a list for each row, and takes two to three times as long. None is returned
    if it has to read the lines: they have quotes or another number of fields, or may be blank.
    """
    if not lines:
        return []
    is_blank = min(map(len, lines)) <= width + 1  # the separators and the line's end
    if is_blank or {line.count(separator) for line in lines} != {width - 1}:
        return None
    text = "".join(lines)
    if '"' in text:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.removesuffix("\n").replace("\n", separator).split(separator)
