"""List parameters: the query parameters that filter, order and page known planets."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from exohabit.catalog.rows import ALL_COLUMNS, NAME, NAME_ORDER
from exohabit.inputs.decoding import number_or_text
from exohabit.inputs.limits import MAX_LISTED, MAX_NAME
from exohabit.inputs.problems import Problem, repr_short
from exohabit.inputs.query_parameters import MIN_SCORE, Parameter, fields_among
from exohabit.inputs.synonyms import SYNONYMS, fold
from exohabit.science.columns import COLUMNS, NUMERIC

_QUANTITIES = {
    "score": ("score", "score"),
    "distance": ("sy_dist", "distance, parsecs"),
    "year": ("disc_year", "year of discovery"),
    "vmag": ("sy_vmag", "the star's magnitude in the V band"),
    **{
        column.name.removeprefix("pl_"): (column.name, f"{column.meaning}, {column.unit}")
        for column in NUMERIC
    },
}
"""What can be compared and ordered: its column and its meaning, by the name in a query."""
_WORDS = {fold(word): key.removeprefix("pl_") for word, key in SYNONYMS.items()} | {
    "temp": "eqt",
    "temperature": "eqt",
    "dist": "distance",
    "parsecs": "distance",
    "mag": "vmag",
    "magnitude": "vmag",
}
"""What people call a quantity, as `fold` writes it, and its name in a query."""
_MAY_BE_NEGATIVE = {"vmag"}
"""Bright stars have negative magnitudes; a negative bound of anything else is a mistake."""
_BOUNDS = [
    (f"{side}_{name}", column, f"{'lowest' if side == 'min' else 'highest'} {meaning}")
    for name, (column, meaning) in _QUANTITIES.items()
    for side in ("min", "max")
]
COLUMN_OF = {name: column for name, column, _ in _BOUNDS}
"""The column that a bound is compared with, by the name of the parameter."""
ORDERS = {"name": NAME_ORDER} | {name: column for name, (column, _) in _QUANTITIES.items()}
ORDERS |= {column: column for column, _ in _QUANTITIES.values()}
"""The column that planets are ordered by, by the name in `sort`, which may be the column's."""
DEFAULT_SORT = "-score"
DEFAULT_LIMIT = 50

COMPUTED_FIELD = "computed"
"""The field that names the sizes which were computed."""
FIELDS = (
    *("name", "score", "prediction", COMPUTED_FIELD),
    *(name for name in ALL_COLUMNS if name != NAME),
)
DEFAULT_FIELDS = (
    *("name", "score", "prediction", "hostname"),
    *(column.name for column in COLUMNS),
    *("sy_dist", "discoverymethod", "disc_year"),
)


def _is_number(text: str) -> bool:
    number = number_or_text(text)
    return isinstance(number, float) and math.isfinite(number)


def _is_not_negative(text: str) -> bool:
    return _is_number(text) and float(text) >= 0.0


def _bound(name: str, meaning: str) -> Parameter:
    side, _, quantity = name.partition("_")
    words = frozenset(f"{side}{word}" for word, meant in _WORDS.items() if meant == quantity)
    expected, schema = "a number that is not negative", {"minimum": 0}
    is_valid: Callable[[str], bool] = _is_not_negative
    if quantity in _MAY_BE_NEGATIVE:
        expected, schema, is_valid = "a number", {}, _is_number
    if quantity == "score":
        expected, is_valid = MIN_SCORE.expected, MIN_SCORE.is_valid
        schema = {"minimum": 0, "maximum": 1}
    return Parameter(
        name, meaning, expected, {"type": "number", **schema}, is_valid, float, other_names=words
    )


def _text(name: str, meaning: str, *examples: str) -> Parameter:
    return Parameter(
        name,
        meaning,
        f"1 to {MAX_NAME} characters",
        {"type": "string", "minLength": 1, "maxLength": MAX_NAME, "examples": [*examples]},
        lambda text: 1 <= len(text) <= MAX_NAME,
    )


METHOD = _text("method", "method of discovery, as the archive writes it", "Transit")
METHOD_WORDS = {
    "rv": "Radial Velocity",
    "radialvelocities": "Radial Velocity",
    "doppler": "Radial Velocity",
    "transits": "Transit",
    "ttv": "Transit Timing Variations",
    "etv": "Eclipse Timing Variations",
    "directimaging": "Imaging",
    "lensing": "Microlensing",
    "pulsar": "Pulsar Timing",
}
"""A method by each word that people write instead, as `fold` writes it."""
HOST_NAME = _text("host", "the host star, by any of its names", "TRAPPIST-1")
SORT = Parameter(
    "sort",
    "what to order by; a minus in front for descending; planets without the value come last",
    f"one of {', '.join(ORDERS)}, or one of them with a minus in front",
    {
        "type": "string",
        "enum": [f"{sign}{name}" for name in ORDERS for sign in ("", "-")],
        "default": DEFAULT_SORT,
    },
    lambda text: text.removeprefix("-") in ORDERS,
    other_values={word: meant for word, meant in _WORDS.items() if meant in ORDERS},
)
LIMIT = Parameter(
    "limit",
    "planets on a page",
    f"an integer from 1 to {MAX_LISTED:,}",
    {"type": "integer", "minimum": 1, "maximum": MAX_LISTED, "default": DEFAULT_LIMIT},
    lambda text: (
        text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MAX_LISTED
    ),
    int,
)
CURSOR = _text("cursor", "`next_cursor` of the page before")
LIST_PARAMETERS = (
    *(_bound(name, meaning) for name, _, meaning in _BOUNDS),
    *(METHOD, HOST_NAME, SORT, LIMIT, CURSOR, fields_among(FIELDS)),
)
BEGINNING = Parameter(
    "q",
    "the beginning of a name",
    f"at most {MAX_NAME} characters",
    {"type": "string", "maxLength": MAX_NAME, "default": "", "examples": ["keple"]},
    lambda text: len(text) <= MAX_NAME,
)


def bound_problems(asked: Mapping[str, Any]) -> list[Problem]:
    """Refuse min above max: no planet can match."""
    pairs = [(name, asked.get(f"min_{name}"), asked.get(f"max_{name}")) for name in _QUANTITIES]
    return [
        _above(name, low, high)
        for name, low, high in pairs
        if low is not None and high is not None and low > high
    ]


def _above(name: str, low: float, high: float) -> Problem:
    expected = f"a number up to max_{name}, {repr_short(high)}"
    received = repr_short(low)
    return Problem(
        "out_of_range",
        f"min_{name} is {received}; expected {expected}",
        parameter=f"min_{name}",
        expected=expected,
        received=received,
    )
