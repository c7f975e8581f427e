"""Rows: the columns of the catalogue, and the conversion of a table's texts to their values."""

from __future__ import annotations

from collections.abc import Mapping

from exohabit.inputs.decoding import number_or_text
from exohabit.inputs.problems import repr_short
from exohabit.science.columns import NUMERIC

Row = dict[str, float | str | None]
"""Known values of one planet by column; None where nothing is known."""

NAME = "pl_name"
HOST = "hostname"
NAME_ORDER = "name_order"
"""Column of a catalogue file: the place of the planet's name in natural order."""
TEXTS = (NAME, HOST, "st_spectype", "discoverymethod", "pl_bmassprov")
"""Columns of text."""
IDENTIFIERS = ("hd_name", "hip_name", "tic_id")
"""Names of the star in other catalogues; a table may lack them."""
NUMBERS = (
    *(
        name
        for column in NUMERIC
        for name in (column.name, column.upper_error, column.lower_error, column.limit_flag)
    ),
    *("disc_year", "sy_dist", "sy_vmag", "ra", "dec"),
)
"""Columns of numbers. The distance is in parsecs, the magnitude in the V band, and the position in
degrees (ICRS)."""
FLAGS = ("pl_controv_flag", "cb_flag")
"""Columns that hold 0 or 1; a table may lack them."""
INTEGERS = (*(column.limit_flag for column in NUMERIC), "disc_year", *FLAGS)
ALL_COLUMNS = (*TEXTS, *NUMBERS, *FLAGS, *IDENTIFIERS)
NEEDED_COLUMNS = (*TEXTS, *NUMBERS)
"""Columns that a table of the archive must have."""


class CatalogError(Exception):
    """A catalogue that cannot be read, made or used; the text is one line."""


def read_row(texts: Mapping[str, str]) -> Row:
    """Turn the fields of one line of a table into values; an empty field is not known.

    Raises:
        CatalogError: a field of a numeric column is not a number.
    """
    row: Row = {}
    for name in ALL_COLUMNS:
        text = texts.get(name, "").strip()
        value: float | str | None = text or None
        if text and name in _NUMERIC:
            value = number_or_text(text)
            if isinstance(value, str):
                planet = repr_short(texts.get(NAME))
                raise CatalogError(f"{name} of {planet} is {repr_short(text)}, not a number")
        row[name] = value
    return row


_NUMERIC = frozenset((*NUMBERS, *FLAGS))
