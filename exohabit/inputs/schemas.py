"""Schemas: types that decode and validate planets, built from the table of columns.

They check everything except spectral types, which need more than a type. The API description is
built from the same types.
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
from exohabit.inputs.planet_names import MAX_NUMBER
from exohabit.science.columns import ARCHIVE_NAMES, COLUMNS, NUMERIC, Column

NAME_KEYS = ("name", "pl_name")
PROVENANCE = "pl_bmassprov"
"""The archive's column that tells how a mass was determined."""
FROM_RADIUS = "M-R relationship"
"""Its value if the mass was computed from the radius."""
MINIMUM = "Msini"
"""Its value if the mass is only a minimum, m sin i."""
FLAGS = {
    "cb_flag": "1 if the planet orbits both stars of a binary",
    "pl_controv_flag": "1 if it is controversial whether the planet exists",
}
"""The archive's columns that hold 0 or 1, and their meanings."""

EXAMPLE: dict[str, float | str] = {
    "pl_rade": 1.1,
    "pl_bmasse": 0.9,
    "pl_orbper": 365,
    "pl_eqt": 288,
    "st_spectype": "G",
}
"""An example of a planet: the README's first request."""
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
"""Examples of planets for a ranking: the README's second request."""


def _value(column: Column) -> Any:
    """Return the type of a column's value, which may always be null."""
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
    Annotated[str, Meta(max_length=MAX_NAME)]
    | Annotated[float, Meta(ge=-MAX_NUMBER, le=MAX_NUMBER)]
    | None,
    Meta(description="any label for the planet; a number becomes its text"),
]
_LimitFlag = Annotated[
    Annotated[float, Meta(ge=-1, le=1)] | None,
    Meta(description="if not 0, the value is only a limit and is treated as not known"),
]

_REQUIRED: list[Any] = [(c.name, _value(c)) for c in COLUMNS if c.required]
_OPTIONAL: list[Any] = [(c.name, _value(c), None) for c in COLUMNS if not c.required]
_NAMES: list[Any] = [(key, _Name, None) for key in NAME_KEYS]
_LIMIT_FLAGS: list[Any] = [(c.limit_flag, _LimitFlag, None) for c in NUMERIC]

_FIELDS = [*_REQUIRED, *_OPTIONAL, *_NAMES, *_LIMIT_FLAGS]


def _error(column: Column, side: str, low: float, high: float) -> Any:
    known = f"{side} error of {column.name}, {column.unit}; null if not known"
    computed = "; null also means that the radius, if typical of the mass, was computed from it"
    is_radius_error = (column.name, side) == ("pl_rade", "upper")
    about = Meta(description=known + computed if is_radius_error else known)
    kind = Annotated[float, Meta(ge=low, le=high)]
    return Annotated[kind | msgspec.UnsetType | None, about]


_Flag = Annotated[float, Meta(ge=0, le=1)] | msgspec.UnsetType | None
_Provenance = Annotated[
    str | msgspec.UnsetType | None,
    Meta(
        description=f'how the mass was determined; "{FROM_RADIUS}": computed from the radius; '
        f'"{MINIMUM}": a minimum'
    ),
]
_ERROR_FIELDS: list[Any] = [
    *((c.upper_error, _error(c, "upper", 0.0, c.bounds[1]), msgspec.UNSET) for c in NUMERIC),
    *((c.lower_error, _error(c, "lower", -c.bounds[1], 0.0), msgspec.UNSET) for c in NUMERIC),
    (PROVENANCE, _Provenance, msgspec.UNSET),
    *(
        (key, Annotated[_Flag, Meta(description=text)], msgspec.UNSET)
        for key, text in FLAGS.items()
    ),
]
# Any value is accepted here: without errors, only few of these values mean something.
_TELL_COMPUTED: list[Any] = [
    (key, Any, msgspec.UNSET) for key in (PROVENANCE, "pl_radeerr1", "pl_radeerr2")
]


def _cells(kind: Any) -> Any:
    """Return the type of a DataFrame's column: its values by row label, at least one."""
    label = Annotated[str, Meta(max_length=MAX_NAME)]
    return Annotated[dict[label, kind], Meta(min_length=1)]


_OPTIONAL_OR_NAN: list[Any] = [(name, kind, math.nan) for name, kind, _ in _OPTIONAL]
BarePlanet = msgspec.defstruct(
    "BarePlanet", [*_REQUIRED, *_OPTIONAL_OR_NAN, *_NAMES], forbid_unknown_fields=True, gc=False
)
"""A planet without limit flags and unknown keys: most requests have only these, and they are quick
to read. An absent optional column is NaN; null is None."""
PlainPlanet = msgspec.defstruct("PlainPlanet", [*_FIELDS, *_TELL_COMPUTED], gc=False)
"""A planet with everything that a score needs; unknown keys are ignored."""
Planet = msgspec.defstruct(
    "Planet",
    [*_FIELDS, *_ERROR_FIELDS],
    namespace={"__doc__": "The known values of one planet, with errors; unknown keys are ignored."},
    gc=False,
)
"""A planet with its errors and flags, which only some answers need."""
Frame = msgspec.defstruct(
    "Frame",
    [
        (name, _cells(kind), *([msgspec.UNSET] * len(rest)))
        for name, kind, *rest in (*_FIELDS, *_ERROR_FIELDS)
    ],
    namespace={
        "__doc__": "Columns of values by row label, as written by pandas' DataFrame.to_json()."
    },
)
"""Planets as pandas writes a DataFrame."""


@dataclass(frozen=True, slots=True)
class PlanetSchema:
    """Which keys of a planet are read."""

    planet: type[msgspec.Struct]
    numbers: frozenset[str]
    """The keys whose values are numbers."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Every known key of a planet."""
        return self.planet.__struct_fields__


_NUMBERS = frozenset(c.name for c in NUMERIC) | frozenset(c.limit_flag for c in NUMERIC)
_ERRORS = frozenset(key for c in NUMERIC for key in (c.upper_error, c.lower_error))
BOUNDS: dict[str, tuple[float, float]] = {
    **{c.name: c.bounds for c in NUMERIC},
    **{c.limit_flag: (-1.0, 1.0) for c in NUMERIC},
    **{c.upper_error: (0.0, c.bounds[1]) for c in NUMERIC},
    **{c.lower_error: (-c.bounds[1], 0.0) for c in NUMERIC},
    **dict.fromkeys(FLAGS, (0.0, 1.0)),
}
"""Lowest and highest value of every numeric key."""
PLAIN_SCHEMA = PlanetSchema(PlainPlanet, _NUMBERS)
DETAILED_SCHEMA = PlanetSchema(Planet, _NUMBERS | _ERRORS | frozenset(FLAGS))


def kept_keys(keys: Iterable[str], schema: PlanetSchema = PLAIN_SCHEMA) -> list[str]:
    """Return the known keys, and up to `MAX_UNKNOWN_KEYS` others, which may be misspelt.

    The archive's other columns are ignored.
    """
    known = frozenset(schema.keys)
    unique = dict.fromkeys(keys)
    unknown = (key for key in unique if key and key not in known and key not in ARCHIVE_NAMES)
    kept = known.union(islice(unknown, MAX_UNKNOWN_KEYS))
    return [key for key in unique if key in kept]


def list_of(planet: Any) -> Any:
    """Return the type of a list of at least one planet."""
    return Annotated[list[planet], Meta(min_length=1, max_length=MAX_PLANETS)]


def envelope_of(planet: Any, *, strict: bool = False) -> Any:
    """Return the type {"planets": …}; `strict` allows no other key.

    Its value is a list or one planet, because PowerShell sends a list of one as its element.
    """
    return msgspec.defstruct(
        "PlanetList",
        [("planets", list_of(planet) | planet)],
        namespace={"__doc__": "A list of planets; a single planet is treated as a list of one."},
        forbid_unknown_fields=strict,
    )
