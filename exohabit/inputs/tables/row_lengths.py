"""Row lengths: why a row of a table has more or fewer fields than the header."""

from __future__ import annotations

from collections.abc import Sequence


def is_comment(row: Sequence[str]) -> bool:
    """Whether a row is a comment: one field that begins with #, where a planet has more."""
    return len(row) == 1 and row[0].lstrip().startswith("#")


def hint_length(names: Sequence[str], row: Sequence[str], number: int) -> str:
    """Return a hint for a row of a wrong length, in brackets; empty if there is none.

    Nothing is left out or shifted by a guess: a decimal comma also adds a field.

    Args:
        names: of the columns.
        row: its fields.
        number: its number among the rows, from 1.
    """
    if row[0].lstrip().startswith("#"):
        return " (comments belong above the header)"
    hints = []
    if len(row) == len(names) + 1 and not row[-1].strip():
        hints.append("remove the separator at the end, which the header lacks")
    elif len(row) == len(names) + 1 and row[0].strip() == str(number):
        hints.append("in R: write.csv(…, row.names = FALSE)")
    if len(row) > len(names):
        hints.append("write decimals with a point, and quote text that contains a comma")
    elif len(row) == len(names) - 1 and not names[-1]:
        hints.append("the header ends with a separator, and the row does not")
    return f" ({'; or '.join(hints)})" if hints else ""
