"""Query parameters: what endpoints take, other than a planet's columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from exohabit.inputs.decoding import number_or_text
from exohabit.inputs.limits import MAX_KEPT_COLUMNS, MAX_NAME


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter that an endpoint takes."""

    name: str
    meaning: str
    expected: str
    schema: dict[str, Any]
    """JSON schema of its value."""
    is_valid: Callable[[str], bool]
    read: Callable[[str], Any] = str
    """Turns a valid text into the value."""
    parts: Mapping[str, Collection[str]] = field(default_factory=dict)
    """The names of the parts of each value that has parts."""
    other_names: Collection[str] = ()
    """Names that people give the parameter instead, as `fold` writes them."""
    other_values: Mapping[str, str] = field(default_factory=dict)
    """A value by each word that people write instead, as `fold` writes it."""

    @property
    def is_list(self) -> bool:
        """Whether it takes several values: separated by commas, or the parameter repeated."""
        return bool(self.schema["type"] == "array")


def is_count(text: str) -> bool:
    """Whether a text is an integer from 1 to 999,999,999."""
    return text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= 1


TOP = Parameter(
    "top",
    "how many planets of the ranking to keep, starting with the first",
    "an integer from 1 to 999,999,999",
    {"type": "integer", "minimum": 1, "maximum": 999_999_999, "examples": [20]},
    is_count,
    int,
)


def _is_share(text: str) -> bool:
    number = number_or_text(text)
    return isinstance(number, float) and 0.0 <= number <= 1.0


MIN_SCORE = Parameter(
    "min_score",
    "lowest score that the ranking lists",
    "a number from 0 to 1",
    {"type": "number", "minimum": 0, "maximum": 1, "examples": [0.5]},
    _is_share,
    float,
)


def _flag(name: str, meaning: str, *, default: bool | None = False) -> Parameter:
    """Return a parameter that is true or false; a default of None depends on other parameters."""
    return Parameter(
        name,
        meaning,
        "true or false",
        {"type": "boolean"} | ({} if default is None else {"default": default}),
        lambda text: text.lower() in ("true", "false"),
        lambda text: text.lower() == "true",
    )


UNSCORED = _flag(
    "unscored",
    "list the planets that could not be scored; by default, they are listed unless `top` or "
    "`min_score` is given",
    default=None,
)
EXPLAIN = _flag("explain", "explain each score: what each feature adds to it")
UNCERTAINTY = _flag(
    "uncertainty", "give an interval for each score: how it varies with the inputs' errors"
)
CONTEXT = _flag(
    "context", "put each score in context: insolation, habitable zone, similarity, the definition"
)
EXTRAS_PARAMETERS = (EXPLAIN, UNCERTAINTY, CONTEXT)
"""Parameters that add optional extras to an answer."""

FLAT_FIELDS = {
    "explanation": {"sentence": "the explanation in words"},
    "score_interval": {
        "score_low": "lower end of the score's interval",
        "score_high": "its upper end",
    },
    "context": {
        "zone": "place relative to the optimistic habitable zone: inside, too hot or too cold",
        "insolation": "Earth's = 1",
        "earth_similarity": "from 0 to 1",
        "size_class": "by radius",
        "definition": "whether the given values meet it",
    },
}
"""Parts of a nested field that are fields of their own: names and meanings. A table has these
instead of the nested field."""

_PARAMETER_OF_NESTED = {
    "explanation": EXPLAIN.name,
    "score_interval": UNCERTAINTY.name,
    "probability_habitable": UNCERTAINTY.name,
    "varied_inputs": UNCERTAINTY.name,
    "context": CONTEXT.name,
}
PARAMETER_OF_FIELD = _PARAMETER_OF_NESTED | {
    name: _PARAMETER_OF_NESTED[nested] for nested, parts in FLAT_FIELDS.items() for name in parts
}
"""The parameter that adds a field to an answer; other fields need none."""

BY_SCORE, BY_LOWER_END = "score", "score_low"
ORDER_BY = Parameter(
    "order_by",
    f"rank by the score, or by the lower end of its interval ({BY_LOWER_END})",
    f"{BY_SCORE} or {BY_LOWER_END}",
    {"type": "string", "enum": [BY_SCORE, BY_LOWER_END], "default": BY_SCORE},
    lambda text: text in (BY_SCORE, BY_LOWER_END),
)

FAIL, SKIP = "fail", "skip"
ON_INVALID = Parameter(
    "on_invalid",
    f"what to do if some planets of a list have problems: refuse the request ({FAIL}), or answer "
    f"about the others and list these as not scored ({SKIP})",
    f"{FAIL} or {SKIP}",
    {"type": "string", "enum": [FAIL, SKIP], "default": FAIL},
    lambda text: text in (FAIL, SKIP),
)

FIELDS, KEEP = "fields", "keep"
OPTIONS = (
    FIELDS,
    KEEP,
    *(each.name for each in (TOP, MIN_SCORE, UNSCORED, ORDER_BY, ON_INVALID, *EXTRAS_PARAMETERS)),
)
"""Names that are parameters in an address, and mean nothing in a body."""


def fields_among(
    names: Sequence[str], whole: Mapping[str, Collection[str]] = MappingProxyType({})
) -> Parameter:
    """Return the parameter that keeps only some of the named fields of each planet.

    The parts of nested fields can be asked for too, except those of fields that are only sent
    whole.
    """
    parts = {
        name: meaning
        for nested in dict.fromkeys(names)
        for name, meaning in FLAT_FIELDS.get(nested, {}).items()
    }
    meanings = "; ".join(f"{name}: {meaning}" for name, meaning in parts.items())
    names = tuple(dict.fromkeys((*names, *parts)))
    return Parameter(
        FIELDS,
        "which fields of each planet to keep, separated by commas; the others are left out"
        + (f". Of longer fields, a part can be asked for ({meanings})" if parts else ""),
        f"some of {','.join(names)}, separated by commas",
        {"type": "array", "items": {"type": "string", "enum": list(names)}, "minItems": 1},
        lambda text: set(text.split(",")) <= set(names),
        lambda text: tuple(dict.fromkeys(text.split(","))),
        whole,
    )


EVERY_COLUMN = "*"


def keep_beside(names: Sequence[str]) -> Parameter:
    """Return the parameter that copies columns of the input; `names` are the answer's fields."""
    # A part of a nested field is one too. The name is in the answer anyway.
    taken = frozenset((*names, *PARAMETER_OF_FIELD)) - {"name"}

    def is_valid(text: str) -> bool:
        columns = text.split(",")
        is_short = all(0 < len(each) <= MAX_NAME for each in columns)
        return len(columns) <= MAX_KEPT_COLUMNS and is_short and taken.isdisjoint(columns)

    column = {"type": "string", "minLength": 1, "maxLength": MAX_NAME}
    return Parameter(
        KEEP,
        "columns of the input to copy to each planet of the answer, separated by commas; "
        f"{EVERY_COLUMN} copies every column whose name is not that of a field of the answer",
        f"1 to {MAX_KEPT_COLUMNS} names of columns that are not fields of the answer, separated by "
        f"commas, or {EVERY_COLUMN}",
        {"type": "array", "items": column, "minItems": 1, "maxItems": MAX_KEPT_COLUMNS},
        is_valid,
        lambda text: tuple(dict.fromkeys(text.split(","))),
    )
