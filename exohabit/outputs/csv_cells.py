"""CSV cells: the values of a planet as plain cells of a table, without JSON.

Warning: spreadsheets run a cell that begins with = + - or @ as a formula, and anybody may have
written the names. So in a table such a text gets an apostrophe in front. Every text is quoted,
because a spreadsheet that separates by semicolons could otherwise find a formula inside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET

from exohabit.inputs.missing_values import is_missing
from exohabit.inputs.problems import Problem
from exohabit.science.domain_warnings import PlanetWarning

# A sign (or its full-width form) after invisible characters, or white space that splits cells.
_FORMULA = re.compile(r"[\s\0\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?")
_SEXAGESIMAL = re.compile(
    r"[+-][0-9]{1,3}(?:[dh][0-9]{1,2}m(?:[0-9]{1,2}(?:\.[0-9]{1,9})?s)?"
    r"|:[0-9]{1,2}(?::[0-9]{1,2}(?:\.[0-9]{1,9})?)?)"
)
"""An angle or a time, as in `-29d04m12.5s` or `+12:30`."""


def to_cell(value: Any) -> Any:
    """Return a value as a cell; a text is never a formula.

    Warnings become code:column, and problems their messages. Other lists of text are separated by
    semicolons. True and false become 1 and 0, because astropy would read them as text.
    """
    if value is UNSET:
        return None
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    if isinstance(value, list):
        separator = " " if value and isinstance(value[0], PlanetWarning) else "; "
        return to_cell(separator.join(map(_in_words, value)))
    return value


def to_kept_cell(value: Any) -> Any:
    """Return a value of the input as a cell.

    A text that is a number or an angle, or says that a value is missing, stays as it is.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and (
        _NUMBER.fullmatch(value) or _SEXAGESIMAL.fullmatch(value) or is_missing(value)
    ):
        return value
    return to_cell(value)


def spread(name: str, value: Any) -> dict[str, Any]:
    """Return the cells of a field by column: one, or more if it holds values by name.

    The values of a planet are columns under their own names. In other fields, the name of the
    field comes first.
    """
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.asdict(value)
    if not isinstance(value, Mapping):
        return {name: to_cell(value)}
    prefix = "" if name in _OF_PLANET else f"{name}_"
    return {
        column: cell
        for key, each in value.items()
        for column, cell in spread(f"{prefix}{key}", each).items()
    }


_OF_PLANET = ("input", "planet")
"""Fields that hold the values of a planet."""


def _in_words(value: Any) -> str:
    if isinstance(value, PlanetWarning):
        return f"{value.code}:{value.column}"
    return value.message if isinstance(value, Problem) else str(value)
