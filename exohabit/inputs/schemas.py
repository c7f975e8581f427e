"""Shapes: planets as clients send them, as types that validate, made from the table of columns.

The types check everything but spectral types, which are no matter of type. The API's description is
made from the same types.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from exohabit.inputs.limits import MAX_NAME, MAX_PLANETS, MAX_UNKNOWN_KEYS
from exohabit.science.columns import ARCHIVE_NAMES, COLUMNS, NUMERIC, Column

NAME_KEYS = ("name", "pl_name")
PROVENANCE = "pl_bmassprov"
"""The archive's column of how a mass was found."""
FROM_RADIUS = "M-R relationship"
"""What stands there if it was computed from the radius."""

EXAMPLE: dict[str, float | str] = {
    "pl_rade": 1.1,
    "pl_bmasse": 0.9,
    "pl_orbper": 365,
    "pl_eqt": 288,
    "st_spectype": "G",
}
"""A planet to show how to ask: the README's first request."""
EXAMPLES: list[dict[str, float | str]] = [
    {
        "name": "EarthLike",
        "pl_rade": 1.1,
        "pl_bmasse": 1.0,
        "pl_orbper": 365,
        "pl_eqt": 288,
        "st_spectype": "G",
    },
    {
        "name": "HotPlanet",
        "pl_rade": 3.5,
        "pl_bmasse": 8.0,
        "pl_orbper": 50,
        "pl_eqt": 900,
        "st_spectype": "M",
    },
]
"""Two planets to show how to ask for many: the README's second request."""


def _value(column: Column) -> Any:
    """Return the type of a column's value; null is always possible."""
    kind: Any = str
    if column.range is not None:
        low, high = column.range
        kind = Annotated[float, Meta(ge=low, le=high)]
    about = Meta(
        description=f"{column.meaning}, {column.unit}; null if not known",
        examples=[EXAMPLE[column.name]] if column.name in EXAMPLE else None,
        extra_json_schema={"x-unit": column.unit},
    )
    return Annotated[kind | None, about]


_Name = Annotated[
    Annotated[str, Meta(max_length=MAX_NAME)] | None, Meta(description="any label of the planet")
]
_LimitFlag = Annotated[
    Annotated[float, Meta(ge=-1, le=1)] | None,
    Meta(description="not 0: the value is only a limit, and is taken as not known"),
]

_REQUIRED: list[Any] = [(c.name, _value(c)) for c in COLUMNS if c.required]
_OPTIONAL: list[Any] = [(c.name, _value(c), None) for c in COLUMNS if not c.required]
_NAMES: list[Any] = [(key, _Name, None) for key in NAME_KEYS]
_LIMIT_FLAGS: list[Any] = [(c.limit_flag, _LimitFlag, None) for c in NUMERIC]

_FIELDS = [*_REQUIRED, *_OPTIONAL, *_NAMES, *_LIMIT_FLAGS]


def _error(column: Column, side: str, low: float, high: float) -> Any:
    known = f"{side} error of {column.name}, {column.unit}; null if not known"
    computed = "; null also says that the radius may have been computed from the mass"
    is_mark = (column.name, side) == ("pl_rade", "upper")
    about = Meta(description=known + computed if is_mark else known)
    kind = Annotated[float, Meta(ge=low, le=high)]
    return Annotated[kind | msgspec.UnsetType | None, about]


_Provenance = Annotated[
    str | msgspec.UnsetType | None,
    Meta(description=f'how the mass was found; "{FROM_RADIUS}": computed from the radius'),
]
_DETAILS: list[Any] = [
    *((c.upper_error, _error(c, "upper", 0.0, c.bounds[1]), msgspec.UNSET) for c in NUMERIC),
    *((c.lower_error, _error(c, "lower", -c.bounds[1], 0.0), msgspec.UNSET) for c in NUMERIC),
    (PROVENANCE, _Provenance, msgspec.UNSET),
]


def _cells(kind: Any) -> Any:
    """Return the type of a DataFrame's column: its values by row label, at least one."""
    label = Annotated[str, Meta(max_length=MAX_NAME)]
    return Annotated[dict[label, kind], Meta(min_length=1)]


_LEFT_OUT: list[Any] = [(name, kind, math.nan) for name, kind, _ in _OPTIONAL]
BarePlanet = msgspec.defstruct(
    "BarePlanet", [*_REQUIRED, *_LEFT_OUT, *_NAMES], forbid_unknown_fields=True, gc=False
)
"""A planet without limit flags and unknown keys: what most requests hold, and quick to read. What
is left out is NaN at once; null is None."""
PlainPlanet = msgspec.defstruct("PlainPlanet", _FIELDS, gc=False)
"""A planet with all that a score needs; unknown keys are ignored."""
Planet = msgspec.defstruct(
    "Planet",
    [*_FIELDS, *_DETAILS],
    namespace={"__doc__": "What is known of one planet, and how well; unknown keys are ignored."},
    gc=False,
)
"""A planet with its errors as well, which only some answers need."""
Frame = msgspec.defstruct(
    "Frame",
    [
        (name, _cells(kind), *([msgspec.UNSET] * len(rest)))
        for name, kind, *rest in (*_FIELDS, *_DETAILS)
    ],
    namespace={"__doc__": "Columns of values by row label, as pandas' DataFrame.to_json() writes."},
)
"""Planets as pandas writes a DataFrame."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How much of a planet is read."""

    planet: type[msgspec.Struct]
    numbers: frozenset[str]
    """The keys whose values are numbers."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key of a planet that is understood."""
        return self.planet.__struct_fields__


_NUMBERS = frozenset(c.name for c in NUMERIC) | frozenset(c.limit_flag for c in NUMERIC)
_ERRORS = frozenset(key for c in NUMERIC for key in (c.upper_error, c.lower_error))
PLAIN = Shape(PlainPlanet, _NUMBERS)
DETAILED = Shape(Planet, _NUMBERS | _ERRORS)


def kept_keys(keys: Iterable[str], shape: Shape = PLAIN) -> list[str]:
    """Return the keys of a planet that are understood, and some that may be misspellings of them.

    The archive's other columns are left out, as nobody means them here.
    """
    known = frozenset(shape.keys)
    found = dict.fromkeys(keys)
    unknown = (key for key in found if key and key not in known and key not in ARCHIVE_NAMES)
    looked_at = known.union(islice(unknown, MAX_UNKNOWN_KEYS))
    return [key for key in found if key in looked_at]


def list_of(planet: Any) -> Any:
    """Return the type of a list of planets, of which there is at least one."""
    return Annotated[list[planet], Meta(min_length=1, max_length=MAX_PLANETS)]


def envelope_of(planet: Any, *, alone: bool = False) -> Any:
    """Return the type {"planets": …}, of a list or, as PowerShell sends a list of one, a planet.

    `alone`: beside it no other key may stand.
    """
    return msgspec.defstruct(
        "PlanetList",
        [("planets", list_of(planet) | planet)],
        namespace={"__doc__": "A list of planets; a single planet is taken as a list of one."},
        forbid_unknown_fields=alone,
    )
